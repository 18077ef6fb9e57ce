"""Credits in the year of Le Quai: packs sold at the desk, gifts, what is handed over and what expires."""

from datetime import timedelta
from typing import NamedTuple

from odoo import fields

from .bank import journal_of
from .year_plan import WEEK


class Sale(NamedTuple):
    """A pack that somebody buys: in which week of the year, and how it is paid."""

    week: int
    who: str
    pack: str
    paid_by: str


class Gift(NamedTuple):
    """Credits that the team gives, and why."""

    week: int
    who: str
    credit_type: str
    amount: float
    reason: str


class Handover(NamedTuple):
    """Credits that go from one member to another, and why."""

    week: int
    who: str
    to: str
    amount: float
    reason: str


# Bruno's pack expires in two weeks; Paola's did with tickets left in it.
SALES = (
    Sale(0, "fanal", "carnet_equipe", "bank"),
    Sale(2, "bruno", "carnet_10", "cash"),
    Sale(3, "alice", "carnet_10", "bank"),
    Sale(6, "lena", "carnet_10", "bank"),
    Sale(12, "paola", "carnet_5", "cash"),
    Sale(24, "malik", "carnet_10", "cash"),
    Sale(38, "alice", "carnet_10", "bank"),
    Sale(44, "claire", "heures_10", "bank"),
    Sale(47, "lena", "carnet_10", "bank"),
    Sale(49, "yasmine", "heures_10", "account"),
    Sale(50, "esther", "heures_10", "cash"),
)
GIFTS = (
    Gift(30, "noemie", "ticket", 1, "Première visite offerte"),
    Gift(46, "gwenael", "ticket", 2, "Coup de main au repair café"),
    Gift(50, "claire", "heures", 1.5, "Le chauffage du Petit salon était en panne"),
)
HANDOVERS = (Handover(48, "lena", "malik", 2, "Léna part en congé, Malik finit son carnet"),)


class CreditsOfTheYear:
    """What happens to credits, evening after evening.

    :param env: of the host, with the rights of the system
    :param first: the Monday of the first week
    """

    def __init__(self, env, first):
        self.env = env
        self.first = first
        events = [*SALES, *GIFTS, *HANDOVERS]
        self.events = sorted(events, key=lambda event: event.week, reverse=True)

    def live(self, date):
        """Do what a day has brought, on the clock as it is."""
        while self.events and self.first + self.events[-1].week * WEEK + timedelta(days=1) <= date:
            event = self.events.pop()
            {Sale: self._sell, Gift: self._give, Handover: self._hand_over}[type(event)](event)

    def expire(self):
        """Write off what is over, as the nightly work does."""
        lots = self.env["tierslieu.credit.lot"]
        for lot in lots.search(lots._over_domain()):
            lot._expire()

    def _ref(self, name):
        return self.env.ref(f"le_quai.{name}")

    def _sell(self, sale):
        journal = sale.paid_by
        if journal != "account":
            journal = str(journal_of(self.env, journal).id)
        self.env["tierslieu.credit.sale"].create(
            {
                "partner_id": self._ref(sale.who).id,
                "product_id": self._ref(sale.pack).product_variant_id.id,
                "journal": journal,
            }
        ).action_sell()

    def _give(self, gift):
        self.env["tierslieu.credit.gift"].create(
            {
                "partner_id": self._ref(gift.who).id,
                "type_id": self._ref(gift.credit_type).id,
                "amount": gift.amount,
                "reason": gift.reason,
            }
        ).action_give()

    def _hand_over(self, event):
        lots = self.env["tierslieu.credit.lot"]
        today = fields.Date.context_today(lots)
        mine = lots.search(lots._usable_domain(self._ref(event.who), self.env.company, today))
        lot = mine.filtered(lambda lot: lot.balance >= event.amount)[:1]
        self.env["tierslieu.credit.transfer"].create(
            {
                "lot_id": lot.id,
                "partner_id": self._ref(event.to).id,
                "amount": event.amount,
                "reason": event.reason,
            }
        ).action_transfer()
