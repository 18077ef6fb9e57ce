import logging
from datetime import datetime, timedelta
from decimal import Decimal
from time import process_time

from freezegun import freeze_time

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.common import TierslieuCase
from odoo.addons.tierslieu_base.tests.heavy import FULL

from .common import create_booking_data
from .credit_ledger import ZERO, Ledger
from .credit_machine import EVENTS, WEIGHTS, Machine

NOUMEA = "Pacific/Noumea"  # where it is Tuesday already when it is Monday in UTC, until eleven
NOW = datetime(2027, 1, 11, 7, 0)
STEPS = 10_000 if FULL else 850
SEED = 2027
_logger = logging.getLogger(__name__)

# {space: (money of a unit, {type: credits of a unit})}: a unit is half an hour, or a half-day of the hall.
PRICES = {
    "desks": ("1.5", {"ticket": "0.25", "notebook": "0.5"}),
    "pods": ("4", {"notebook": "0.25", "hours": "0.1"}),
    "hall": ("25", {"ticket": "1", "hours": "0.3"}),
    "table": ("2.5", {}),
}
# {space: ways its policy reads, ([(hours before, percent)], percent of a no-show)}: the hall has none.
TERMS = {
    "desks": (([(24, 50), (2, 100)], 50), ([(96, 25)], 100)),
    "pods": (([(48, 33), (6, 75)], 100), ([(72, 50), (24, 75)], 0)),
    "table": (([(24, 50)], 50), ([], 100)),
}


class SharedFirst(Ledger):
    """Spends the organisation's before one's own."""

    def rank(self, lot):
        last, shared, key = super().rank(lot)
        return last, not shared, key


class NewestFirst(Ledger):
    """Spends what was granted last, whatever its end."""

    def rank(self, lot):
        return -lot.key


class DayOfUtc(Ledger):
    """Judges validity on the day that UTC has at nine in the morning there."""

    def purse(self, person, day, own=None):
        return super().purse(person, day - timedelta(days=1), own)


class AllOrNothing(Ledger):
    """Pays all in credits or all in money."""

    def price(self, space, units, purse):
        found = super().price(space, units, purse)
        return found if not found[0] else super().price(space, units, [])


class NeverReopened(Ledger):
    """Gives back to an expired lot that nobody can use any more."""

    def give_back(self, key, amount, today):
        self.lots[key].balance += amount


class ReopenedWhole(Ledger):
    """Opens what nobody used in time again, with what comes back."""

    def write_off(self, lot):
        return None if lot.last else super().write_off(lot)


class GivesBackTwice(Ledger):
    """Gives back once more when a booking is cancelled again."""

    def let_go(self, key, state, today, now=None):
        booking = self.bookings[key]
        if booking.state == "cancelled":
            for lot in self.gone.pop(key, {}).items():
                self.give_back(*lot, today)
        else:
            self.gone = {**getattr(self, "gone", {}), key: booking.drawn}
        return super().let_go(key, state, today, now)


class LapsedKeepsCredits(Ledger):
    """Forgets to give back what a hold that lapses had drawn."""

    def let_go(self, key, state, today, now=None):
        if state == "expired":
            self.bookings[key].state = state
            return None
        return super().let_go(key, state, today, now)


class GivesBackToTheFirst(Ledger):
    """Gives back to the soonest to expire of the same type, not to where it came from."""

    def give_back(self, key, amount, today):
        lot = self.lots[key]
        same = [each for each in self.lots.values() if (each.type, each.holder) == (lot.type, lot.holder)]
        return super().give_back(min(same, key=self.rank).key, amount, today)


class DraftGrantsAnew(Ledger):
    """An invoice posted again grants its whole pack again."""

    def repost(self, sale):
        (lot,) = self.lots_of(sale)
        lot.balance += lot.granted


class NeverLate(Ledger):
    """Asks no fee."""

    def percent(self, booking, now):
        return 0


class LateOnTheHour(Ledger):
    """Asks the fee of a step exactly so many hours before."""

    def is_past(self, left, limit):
        return left <= limit


class FeeInHundredths(Ledger):
    """Leaves thirds of tickets that pay nothing."""

    def fee(self, due, percent):
        return (due * percent / 100).quantize(Decimal("0.01"))


class FeeOfTheLast(Ledger):
    """Takes the fee from what expires last."""

    def rank_of_fee(self, lot):
        last, shared, key = self.rank(lot)
        return -last.toordinal(), not shared, -key


class PolicyOfToday(Ledger):
    """Reads what the policy says now, not what it said when it was booked."""

    def percent(self, booking, now):
        booking.terms = self.terms.get(booking.space)
        return super().percent(booking, now)


class FeeTakenBackByHalf(Ledger):
    """Forgets what a no-show had cost when somebody came after all."""

    def unmiss(self, key, over):
        self.bookings[key].state = "confirmed"


WRONG = (
    NeverLate, LateOnTheHour, FeeInHundredths, FeeOfTheLast, PolicyOfToday, FeeTakenBackByHalf,
    SharedFirst, NewestFirst, DayOfUtc, AllOrNothing, NeverReopened, ReopenedWhole, GivesBackTwice,
    LapsedKeepsCredits, GivesBackToTheFirst, DraftGrantsAnew,
)


