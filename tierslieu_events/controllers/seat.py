from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import Controller, request, route

from odoo.addons.tierslieu_base.controllers.visitor import attachment, may_try, page, pdf

from ..models.registration_page import PURPOSE

PAGES_AN_HOUR = 300
SENTENCE = "tierslieu_seat_sentence"


class Seat(Controller):
    """One seat, by the key of its mail: shown, printed, given up. No account is needed."""

    def _tierslieu_seat_of(self, seat_key):
        if not may_try("event seat", PAGES_AN_HOUR):
            raise TooManyRequests()
        seat = request.env["tierslieu.token"]._resolve(seat_key, PURPOSE)
        if not seat or seat._name != "event.registration" or not seat.active:
            raise NotFound()
        return seat.with_env(request.env(su=True))

    @route("/event/seat/<string:seat_key>", type="http", auth="public", website=True, sitemap=False)
    def seat(self, seat_key, **_post):
        """Show the code of a seat, when and where it is for."""
        seat = self._tierslieu_seat_of(seat_key)
        return page(
            "tierslieu_events.seat",
            {"seat": seat, "key": seat_key, "sentence": request.session.pop(SENTENCE, None)},
        )

    @route("/event/seat/<string:seat_key>/ticket.pdf", type="http", auth="public", website=True, sitemap=False)
    def seat_pdf(self, seat_key, **_post):
        """Give the ticket to print."""
        seat = self._tierslieu_seat_of(seat_key)
        if seat.state not in ("open", "done") or seat._tierslieu_is_called_off():
            return request.redirect(f"/event/seat/{seat_key}")
        return pdf("tierslieu_events.action_report_seat", seat, "billet.pdf")

    @route("/event/seat/<string:seat_key>/calendar.ics", type="http", auth="public", website=True, sitemap=False)
    def seat_calendar(self, seat_key, **_post):
        """Give the event of a seat to a calendar."""
        seat = self._tierslieu_seat_of(seat_key)
        content = seat.event_id._get_ics_file(slot=seat.event_slot_id).get(seat.event_id.id)
        if not content:
            raise NotFound()
        return attachment(content, "text/calendar; charset=utf-8", "agenda.ics")

    @route("/event/seat/<string:seat_key>/code.png", type="http", auth="public", sitemap=False)
    def seat_code(self, seat_key, **_post):
        """Give the code as a picture, for the mail."""
        seat = self._tierslieu_seat_of(seat_key)
        return request.make_response(
            seat._tierslieu_qr_picture(),
            headers=[("Content-Type", "image/png"), ("Cache-Control", "private, max-age=600")],
        )

    @route("/event/seat/<string:seat_key>/cancel", type="http", auth="public", website=True, methods=["GET", "POST"],
           sitemap=False)
    def seat_cancel(self, seat_key, shown=None, **_post):
        """Say what giving the seat up brings, then do it.

        :param shown: what the page said of it: said otherwise by now, it is shown again first
        """
        seat = self._tierslieu_seat_of(seat_key)
        address = f"/event/seat/{seat_key}"
        if seat._tierslieu_cancel_refusal():
            return request.redirect(address)
        costs = seat._tierslieu_cancelling_said()
        if request.httprequest.method == "POST":
            if shown is not None and shown != " ".join(costs):
                request.session[SENTENCE] = request.env._(
                    "What cancelling brings has changed since this page was shown: read it again."
                )
                return request.redirect(f"{address}/cancel")
            try:
                with request.env.cr.savepoint():
                    seat.tierslieu_give_up()
            except UserError as refusal:
                request.session[SENTENCE] = str(refusal)
            return request.redirect(address)
        return page(
            "tierslieu_events.seat_cancel",
            {"seat": seat, "key": seat_key, "costs": costs, "sentence": request.session.pop(SENTENCE, None)},
        )
