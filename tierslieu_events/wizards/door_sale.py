from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context, email_normalize

ON_ACCOUNT = "account"
MOST_SEATS = 50


class DoorSale(models.TransientModel):
    """Seats sold at the door: had, invoiced, paid and let in, in one go."""

    _name = "tierslieu.door.sale"
    _inherit = "tierslieu.cash.desk"
    _description = "Seats sold at the door"

    event_id = fields.Many2one("event.event", required=True, readonly=True)
    is_multi_slots = fields.Boolean(related="event_id.is_multi_slots")
    company_id = fields.Many2one(related="event_id.company_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_amount")
    slot_id = fields.Many2one("event.slot", string="At", domain="[('event_id', '=', event_id)]")
    ticket_id = fields.Many2one(
        "event.event.ticket", required=True, domain="[('event_id', '=', event_id)]"
    )
    number = fields.Integer(string="How many", default=1, required=True)
    is_free_price = fields.Boolean(related="ticket_id.tierslieu_free_price")
    chosen = fields.Monetary(
        string="Price chosen", compute="_compute_chosen", store=True, readonly=False, help="Tax included, of one seat."
    )
    partner_id = fields.Many2one("res.partner", string="Known person", help="Somebody who is known here already.")
    name = fields.Char(compute="_compute_name", store=True, readonly=False)
    email = fields.Char(string="E-mail", compute="_compute_email", store=True, readonly=False)
    amount = fields.Monetary(compute="_compute_amount", string="To pay")
    said = fields.Char(compute="_compute_said", string="Left")
    come_in = fields.Boolean(string="They come in now", default=True)
    override_reason = fields.Char(string="Sell all the same because")
    registration_ids = fields.Many2many("event.registration", readonly=True, help="What was sold: once.")

    @api.model
    def default_get(self, fields):
        """Choose the ticket where there is only one."""
        values = super().default_get(fields)
        tickets = self.env["event.event"].browse(values.get("event_id")).event_ticket_ids
        if "ticket_id" in fields and len(tickets) == 1:
            values.setdefault("ticket_id", tickets.id)
        return values

    @api.model
    def _selection_journal(self):
        return [*super()._selection_journal(), (ON_ACCOUNT, self.env._("Paid later: an invoice is left open"))]

    @api.depends("partner_id")
    def _compute_name(self):
        for sale in self.filtered("partner_id"):
            sale.name = sale.partner_id.name

    @api.depends("partner_id")
    def _compute_email(self):
        for sale in self.filtered("partner_id"):
            sale.email = sale.partner_id.email

    @api.depends("ticket_id")
    def _compute_chosen(self):
        for sale in self:
            ticket = sale.ticket_id
            sale.chosen = ticket.tierslieu_free_price and ticket._tierslieu_checked_price(None)

    @api.depends("event_id", "slot_id", "ticket_id")
    def _compute_said(self):
        """Say how many seats are left, or why there is none for them."""
        for sale in self:
            ticket = sale.ticket_id
            sale.said = False
            if ticket and (sale.slot_id or not sale.is_multi_slots):
                [(left, _held)] = sale.event_id._tierslieu_left([(sale.slot_id, ticket)])
                sale.said = self.env._("No limit") if left is None else str(left)

    @api.depends("ticket_id", "number", "partner_id", "email", "chosen", "slot_id")
    def _compute_amount(self):
        """Ask an order that is never written: what is shown is what is invoiced."""
        for sale in self:
            order = self.env["sale.order"].sudo()
            if sale.ticket_id and 0 < sale.number <= MOST_SEATS and (sale.slot_id or not sale.is_multi_slots):
                order = order.new(sale._order_values())
            sale.amount = order.amount_total
            sale.currency_id = order.currency_id or sale.event_id.currency_id or self.env.company.currency_id

    def _buyer(self):
        """Return who the order is for: somebody known, or whoever passes by."""
        if self.partner_id:
            return self.partner_id
        email = email_normalize(self.email or "")
        partners = self.env["res.partner"].sudo()
        known = email and partners.search(
            [("email_normalized", "=", email), ("company_id", "in", (self.env.company.id, False))], limit=1
        )
        return known or self.env.ref("tierslieu_events.partner_passing").sudo()

    def _order_values(self):
        ticket = self.ticket_id
        line = {
            "product_id": ticket.product_id.id, "event_id": self.event_id.id, "event_ticket_id": ticket.id,
            "event_slot_id": self.slot_id.id, "product_uom_qty": self.number,
        }
        if ticket.tierslieu_free_price:
            line |= {"tierslieu_seat_price": self.chosen, "tierslieu_seat_chosen": True}
        company = self.event_id.company_id or self.env.company
        partner = self._buyer().sudo().with_company(company)
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "pricelist_id": partner.property_product_pricelist.id,
            "order_line": [Command.create(line)],
        }

    def _check_sale(self):
        _ = self.env._
        if self.journal not in dict(self._selection_journal()):
            raise UserError(_("Say how it is paid."))
        if not 0 < self.number <= MOST_SEATS:
            raise UserError(_("Sell one seat at least, and %(most)s at the most.", most=MOST_SEATS))
        if self.ticket_id.event_id != self.event_id or (self.slot_id and self.slot_id.event_id != self.event_id):
            raise UserError(_("Choose a ticket of this event."))
        if self.is_multi_slots and not self.slot_id:
            raise UserError(_("Choose a time first."))
        if not (self.name or "").strip():
            raise UserError(_("Write who comes."))
        if self.partner_id:
            self.partner_id.check_access("read")
        if self.journal == ON_ACCOUNT and self._buyer() == self.env.ref("tierslieu_events.partner_passing"):
            raise UserError(_("Whoever pays later is known here: choose them, or write their e-mail address."))
        if self.is_free_price:
            self.ticket_id._tierslieu_checked_price(self.chosen)

    def action_sell(self):
        """Sell the seats, once; let the people in."""
        self.ensure_one()
        self._require_host()
        self.event_id.check_access("read")
        if not self.registration_ids:
            self._check_sale()
            self.registration_ids = self.with_context(clean_context(self.env.context))._sell()
        return {"type": "ir.actions.act_window_close"}

    def _sell(self):
        """Make seats, order, invoice and payment with the rights of the system; return the seats."""
        values = self._order_values()
        order = self.env["sale.order"].sudo().with_company(values["company_id"]).create(values)
        seats = self.env["event.registration"].sudo()
        buyer = order.partner_id
        passing = buyer == self.env.ref("tierslieu_events.partner_passing")
        reason = self.env["tierslieu.override"]._checked_reason(self.override_reason or None)
        if self.amount:
            order.with_context(send_email=False, default_tierslieu_override_reason=reason).action_confirm()
            seats = order.order_line.registration_ids
        else:
            order.unlink()
            order = order.browse()
        person = {
            "name": self.name, "email": email_normalize(self.email or "") or False,
            "partner_id": False if passing else buyer.id, "tierslieu_override_reason": reason,
        }
        if seats:
            seats.write({**person, "state": "open"})
        else:
            seats = seats.create(
                [
                    {
                        "event_id": self.event_id.id, "event_ticket_id": self.ticket_id.id,
                        "event_slot_id": self.slot_id.id, **person,
                    }
                    for _nth in range(self.number)
                ]
            )
        if order.amount_total:
            invoices = order._create_invoices()
            invoices.action_post()
            if self.journal == ON_ACCOUNT:
                self.env["tierslieu.refund"]._use_kept(invoices)
            elif any(invoices.mapped("amount_residual")):
                self._take(invoices)
        if self.come_in:
            for seat in seats:
                seat._tierslieu_let_in(fields.Datetime.now())
        return seats
