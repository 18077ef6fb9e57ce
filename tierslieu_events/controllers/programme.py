from datetime import date as Date

from werkzeug.exceptions import TooManyRequests
from werkzeug.urls import url_encode

from odoo.http import request, route

from odoo.addons.tierslieu_base.controllers.visitor import may_try, pdf
from odoo.addons.tierslieu_booking.controllers.place import PlacePages

from ..models.place import FILTER
from .seats import number_of

POSTERS_AN_HOUR = 30
CALENDARS_AN_HOUR = 120
PRICES = ("free", "open", "paid")
PUBLICS = ("all", "members")


def wanted_of(post):
    """Return what an address asks of the programme; what makes no sense asks nothing."""
    wanted = {}
    if theme := number_of(post.get("theme")):
        wanted["theme"] = theme
    if post.get("price") in PRICES:
        wanted["price"] = post["price"]
    if post.get("public") in PUBLICS:
        wanted["public"] = post["public"]
    if post.get("children") == "1":
        wanted["children"] = 1
    return wanted


class Programme(PlacePages):
    """The programme: chosen from, followed in a calendar, printed."""

    @route()
    def agenda(self, slug=None, month=None, **kwargs):
        """Show the part of the programme that an address asks for."""
        wanted = wanted_of(kwargs)
        request.update_context(**{FILTER: wanted})
        response = super().agenda(slug=slug, month=month, **kwargs)
        place = self._place(slug)
        if place and hasattr(response, "qcontext"):
            values = response.qcontext
            shown = values["agenda"]["first"].strftime("%Y-%m")
            path = f"/agenda/{slug}" if slug else "/agenda"

            def address(**changed):
                left = {key: value for key, value in (wanted | changed).items() if value}
                return f"{path}?{url_encode({'month': shown} | left)}"

            for way in ("before", "after"):
                if values.get(way) and wanted:
                    values[way] = f"{values[way]}&{url_encode(wanted)}"
            values |= {
                "wanted": wanted, "address": address, "themes": place._programme_themes(),
                "free_said": request.env._("Free"), "open_said": request.env._("Free price"),
                "shown_month": shown, "agenda_slug": request.env["ir.http"]._slug(place),
            }
        return response

    @route(["/agenda.ics", "/agenda/<string:slug>/agenda.ics"], type="http", auth="public", website=True, sitemap=False)
    def agenda_calendar(self, slug=None, **kwargs):
        """Give the programme to a calendar that follows it."""
        if not may_try("agenda calendar", CALENDARS_AN_HOUR):
            raise TooManyRequests()
        request.update_context(**{FILTER: wanted_of(kwargs)})
        place = self._place(slug)
        content = place._programme_ics() if place else b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
        return request.make_response(
            content,
            headers=[
                ("Content-Type", "text/calendar; charset=utf-8"),
                ("Content-Disposition", 'inline; filename="agenda.ics"'),
                ("Cache-Control", "public, max-age=900"),
            ],
        )

    @route(["/agenda/poster.pdf", "/agenda/<string:slug>/poster.pdf"], type="http", auth="public", website=True,
           sitemap=False)
    def agenda_poster(self, slug=None, month=None, **_kwargs):
        """Give the poster of a month, to print."""
        if not may_try("agenda poster", POSTERS_AN_HOUR):
            raise TooManyRequests()
        place = self._place(slug)
        if not place:
            return request.redirect("/agenda")
        chosen = self._month(month, place.now_local().date().replace(day=1))
        request.update_context(tierslieu_month=Date.isoformat(chosen))
        return pdf("tierslieu_events.action_report_poster", place.sudo(), f"programme-{chosen:%Y-%m}.pdf")
