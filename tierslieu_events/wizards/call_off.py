from odoo import api, fields, models


class CallOff(models.TransientModel):
    """Why an event is called off, and what that does."""

    _name = "tierslieu.event.call.off"
    _description = "Calling an event off"

    event_id = fields.Many2one("event.event", required=True, readonly=True)
    why = fields.Char(string="What people read", required=True)
    seats = fields.Integer(compute="_compute_seats", string="Seats to give back")
    amount = fields.Monetary(compute="_compute_seats", string="To give back")
    currency_id = fields.Many2one(related="event_id.currency_id")

    @api.depends("event_id")
    def _compute_seats(self):
        for wizard in self:
            standing = wizard.event_id.sudo().registration_ids.filtered(lambda seat: seat.state in ("draft", "open"))
            wizard.seats = len(standing)
            wizard.amount = sum(
                float(seat._tierslieu_paid_of_it())
                for seat in standing.filtered(lambda seat: seat._tierslieu_is_sold())
            )

    def action_call_off(self):
        """Call it off."""
        self.ensure_one()
        self.event_id.tierslieu_call_off(self.why)
        return {"type": "ir.actions.act_window_close"}
