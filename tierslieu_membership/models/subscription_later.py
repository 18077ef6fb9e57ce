from odoo import models


class Contract(models.Model):
    """What is booked with the credits of a plan for a day when it is over."""

    _inherit = "contract.contract"

    def _tierslieu_booked_after(self, date):
        """Return the bookings that begin after a last day and that credits of this subscription pay for."""
        self.ensure_one()
        by_booking = self.sudo().tierslieu_lot_ids.move_ids.filtered("booking_id").grouped("booking_id")
        return self.env["tierslieu.booking"].sudo().union(*by_booking).filtered(
            lambda booking: booking.state in ("hold", "confirmed")
            and booking.space_id.place_id.to_local(booking.start).date() > date
            and sum(by_booking[booking].mapped("amount")) < 0
        ).sorted("start")

    def _tierslieu_booked_after_said(self, date):
        """Say which they are; False when there are none."""
        bookings = self._tierslieu_booked_after(date)
        return "; ".join(f"{booking.space_id.name}, {booking.when}" for booking in bookings) or False

    def _tierslieu_hand_over_later(self, date):
        """Leave to the team what its credits paid for after the last day: it stands until somebody decides."""
        said = self._tierslieu_booked_after_said(date)
        if said:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Booked with its credits for after the end: cancel, or have it paid"),
                note=said,
                user_id=self.company_id._tierslieu_responsible("tierslieu_base.group_host").id,
            )
