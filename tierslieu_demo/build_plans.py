"""Subscriptions in the year of Le Quai: residents at their desks, nomads on plans, their invoices and payments."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo.exceptions import UserError

from .bank import receive
from .build_cards import CARDS
from .year_plan import WEEK


class Resident(NamedTuple):
    """Somebody who has a desk: since how many weeks, counted back from this one, on which plan."""

    who: str
    weeks: int
    plan: str = "formule_resident"


class Nomad(NamedTuple):
    """Somebody on a plan without a desk: since how many days."""

    who: str
    plan: str
    days: int


# In the order of the desks. Jeanne has the fare of her association.
RESIDENTS = (
    Resident("gwenael", 70, "formule_resident_trimestre"), Resident("hugo", 70, "formule_resident_trimestre"),
    Resident("ines", 61, "formule_resident_trimestre"), Resident("jeanne", 57, "formule_resident_asso"),
    Resident("karim", 54, "formule_resident_trimestre"), Resident("lucie", 53, "formule_resident_trimestre"),
    Resident("marius", 22), Resident("nadia", 9),
)
NOMADS = (
    Nomad("quentin", "formule_nomade_20", 88), Nomad("rachida", "formule_nomade_8", 76),
    Nomad("theo", "formule_nomade_8", 73), Nomad("violette", "formule_salle", 70),
    Nomad("ulysse", "formule_nomade_20", 67), Nomad("wendy", "formule_nomade_8", 64),
    Nomad("ousmane", "formule_nomade_8", 61), Nomad("anatole", "formule_nomade_20", 58),
    Nomad("zoe", "formule_nomade_8", 54), Nomad("dimitri", "formule_nomade_8", 50),
    Nomad("florian", "formule_salle", 47), Nomad("gaelle", "formule_nomade_8", 45),
    Nomad("irina", "formule_nomade_20", 38), Nomad("baptiste", "formule_salle", 24),
    Nomad("colette", "formule_nomade_8", 10),
)
UNPAID = "gaelle"
ENDING, ENDS_IN = "zoe", timedelta(days=20)
# Who books with what their plan gives: the space and the hours, on one of the next days.
USES = (
    ("hugo", "petit_salon", 9, 11), ("ines", "petit_salon", 14, 16), ("quentin", "coworking", 9, 13),
    ("rachida", "coworking", 14, 18), ("ulysse", "coworking", 9, 18), ("wendy", "coworking", 9, 13),
    ("irina", "coworking", 14, 18), ("violette", "salle_creative", 14, 15),
)
NEXT_DAYS = 12


def desks_of_residents(monday):
    """Return a function of a date: how many desks residents have then.

    :param monday: of the week when the year ends
    """
    return lambda date: sum(monday - resident.weeks * WEEK <= date for resident in RESIDENTS)


def give_desks(env, set_clock, first):
    """Let residents sign before the year begins: their desks are theirs from the day they said.

    :param first: the Monday of the first week of the year
    """
    plans, place = env["tierslieu.plan"], env.ref("le_quai.place")
    desks = env.ref("le_quai.coworking").unit_ids
    monday = first + 52 * WEEK
    for resident, desk in zip(RESIDENTS, desks, strict=False):
        start = monday - resident.weeks * WEEK
        set_clock(place.to_utc(datetime.combine(min(start, first), time())))
        options = {"unit": desk}
        if start < first:
            # The tool that they used before has billed them until then.
            options |= {"billed_until": first.replace(day=1) - timedelta(days=1), "caution": False}
        plans.subscribe(env.ref(f"le_quai.{resident.plan}"), env.ref(f"le_quai.{resident.who}"), start, **options)


class PlansOfTheYear:
    """What happens to subscriptions, evening after evening.

    :param env: of the host, with the rights of the system
    :param now: the day when the year ends
    """

    def __init__(self, env, today):
        self.env = env
        self.today = today
        self.events = sorted(NOMADS, key=lambda nomad: nomad.days)
        self.owed = env["account.move"]

    def _ref(self, name):
        return self.env.ref(f"le_quai.{name}")

    def live(self, date):
        """Subscribe who does on this day, and do on the first of a month what the nights do."""
        new = self.env["contract.contract"]
        while self.events and self.today - timedelta(days=self.events[-1].days) <= date:
            nomad = self.events.pop()
            new |= self.env["tierslieu.plan"].subscribe(self._ref(nomad.plan), self._ref(nomad.who), date)
        if date.day == 1:
            self._pay()
            running = self.env["contract.contract"].search([("tierslieu_plan_id", "!=", False)])
            running._tierslieu_grant_allowances()
            new |= running.filtered(lambda c: c.recurring_next_date and c.recurring_next_date <= date)
        if new:
            self._bill(new)

    def _bill(self, contracts):
        contracts._tierslieu_bill()
        cautions = contracts.tierslieu_caution_move_id
        lines = self.env["account.move.line"].search(
            [("contract_line_id.contract_id", "in", contracts.ids), ("move_id.payment_state", "=", "not_paid")]
        )
        self.owed |= lines.move_id | cautions.filtered("amount_residual")

    def _pay(self):
        """Note the transfers of a month, all but those of who does not pay."""
        paid = self.owed.filtered(lambda move: move.partner_id != self._ref(UNPAID) and move.amount_residual)
        self.owed = self.env["account.move"]
        receive(self.env, paid)

    def end(self):
        """Close the year: what is due, who leaves, what is booked with plans."""
        contracts = self.env["contract.contract"].search([("tierslieu_plan_id", "!=", False)])
        contracts._tierslieu_grant_allowances()
        self._bill(contracts)
        # Those who keep a card are charged at the very end.
        by_card = self.env["res.partner"].union(*(self._ref(who) for who in CARDS))
        old = self.owed.filtered(
            lambda move: move.invoice_date < self.today - timedelta(days=8) and move.partner_id not in by_card
        )
        self.owed = old
        self._pay()
        leaving = contracts.filtered(lambda contract: contract.partner_id == self._ref(ENDING))
        leaving.action_terminate(self.today + ENDS_IN)
        for who, space, begin, end in USES:
            self._use(self._ref(who), self._ref(space), begin, end)

    def _use(self, partner, space, begin, end):
        """Book the first of the next days on which it is free and open."""
        for nth in range(1, NEXT_DAYS):
            day = datetime.combine(self.today + timedelta(days=nth), time())
            start, stop = (space.place_id.to_utc(day + timedelta(hours=hour)) for hour in (begin, end))
            try:
                with self.env.cr.savepoint():
                    self.env["tierslieu.booking"].reserve(space, partner, start, stop).action_confirm()
                return
            except UserError:
                continue
