from odoo import models


class Space(models.Model):
    """What is free to a booking that moves: its own slot is."""

    _inherit = "tierslieu.space"

    def _busy(self, start, stop):
        """Leave out what a booking about to move holds itself (`tierslieu_moving`: its id).

        The rows of a unit never overlap: taking some away frees exactly those.
        """
        busy = super()._busy(start, stop)
        moving = self.env.context.get("tierslieu_moving")
        if moving:
            own = self.env["tierslieu.booking"].sudo().browse(moving).occupancy_ids
            for row in own.filtered(lambda row: row.state != "released"):
                if row.unit_id in busy:
                    busy[row.unit_id] -= self._as_intervals([(row.start, row.stop)])
        return busy
