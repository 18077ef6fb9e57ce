from datetime import timedelta

from odoo import fields, models

from odoo.addons.tierslieu_base.qr import qr_picture, qr_png, qr_svg

PURPOSE = "seat"
# After the event, its page says what became of the seat for so long.
KEPT = timedelta(days=60)


class Registration(models.Model):
    """The page of a seat: the code to show at the door, and the way to give it up, without an account."""

    _inherit = "event.registration"

    def _tierslieu_url(self):
        """Return the address of the page of a seat: whoever has it may show the code and give the seat up."""
        self.ensure_one()
        tokens, seat = self.env["tierslieu.token"], self.sudo()
        key = tokens._show_derived(seat, PURPOSE)
        if not key:
            ends = seat.event_slot_id.end_datetime or seat.event_id.date_end
            key = tokens._issue_derived(seat, PURPOSE, expires_at=max(ends, fields.Datetime.now()) + KEPT)
        return f"{seat.event_id.get_base_url()}/event/seat/{key}"

    def _tierslieu_qr_svg(self):
        """Return the code that the door reads, as the address of a drawing."""
        return qr_svg(self.sudo().barcode)

    def _tierslieu_qr_png(self):
        """Return the code that the door reads, as the address of a picture, for the PDF."""
        return qr_png(self.sudo().barcode)

    def _tierslieu_qr_picture(self):
        """Return the code that the door reads, as a PNG picture (bytes), for the mail."""
        return qr_picture(self.sudo().barcode)

    def _tierslieu_where_said(self):
        """Say where it is: its rooms, its place and its address."""
        event = self.sudo().event_id
        place = event._tierslieu_host_place()
        partner = event.address_id or place.partner_id
        address = partner._display_address(without_company=True) if partner else ""
        return [
            ", ".join(part for part in (*event.tierslieu_space_ids.mapped("name"), place.name) if part),
            ", ".join(part.strip() for part in address.splitlines() if part.strip()),
        ]

    def _tierslieu_state_said(self):
        """Return (word, look) of a seat, for its owner."""
        self.ensure_one()
        seat, _ = self.sudo(), self.env._
        if seat._tierslieu_is_called_off():
            return _("Called off"), "off"
        if seat.state == "cancel":
            return _("Given up"), "off"
        if seat.state == "done":
            return _("You came"), "good"
        if seat.state == "draft":
            return (_("To be paid"), "wait") if seat._tierslieu_is_held() else (_("Lapsed"), "off")
        return _("Valid"), "good"

    def _tierslieu_is_called_off(self):
        """Whether its event does not take place: whoever had given it up before, did so for themselves."""
        self.ensure_one()
        seat = self.sudo()
        if seat.event_id._tierslieu_is_on():
            return False
        since = seat.event_id.tierslieu_called_off_at
        return seat.state != "cancel" or bool(
            since and seat.tierslieu_cancelled_at and seat.tierslieu_cancelled_at >= since
        )

    def _tierslieu_price_said(self):
        """Say what was paid for a seat."""
        price, credit = self.sudo()._tierslieu_price()
        if not price and not credit:
            return self.env._("Free")
        return self.with_env(self.env).sudo()._tierslieu_worth_said(price, credit)
