"""What 100 times the lots, moves and bookings add to quote, reserve, cancel and balance."""

from datetime import date, timedelta

from big import copy_row, opening_hours
from figures import figure
from measure import queries_of, rows_read_for, seconds_of

from odoo import Command, fields
from odoo.tests import TransactionCase, tagged

from odoo.addons.tierslieu_base.tests.heavy import FULL

TIMES = 100
AT_MOST = 1.20
ROUNDS = 3
TABLES = ("tierslieu_occupancy", "tierslieu_booking", "tierslieu_credit_lot", "tierslieu_credit_move")
PEOPLE = 6
# What each call may read of them in all: a tiny table is read whole, which a ratio alone would hide.
ROWS = 60
# What each call may ask of the database, whatever there was before.
BUDGETS = {"quote": 32, "reserve": 62, "cancel": 30, "balance": 4}


@tagged("-at_install", "post_install")
class TestGrowth(TransactionCase):
    """A floor of desks that people book with tickets, most of them used up, within a quota."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieu.place"].create(
            {"name": "Le Quai", "tz": "Europe/Paris", "step": 30, "attendance_ids": opening_hours()}
        )
        product = cls.env["product.product"].create(
            {"name": "Poste, l'heure", "type": "service", "list_price": 3, "taxes_id": False}
        )
        cls.desks = cls.env["tierslieu.space"].create(
            {"name": "Postes", "place_id": cls.place.id, "unit_count": 12, "allocation": "any", "kind": "coworking"}
        )
        cls.env["tierslieu.rate"].create({"space_id": cls.desks.id, "time_unit": "hour", "product_id": product.id})
        cls.tickets = cls.env["tierslieu.credit.type"].create(
            {"name": "Heure", "value_ids": [
                Command.create({"space_id": cls.desks.id, "time_unit": "hour", "amount": 1})
            ]}
        )
        cls.env["tierslieu.quota"].create(
            {"measure": "hours", "most": 100, "period": "month",
             "space_ids": [Command.set(cls.desks.ids)]}
        )
        cls.people = cls.env["res.partner"].create([{"name": f"Personne {nth}"} for nth in range(PEOPLE)])
        cls.alice = cls.people[0]
        cls.used = cls.env["tierslieu.credit.lot"]
        for nth, partner in enumerate(cls.people):
            cls.used |= cls.used._grant(cls.tickets, partner, 1)
            cls.reserve(partner, cls.at(2 + nth, 10)).action_confirm()
            cls.used._grant(cls.tickets, partner, 30)
        cls.day = 30

    @classmethod
    def at(cls, days, hour):
        """Return a moment some days from now, naive UTC."""
        day = fields.Date.today() + timedelta(days=days)
        return cls.place.day_bounds(day)[0] + timedelta(hours=hour)

    @classmethod
    def reserve(cls, partner, start):
        return cls.env["tierslieu.booking"].reserve(cls.desks, partner, start, start + timedelta(hours=1))

    def grow(self):
        """Give everyone a past a hundred times as long, as their moves and bookings of today are made."""
        bookings = self.env["tierslieu.booking"].search([("space_id", "=", self.desks.id)])
        moves = self.env["tierslieu.credit.move"].search([("lot_id", "in", self.used.ids)])
        self.env.flush_all()
        cr = self.env.cr
        for booking in bookings:
            begins = [booking.start - timedelta(days=40 + nth) for nth in range(TIMES)]
            ends = [start + timedelta(hours=1) for start in begins]
            copy_row(cr, "tierslieu_booking", booking.id,
                     start=("timestamp", begins), stop=("timestamp", ends), state=("text", ["done"] * TIMES))
        for lot in self.used:
            over = [date.today() - timedelta(days=10 + nth) for nth in range(TIMES)]
            copy_row(cr, "tierslieu_credit_lot", lot.id,
                     valid_from=("date", over), last_day=("date", over), valid_until=("date", over))
        for move in moves:
            copy_row(cr, "tierslieu_credit_move", move.id, reason=("text", ["Autrefois"] * TIMES))
        for table, made in (("booking", bookings), ("credit_lot", self.used), ("credit_move", moves)):
            cr.execute(f"SELECT count(*) FROM tierslieu_{table}")
            self.assertGreaterEqual(cr.fetchone()[0], TIMES * len(made))
        self.analyze()
        self.env.invalidate_all()

    def analyze(self):
        """Let the planner know the tables as they are: in production a daemon does."""
        self.env.flush_all()
        self.env.cr.execute(f"ANALYZE {', '.join(TABLES)}")

    def asked(self):
        """Return {name: call} of what a member does every day; each leaves the database as it was."""
        alice, start = self.alice, self.at(self.day, 11)

        def undone(call):
            def run():
                with self.assertRaises(KeyboardInterrupt), self.env.cr.savepoint():
                    call()
                    self.env.flush_all()
                    raise KeyboardInterrupt
            return run

        booking = self.reserve(alice, self.at(self.day, 14))
        booking.action_confirm()
        return {
            "quote": lambda: self.desks.quote(alice, start, start + timedelta(hours=2)),
            "reserve": undone(lambda: self.reserve(alice, start)),
            "cancel": undone(booking.action_cancel),
            "balance": lambda: alice.credit_balance(self.tickets),
        }

    def warm(self, asked):
        """Have what is remembered of any place remembered."""
        for call in asked.values():
            call()
            self.env.invalidate_all()

    def test_queries_and_rows(self):
        asked = self.asked()
        self.warm(asked)
        self.analyze()
        queries = {name: queries_of(self.env, call) for name, call in asked.items()}
        rows = {name: rows_read_for(self.env, call, TABLES) for name, call in asked.items()}
        self.grow()
        self.warm(asked)
        for name, call in asked.items():
            with self.subTest(name):
                after = queries_of(self.env, call)
                read = rows_read_for(self.env, call, TABLES)
                figure(f"{TIMES} times the lots, moves and bookings, {name}: {after} queries, "
                       f"{rows[name]} rows read before and {read} after.")
                self.assertEqual(after, queries[name])
                self.assertLessEqual(after, BUDGETS[name])
                self.assertLessEqual(read, rows[name] * AT_MOST + 1)
                self.assertLessEqual(read, ROWS)

    if FULL:

        def test_time(self):
            asked = self.asked()
            self.warm(asked)
            before = {name: self.times(call) for name, call in asked.items()}
            self.grow()
            self.warm(asked)
            for name, call in asked.items():
                with self.subTest(name):
                    ratio = min(self.times(call)) / min(before[name])
                    figure(f"{TIMES} times the lots, moves and bookings, {name}: {100 * (ratio - 1):+.0f} % of time.")
                    self.assertLess(ratio, AT_MOST)

        def times(self, call):
            """Return the median of each round."""
            return [seconds_of(self.env, call, 15) for _round in range(ROUNDS)]