@tagged("-at_install", "post_install")
class TestCreditMachine(TierslieuCase):
    """Anything in any order, lot by lot beside an independent ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Followers and the tracking of fields are no part of it, and half of the time.
        context = {"lang": "en_US", "tz": NOUMEA, "tracking_disable": True}
        cls.env = cls.env(context={**cls.env.context, **context})
        cls.now, freezer = NOW, freeze_time(NOW)
        cls.clock = freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["res.users"].with_context(active_test=False).search([]).tz = NOUMEA
        cls.env["ir.config_parameter"].set_param("tierslieu_booking.max_live_holds", "10000")
        data = create_booking_data(cls.env, open_every_day=True)
        cls.place = data["place"]
        cls.place.tz = NOUMEA
        cls.make_spaces(data)
        cls.make_people()
        cls.make_packs()
        cls.terms_of = TERMS
        for name in TERMS:
            cls.spaces[name].cancellation_policy_id = cls.env["tierslieu.cancellation.policy"].create({"name": name})
            cls.set_terms(name, TERMS[name][0])

    @classmethod
    def set_terms(cls, name, terms):
        """Have the policy of a space say something else from now on."""
        policy = cls.spaces[name].cancellation_policy_id
        policy.step_ids.unlink()
        policy.write(
            {"no_show_fee": terms[1], "step_ids": [(0, 0, {"hours": hours, "fee": fee}) for hours, fee in terms[0]]}
        )

    @classmethod
    def make_spaces(cls, data):
        """One rate a space, so that the ledger can try all ways to pay."""
        rates = data["desks"].rate_ids.sorted("id")
        rates.filtered(lambda rate: rate.time_unit == "day").unlink()
        cls.spaces = {"desks": data["desks"]}
        cls.spaces |= {name: data["desks"].copy({"name": name.title()}) for name in ("pods", "hall", "table")}
        cls.spaces["hall"].rate_ids.time_unit = "half_day"
        cls.types = {
            name: cls.env["tierslieu.credit.type"].create({"name": name.title()})
            for name in ("ticket", "notebook", "hours")
        }
        for name, (money, values) in PRICES.items():
            space = cls.spaces[name]
            space.unit_count = 40
            hourly = 1 if name == "hall" else 2
            space.rate_ids.product_id = space.rate_ids.product_id.copy({"list_price": float(money) * hourly})
            for kind, amount in values.items():
                cls.env["tierslieu.credit.value"].create(
                    {
                        "type_id": cls.types[kind].id, "space_id": space.id,
                        "time_unit": space.rate_ids.time_unit, "amount": float(amount) * hourly,
                    }
                )

    @classmethod
    def make_people(cls):
        """Two organisations, and one who is alone; three of them log in."""
        partners = cls.env["res.partner"]
        cls.groups = {"alix": "fanal", "noe": "fanal", "fleur": "halle"}
        firms = {
            name: partners.create({"name": name.title(), "is_company": True}) for name in ("fanal", "halle")
        }
        cls.users = {"alix": cls.member, "noe": cls.other_member}
        cls.people = {name: user.partner_id for name, user in cls.users.items()}
        cls.people |= {name: partners.create({"name": name.title()}) for name in ("fleur", "seul")}
        for person, firm in cls.groups.items():
            cls.people[person].parent_id = firms[firm]
        for partner in cls.people.values():
            partner.email = False

    @classmethod
    def make_packs(cls):
        cls.packs = {
            kind: cls.env["product.product"].create(
                {
                    "name": f"Pack of {kind}", "type": "service", "list_price": 100,
                    "tierslieu_credit_type_id": cls.types[kind].id, "tierslieu_credits": amount,
                    "tierslieu_credit_months": months, "tierslieu_credit_shared": shared,
                }
            )
            for kind, amount, months, shared in (
                ("ticket", 6, 1, False), ("notebook", 4, 3, True), ("hours", 1.5, 0, False)
            )
        }

    def set_clock(self, moment):
        self.clock.move_to(moment)

    def run_cron(self, name):
        self.env.flush_all()
        self.env.ref(f"tierslieu_booking.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def assertClean(self):
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def ledger(self, kind=Ledger):
        prices = {
            space: (Decimal(money), {kind: Decimal(amount) for kind, amount in values.items()})
            for space, (money, values) in PRICES.items()
        }
        return kind(prices, self.groups, {name: terms[0] for name, terms in TERMS.items()})

    def test_anything_in_any_order(self):
        """Every lot holds what the ledger says after each step; ledgers that are wrong on purpose do not."""
        machine = Machine(self, self.ledger(), SEED, [self.ledger(kind) for kind in WRONG])
        began = process_time()
        machine.run(STEPS)
        seconds = process_time() - began
        _logger.info("%s steps, %.0f s: %s", STEPS, seconds, dict(machine.tally.most_common()))
        _logger.info("caught: %s", machine.caught)
        missing = [name for name in (*WEIGHTS, *EVENTS) if not machine.tally[name]]
        self.assertFalse(missing, machine.tally)
        self.assertEqual(set(machine.caught), {kind.__name__ for kind in WRONG})
        self.assertTrue(any(lot.balance > ZERO for lot in machine.ledger.lots.values()))
