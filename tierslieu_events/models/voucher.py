from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.kernels import typed

from .seat_ledger import Pool, reader


class EventVoucher(models.Model):
    """A code for one event: another price, seats that are kept for who has it, so many times."""

    _name = "tierslieu.event.voucher"
    _description = "Voucher of an event"
    _order = "event_id, id"
    _rec_name = "code"

    code = fields.Char(required=True, copy=False, help="What people type; capitals and blanks do not matter.")
    active = fields.Boolean(default=True)
    note = fields.Char(string="For whom", help="Only the team sees it.")
    event_id = fields.Many2one("event.event", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="event_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="event_id.company_id.currency_id")
    ticket_id = fields.Many2one(
        "event.event.ticket", index=True, ondelete="restrict",
        domain="[('event_id', '=', event_id)]", help="None: any ticket of the event.",
    )
    slot_id = fields.Many2one(
        "event.slot", ondelete="restrict", domain="[('event_id', '=', event_id)]",
        help="None: any slot of the event.",
    )
    uses = fields.Integer(string="Seats", default=1, required=True, help="How many seats may be had with it.")
    used = fields.Integer(compute="_compute_used")
    valid_until = fields.Datetime(help="After it the code is refused, and the seats that it kept are free.")
    keeps_seats = fields.Boolean(
        string="Keeps its seats", help="Its seats are nobody else's until they are used, or until it is over."
    )
    effect = fields.Selection(
        [("none", "The usual price"), ("price", "A price of its own"), ("percent", "A reduction in percent")],
        default="none", required=True,
    )
    price = fields.Monetary(string="Price, tax included")
    percent = fields.Float(string="Reduction (%)", digits=(5, 2))

    _uses = models.Constraint("CHECK (uses BETWEEN 1 AND 10000)", "A voucher is for 1 to 10,000 seats.")
    _price = models.Constraint("CHECK (COALESCE(price, 0) >= 0)", "A price is not below zero.")
    _percent = models.Constraint("CHECK (COALESCE(percent, 0) BETWEEN 0 AND 100)", "A reduction is from 0 to 100 %.")
    _code = models.UniqueIndex("(event_id, UPPER(code))", "Another voucher of this event has this code.")

    @api.depends("event_id.registration_ids.state", "event_id.registration_ids.tierslieu_voucher_id")
    def _compute_used(self):
        for voucher in self:
            event, voucher_id = voucher.event_id._origin.id, voucher._origin.id
            pool = Pool("voucher", event or 0, voucher=voucher_id or 0)
            known = reader(self.env, [event]).taken([pool]) if event and voucher_id else {}
            voucher.used = known.get(pool, (0, 0))[0]

    @api.constrains("event_id", "ticket_id", "slot_id", "keeps_seats")
    def _check_seats(self):
        for voucher in self:
            if (voucher.ticket_id.event_id | voucher.slot_id.event_id) - voucher.event_id:
                raise ValidationError(
                    self.env._("%(code)s is for a ticket and a slot of its own event.", code=voucher.code)
                )
            incomplete = not voucher.ticket_id or (voucher.event_id.is_multi_slots and not voucher.slot_id)
            if voucher.keeps_seats and incomplete:
                raise ValidationError(
                    self.env._("%(code)s keeps seats: say of which ticket, and at which slot.", code=voucher.code)
                )

    @api.model
    def _plain(self, code):
        """Return a code as it is compared."""
        return typed.one_line(code, 60).replace(" ", "").upper()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if "code" in vals:
                vals["code"] = self._plain(vals["code"])
        vouchers = super().create(vals_list)
        vouchers.filtered("keeps_seats").event_id._tierslieu_count_again()
        return vouchers

    def write(self, vals):
        if "code" in vals:
            vals = vals | {"code": self._plain(vals["code"])}
        result = super().write(vals)
        if not vals.keys().isdisjoint({"uses", "keeps_seats", "ticket_id", "slot_id", "valid_until", "active"}):
            self.event_id._tierslieu_count_again()
        return result

    # -- Used

    @api.model
    def _find(self, event, code):
        """Return the voucher of an event that has this code.

        :raises UserError: there is none, or it is over
        """
        voucher = self.sudo().search([("event_id", "=", event.id), ("code", "=", self._plain(code))], limit=1)
        if not voucher:
            raise UserError(self.env._("No voucher of this event has this code: see how it is written."))
        if voucher._is_over():
            raise UserError(self.env._("The voucher %(code)s is over.", code=voucher.code))
        return voucher

    def _is_over(self):
        self.ensure_one()
        return not self.active or bool(self.valid_until and self.valid_until <= fields.Datetime.now())

    def _fits(self, ticket, slot):
        """Whether it may be used with a ticket at a slot."""
        self.ensure_one()
        return (not self.ticket_id or self.ticket_id == ticket) and (not self.slot_id or self.slot_id == slot)

    def _price_of(self, usual):
        """Return what a seat costs with it, in the unit in which the usual price is given."""
        self.ensure_one()
        if self.effect == "price":
            return min(self.price, usual)
        return usual * (100 - self.percent) / 100 if self.effect == "percent" else usual
