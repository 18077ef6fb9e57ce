from odoo import models


class BookingChange(models.Model):
    """The equipment of a booking, kept at the slot that its owner is paying to move to."""

    _inherit = "tierslieu.booking.change"

    def _occupy_extras(self):
        """Claim the equipment that the booking needs at its new time, and does not hold itself, or raise."""
        self.ensure_one()
        booking, space = self.booking_id, self.space_id
        wanted = booking._equipment_wanted()
        if not wanted:
            return
        ranges = space._as_intervals(self._ranges())
        own = booking._own_equipment()

        def missing(unit):
            held = own.filtered(lambda row: row.unit_id == unit)
            return [
                (low, high)
                for low, high, _space in ranges - space._as_intervals((row.start, row.stop) for row in held)
            ]

        rows = self.env["tierslieu.occupancy"]._claim_equipment(
            wanted,
            missing,
            {"kind": "booking", "state": "hold", "hold_until": self.hold_until, "booking_id": booking.id},
            near=own.unit_id,
        )
        rows.change_id = self
