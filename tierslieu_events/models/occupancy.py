from odoo import api, fields, models
from odoo.exceptions import UserError


class Occupancy(models.Model):
    """The rooms that an event has: given and taken back by the event alone."""

    _inherit = "tierslieu.occupancy"

    kind = fields.Selection(selection_add=[("event", "Event")], ondelete={"event": "cascade"})
    event_id = fields.Many2one("event.event", readonly=True, index="btree_not_null", ondelete="cascade")

    @api.depends("event_id.name")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for row in self.filtered("event_id"):
            row.display_name = row.sudo().event_id.name
        return result

    def _tierslieu_refuse_event(self):
        rows = self.sudo().filtered("event_id")
        if rows and not self.env.su:
            raise UserError(
                self.env._(
                    "%(unit)s is taken by an event: move or cancel the event instead.", unit=rows[0].unit_id.name
                )
            )

    def write(self, vals):
        if {"start", "stop", "unit_id", "state", "kind", "partner_id", "event_id"} & vals.keys():
            self._tierslieu_refuse_event()
        return super().write(vals)

    def action_end(self):
        self._tierslieu_refuse_event()
        return super().action_end()

    def unlink(self):
        self._tierslieu_refuse_event()
        return super().unlink()


class OccupancyFigures(models.Model):
    _inherit = "tierslieu.figures.occupancy"

    @api.model
    def _taken_by(self):
        """Count the hours of events with those of bookings."""
        return super()._taken_by() | {"event": "booked_hours"}
