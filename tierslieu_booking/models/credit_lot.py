from collections import defaultdict
from datetime import date as Date
from datetime import timedelta
from typing import NamedTuple

from psycopg2.errors import CheckViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import figures

from ..kernels import cover
from .credit_type import DIGITS, exact

# Days that credits given back to an expired lot can still be used.
REOPENED = "tierslieu_booking.credit_reopened_days"
REOPENED_DAYS = 30


class Wallet(NamedTuple):
    """Which credits may pay a booking.

    `types`: records or ids, None for all; `own`: {lot: credits} that the booking
    being moved has drawn, and would draw again; `only_own`: those alone.
    """

    types: object = None
    own: dict = {}
    only_own: bool = False


class CreditLot(models.Model):
    """Credits that someone was granted, once: a pack, a gift, a balance brought in.

    The balance is the sum of the moves, and never below zero: PostgreSQL says
    so. Only `_grant` opens a lot, only `_post` moves it; validity is judged on
    the local date of the slot.
    """

    _name = "tierslieu.credit.lot"
    _description = "Credits"
    _order = "valid_until, is_shared, id"
    _inherit = ["mail.thread", "mail.activity.mixin"]

    name = fields.Char(string="Reference", readonly=True, copy=False, index="trigram")
    type_id = fields.Many2one(
        "tierslieu.credit.type", string="Credit type", required=True, index=True,
        readonly=True, ondelete="restrict",
    )
    company_id = fields.Many2one(related="type_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Holder", required=True, index=True, readonly=True, ondelete="restrict"
    )
    is_shared = fields.Boolean(
        string="Shared", readonly=True, help="Everyone of the organisation books with them."
    )
    origin = fields.Selection(
        [
            ("pack", "Pack sold"),
            ("gift", "Gift"),
            ("transfer", "Transfer"),
            ("import", "From the tool used before"),
        ],
        required=True, readonly=True, default="gift",
    )
    granted = fields.Float(readonly=True, digits=DIGITS, string="Credits granted")
    balance = fields.Float(
        readonly=True, digits=DIGITS, copy=False, default=0.0, required=True, string="Credits left"
    )
    valid_from = fields.Date(required=True, readonly=True)
    valid_until = fields.Date(readonly=True, help="Empty: without end.")
    reopened_until = fields.Date(
        readonly=True, copy=False,
        help="Credits came back after the end of validity: they can be used until then.",
    )
    last_day = fields.Date(
        compute="_compute_last_day", store=True, index=True,
        help="The last day on which a slot can be paid with them.",
    )
    state = fields.Selection(
        [("coming", "To come"), ("valid", "Valid"), ("used", "Used up"), ("expired", "No longer valid")],
        compute="_compute_state", search="_search_state",
    )
    move_ids = fields.One2many("tierslieu.credit.move", "lot_id", readonly=True)

    # What can be booked with: those used up, years later, cost nothing.
    _left = models.Index("(partner_id) WHERE balance > 0")
    _not_below_zero = models.Constraint("CHECK (balance >= 0)", "There are not so many credits left.")
    _dates = models.Constraint(
        "CHECK (valid_from <= valid_until)", "The end of validity comes after its beginning."
    )

    @api.depends("valid_until", "reopened_until")
    def _compute_last_day(self):
        for lot in self:
            ends = [end for end in (lot.valid_until, lot.reopened_until) if end]
            lot.last_day = lot.valid_until and max(ends)

    @api.depends("balance", "valid_from", "last_day")
    def _compute_state(self):
        for lot in self:
            today = lot._today()
            if lot.last_day and lot.last_day < today:
                lot.state = "expired"
            elif not lot.balance:
                lot.state = "used"
            else:
                lot.state = "coming" if lot.valid_from > today else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._today()
        over, empty = Domain("last_day", "<", today), Domain("balance", "=", 0)
        coming = Domain("valid_from", ">", today)
        domains = {
            "expired": over,
            "used": ~over & empty,
            "coming": ~over & ~empty & coming,
            "valid": ~over & ~empty & ~coming,
        }
        return Domain.OR(domains[key] for key in value if key in domains)

    @api.depends("name", "type_id.name", "partner_id.name")
    def _compute_display_name(self):
        for lot in self:
            parts = (lot.name, lot.type_id.name, lot.partner_id.name)
            lot.display_name = " · ".join(filter(None, parts))

    @api.model
    def _today(self):
        return fields.Date.context_today(self)

    @api.model
    def _day_begun_last(self):
        """Return the date where the day begins last on earth: what ended before it is over everywhere."""
        return (fields.Datetime.now() - timedelta(hours=12)).date()

    @api.model_create_multi
    def create(self, vals_list):
        self._require_method()
        for vals in vals_list:
            vals["name"] = self.env["ir.sequence"].sudo().next_by_code("tierslieu.credit.lot")
        return super().create(vals_list)

    def write(self, vals):
        fixed = {"type_id", "partner_id", "is_shared", "origin", "granted", "balance", "valid_from",
                 "valid_until", "reopened_until", "name"}
        if fixed & vals.keys():
            self._require_method()
        return super().write(vals)

    def _require_method(self):
        if not self.env.su:
            raise UserError(self.env._("Credits are granted, given and taken by their actions."))

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        raise UserError(self.env._("Credits leave a trace: take them back rather than delete them."))

    # -- Granting and moving

    @api.model
    def _grant(self, credit_type, partner, amount, *, valid_from=None, valid_until=None, shared=False,
               origin="gift", reason=None, **values):
        """Open a lot and put its credits in.

        :param partner: who holds it; the organisation when it is shared
        :param valid_from, valid_until: local dates, both included; today, and without end
        :param values: other fields of the lot
        :return: the lot, with the rights of the system
        """
        amount = exact(amount)
        if amount <= 0:
            raise UserError(self.env._("Give at least some credit."))
        if valid_until and valid_until < (valid_from or self._today()):
            raise UserError(self.env._("The end of validity comes after its beginning."))
        lot = self.sudo().create(
            {
                "type_id": credit_type.id,
                "partner_id": (partner.commercial_partner_id if shared else partner).id,
                "is_shared": shared,
                "origin": origin,
                "granted": float(amount),
                "valid_from": valid_from or self._today(),
                "valid_until": valid_until,
                **values,
            }
        )
        lot._post(
            "transfer" if origin == "transfer" else "grant", amount, reason=reason,
            invoice_line=lot.invoice_line_id,
        )
        return lot

    def _post(self, kind, amount, booking=None, reason=None, invoice_line=None, **values):
        """Move credits in or out of this lot, and write it down.

        The row is updated where it stands: of two transactions that count on
        the same credit, one waits, fails to serialise and begins again.

        :param amount: positive in, negative out
        :param values: other fields of the move: what they pay when it is no booking
        :raises UserError: when so many are not there
        """
        self.ensure_one()
        amount = exact(amount)
        lot = self.sudo()
        # What is still in the cache would be written over it.
        lot.flush_recordset()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL("UPDATE tierslieu_credit_lot SET balance = balance + %s WHERE id = %s", amount, lot.id),
                    log_exceptions=False,
                )
        except CheckViolation as error:
            raise UserError(
                self.env._(
                    "There are not so many credits left on %(lot)s: %(left)s.",
                    lot=lot.display_name, left=figures(self.env, lot.balance),
                )
            ) from error
        lot.invalidate_recordset(["balance", "state"], flush=False)
        return self.env["tierslieu.credit.move"].sudo().create(
            {
                "lot_id": lot.id,
                "kind": kind,
                "amount": float(amount),
                "booking_id": booking.id if booking else False,
                "reason": reason,
                "invoice_line_id": invoice_line.id if invoice_line else False,
            }
            | values
        )

    def _give_back(self, amount, booking=None, reason=None, **values):
        """Return credits to the lot they came from; one that expired meanwhile opens again.

        It opens for what comes back: what nobody used in time is written off first,
        whether the nightly run has come by or not.
        """
        self.ensure_one()
        today = booking.sudo().space_id._today() if booking else self._today()
        if self.last_day and self.last_day < today:
            if self.balance:
                self._expire()
            days = int(self.env["ir.config_parameter"].sudo().get_param(REOPENED, REOPENED_DAYS))
            self.sudo().reopened_until = today + timedelta(days=max(days, 0))
        return self._post("return", amount, booking=booking, reason=reason, **values)

    # -- Whose, and good when

    @api.model
    def _usable_domain(self, partner, company, date):
        """Domain of the lots that someone may book with on the date of a slot."""
        return self._usable_domain_of(partner, company, date)

    @api.model
    def _usable_domain_of(self, partners, companies, date):
        """Domain of the lots that any of some people may book with on a local date."""
        # Theirs, even where they share them: they may have joined an organisation since.
        theirs = Domain("partner_id", "in", partners.ids)
        shared = Domain("is_shared", "=", True) & Domain("partner_id", "in", partners.commercial_partner_id.ids)
        return (
            (theirs | shared)
            & Domain("company_id", "in", companies.ids)
            & Domain("type_id.active", "=", True)
            & Domain("valid_from", "<=", date)
            & (Domain("last_day", "=", False) | Domain("last_day", ">=", max(date, self._day_begun_last())))
        )

    @api.model
    def _usable(self, partner, company, date, credit_types=None, own=None):
        """Return [(lot, credits)] that someone may book with, the soonest to expire first.

        Personal ones before shared ones of the same day.

        :param date: local date of the slot
        :param credit_types: only these; None: all
        :param own: {lot: credits} that the booking being priced has drawn already
        """
        own = own or {}
        domain = self._usable_domain(partner.sudo(), company, date)
        if credit_types is not None:
            domain &= Domain("type_id", "in", credit_types.ids)
        lots = self.sudo().search(domain & Domain("balance", ">", 0))
        emptied = [lot.id for lot in own if lot not in lots]
        if emptied:
            lots |= self.sudo().search(domain & Domain("id", "in", emptied))
        lots = lots.sorted(lambda lot: lot._spending_rank())
        return [(lot, exact(lot.balance) + own.get(lot, 0)) for lot in lots]

    def _spending_rank(self):
        """Return what lots are spent in the order of: the soonest to expire, personal before shared."""
        self.ensure_one()
        return self.last_day or Date.max, self.is_shared, self.id

    @api.model
    def _as_kernel(self, usable):
        """Return usable lots as the price kernel reads them."""
        return [cover.Lot(lot.id, lot.type_id.id, balance) for lot, balance in usable]

    @api.model
    def _allocate(self, usable, due):
        """Take what is due of each type from lots, in their order.

        :param usable: [(lot, credits)]
        :param due: {type: credits}
        :return: {lot: credits}, or None when they do not suffice
        """
        due, draws = dict(due), defaultdict(int)
        for lot, balance in usable:
            part = min(due.get(lot.type_id, 0), balance)
            if part > 0:
                draws[lot] += part
                due[lot.type_id] -= part
        return None if any(due.values()) else dict(draws)
