from odoo import api, fields, models


class Booking(models.Model):
    """What a move that waits for its payment means to its booking."""

    _inherit = "tierslieu.booking"

    change_ids = fields.One2many(
        "tierslieu.booking.change", "booking_id", string="Moves to pay", readonly=True
    )
    pending_change_id = fields.Many2one(
        "tierslieu.booking.change", compute="_compute_pending_change_id", compute_sudo=True,
        string="Move to pay",
    )

    @api.depends("change_ids.state", "change_ids.hold_until")
    def _compute_pending_change_id(self):
        for booking in self:
            booking.pending_change_id = booking.change_ids.filtered(
                lambda change: change.state == "pending" and not change._is_over()
            )[:1]

    def _transition(self, state, **vals):
        """Give up the moves of a booking that is no longer to come."""
        if state not in ("hold", "confirmed"):
            self.sudo().change_ids._give_up()
        return super()._transition(state, **vals)

    def _expire(self, rows=None):
        """Let lapsed changes go with their stray rows."""
        if rows:
            rows.sudo().change_id._lapse()
        return super()._expire(rows)

    @api.model
    def _expire_due(self, limit=200):
        """Expire changes that are due, too."""
        done = super()._expire_due(limit)
        changes = self.env["tierslieu.booking.change"].sudo().search(
            [("state", "=", "pending"), ("hold_until", "<=", fields.Datetime.now())], limit=limit
        )
        changes = changes.try_lock_for_update()
        changes._lapse()
        changes._drop_from_carts()
        return done + len(changes)
