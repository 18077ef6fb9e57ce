from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import say_day

from .space_slots import SHORTEST_FIRST

# How many lots that are over the page recalls.
PAST_SHOWN = 20


class CreditLot(models.Model):
    """What members read of their credits: their own, and those that their organisation shares."""

    _inherit = "tierslieu.credit.lot"

    @api.model
    def _seen_domain(self, partner, company):
        """Domain of the lots that someone may see, used up and expired ones too."""
        theirs = Domain("is_shared", "=", False) & Domain("partner_id", "=", partner.id)
        shared = Domain("is_shared", "=", True) & Domain("partner_id", "=", partner.commercial_partner_id.id)
        return (theirs | shared) & Domain("company_id", "=", company.id)

    @api.model
    def _seen(self, partner, company):
        """Return (lots with something to use, those that are over, the last ones first)."""
        lots = self.sudo()
        seen = self._seen_domain(partner, company)
        live = Domain("state", "in", ("valid", "coming"))
        return (
            lots.search(seen & live),
            lots.search(seen & ~live, order="id desc", limit=PAST_SHOWN),
        )

    @api.model
    def _left_today(self, partner, company):
        """Return how many credits, of all types, someone can book with today."""
        return sum(amount for _lot, amount in self._usable(partner, company, self._today()))

    def _validity_said(self):
        """Say from when and until when a lot is good: “until 12 March 2027”."""
        self.ensure_one()
        today, _ = self._today(), self.env._
        first, last = (
            day and say_day(self.env, day) for day in (self.valid_from, self.last_day)
        )
        if self.last_day and self.last_day < today:
            return _("Expired on %(date)s", date=last)
        if self.valid_from > today and last:
            return _("From %(first)s to %(last)s", first=first, last=last)
        if self.valid_from > today:
            return _("From %(first)s on", first=first)
        return _("Until %(date)s", date=last) if last else _("Without end")

    def _whose_said(self):
        """Say whose a lot is, as its reader sees it."""
        self.ensure_one()
        if not self.is_shared:
            return self.env._("Yours alone")
        return self.env._("Shared by %(organisation)s", organisation=self.partner_id.name)


class CreditMove(models.Model):
    """The history of credits in plain words.

    What the team wrote as a reason is theirs, and may name somebody: it is
    not shown. What colleagues do with shared credits shows as a number.
    """

    _inherit = "tierslieu.credit.move"

    @api.model
    def _seen_domain(self, partner, company):
        lots = self.env["tierslieu.credit.lot"]._seen_domain(partner, company)
        return Domain("lot_id", "any!", lots)

    def _told(self, partner):
        """Return what a member reads of moves.

        :return: list of dicts: `date`, `said`, `amount` (in words, signed),
            `plus` (whether they gain), `booking` (one of their own, or empty)
        """
        return [
            {
                "date": fields.Datetime.context_timestamp(self, move.date).date(),
                "said": move._said(partner),
                "amount": f"{'+' if move.amount > 0 else '−'} {move.type_id.say(abs(move.amount))}",
                "plus": move.amount > 0,
                "booking": move.booking_id.filtered(lambda booking: booking.partner_id == partner),
            }
            for move in self.sudo()
        ]

    def _said(self, partner):
        """Say what a move was, to someone who may see its lot."""
        self.ensure_one()
        _ = self.env._
        if self.booking_id:
            own = self.booking_id.partner_id == partner
            what = self.booking_id._said() if own else _("booking of a colleague")
            words = {
                "consume": _("Booked: %(what)s", what=what),
                "return": _("Given back: %(what)s", what=what),
                "fee": _("Fee: %(what)s", what=what),
            }
            return words.get(self.kind, what)
        if self.kind == "transfer":
            return _("Handed over to you") if self.amount > 0 else _("Handed over to someone else")
        return {
            "grant": {
                "pack": _("Pack bought"),
                "gift": _("Given by the team"),
                "import": _("Brought from the tool used before"),
            }.get(self.lot_id.origin, _("Granted")),
            "consume": _("Booked"),
            "return": _("Given back"),
            "expire": _("Expired: nobody used them in time"),
            "fee": _("Fee"),
            "refund": _("Pack refunded"),
        }[self.kind]


class CreditType(models.Model):
    """What credits are good for, in words."""

    _inherit = "tierslieu.credit.type"

    def _worth(self, spaces):
        """Return what these credits pay among spaces: [(space, [(“An hour”, “0,5 × Ticket”), …]), …].

        A unit of time that a space has no rate for cannot be booked: it is left out.

        :param spaces: those that can be booked on line
        """
        self.ensure_one()
        worth = []
        for space, values in self.sudo().value_ids.grouped("space_id").items():
            if space not in spaces:
                continue
            units = {rate.time_unit: rate._sold_by() for rate in space.rate_ids.filtered("active")}
            rows = [
                (units[value.time_unit], self.say(value.amount))
                for value in values.sorted(lambda value: SHORTEST_FIRST.index(value.time_unit))
                if value.time_unit in units
            ]
            if rows:
                worth.append((space, rows))
        return worth
