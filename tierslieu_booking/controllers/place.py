import re
from datetime import date as Date

from dateutil.relativedelta import relativedelta
from werkzeug.exceptions import NotFound

from odoo.http import request, route
from odoo.tools import format_date
from odoo.tools.date_utils import start_of

from .book import MAX_ID, Book

# How many months of the agenda are shown, this one included.
MONTHS_AHEAD = 12


def _sitemap(page):
    """Return what lists a page for search engines: once a place when there are several."""

    def addresses(env, rule, qs):
        if rule.rule != page:
            return
        website = env["website"].get_current_website()
        places = website._tierslieu_places()
        slugs = [""] if len(places) < 2 else [f"/{env['ir.http']._slug(place)}" for place in places]
        for slug in slugs:
            if not qs or qs.lower() in page + slug:
                yield {"loc": page + slug}

    return addresses


class PlacePages(Book):
    """The pages on which a place presents itself: where it is, what it costs, what goes on.

    They are made from what the team already keeps: nothing is written twice.
    """

    def _place(self, slug):
        """Return the place of a slug, the first one without; or say that there is none."""
        places = request.website._tierslieu_places()
        if slug is None:
            return places[:1]
        _name, number = request.env["ir.http"]._unslug(str(slug)[:200])
        place = places.filtered(lambda one: one.id == number) if number and number <= MAX_ID else None
        if not place:
            raise NotFound()
        return place

    def _spaces_of(self, place):
        return self._spaces().filtered(lambda space: space.place_id == place)

    def _render_page(self, page, place, values):
        """Render a page about a place, with the way to the same page of the others."""
        return request.render(
            f"tierslieu_booking.{page}",
            {
                "place": place,
                "places": request.website._tierslieu_places(),
                "slug": request.env["ir.http"]._slug,
                "money": self._money,
                **values,
            },
        )

    @route(["/place", "/place/<string:slug>"], type="http", auth="public", website=True,
           sitemap=_sitemap("/place"))
    def place(self, slug=None, **kwargs):
        """Show a place: its plan, its spaces, its hours, how to come."""
        place = self._place(slug)
        if not place:
            return self._render_page("place", place, {})
        spaces = self._spaces_of(place)
        return self._render_page(
            "place",
            place,
            {
                "spaces": spaces,
                "plan": place._plan(spaces),
                "prices": spaces._from_prices(self._partner()),
                "hours": place._weekly_hours(),
                "now": place._open_word(),
                "amenities": spaces.amenity_ids.sorted(),
            },
        )

    @route(["/prices", "/prices/<string:slug>"], type="http", auth="public", website=True,
           sitemap=_sitemap("/prices"))
    def prices(self, slug=None, fare=None, **kwargs):
        """Show what everything costs, fare by fare."""
        place = self._place(slug)
        if not place:
            return self._render_page("prices", place, {})
        partner = self._partner()
        table = place._price_table(self._spaces_of(place), partner)
        own = place._fare_of(partner) if not request.env.user._is_public() else table["fares"][:0]
        asked = table["fares"].filtered(lambda one: str(one.id) == str(fare))
        chosen = asked or (own & table["fares"]) or table["fares"][:1]
        packs = request.env["product.template"]._tierslieu_on_sale(request.website)._tierslieu_good_at(place)
        return self._render_page(
            "prices",
            place,
            {
                "table": table,
                "extras": place._extras_table(table["fares"], partner),
                "own": own,
                "chosen": chosen,
                "packs": packs,
                "prices": packs._tierslieu_prices(request.pricelist),
                "nth": table["fares"].ids.index(chosen.id) if chosen else 0,
            },
        )

    @route(["/agenda", "/agenda/<string:slug>"], type="http", auth="public", website=True,
           sitemap=_sitemap("/agenda"))
    def agenda(self, slug=None, month=None, **kwargs):
        """Show what happens in a place, month by month, and when it opens."""
        place = self._place(slug)
        if not place:
            return self._render_page("agenda", place, {})
        today = place.now_local().date()
        first = start_of(today, "month")
        last = first + relativedelta(months=MONTHS_AHEAD - 1)
        chosen = self._month(month, first) if month else place._agenda_opens_on(last)
        path = f"/agenda/{request.env['ir.http']._slug(place)}" if slug else "/agenda"
        return self._render_page(
            "agenda",
            place,
            {
                "agenda": place._agenda(chosen),
                "hours": place._weekly_hours(),
                "now": place._open_word(),
                "today": today,
                "title": format_date(request.env, chosen, date_format="MMMM yyyy"),
                "day_names": self._day_names(),
                "before": chosen > first and _month_address(path, chosen, -1),
                "after": chosen < last and _month_address(path, chosen, 1),
            },
        )

    def _month(self, value, first):
        """Read the month of an address: the current one when it makes no sense or is too far."""
        found = re.fullmatch(r"([0-9]{4})-(0[1-9]|1[0-2])", str(value or ""))
        month = found and int(found[1]) and Date(int(found[1]), int(found[2]), 1)
        last = first + relativedelta(months=MONTHS_AHEAD - 1)
        return month if month and first <= month <= last else first

    def _day_names(self):
        """Return the days of the week, Monday first: [(“lun”, “lundi”), …]."""
        # 5 January 2026 was a Monday.
        monday = Date(2026, 1, 5)
        days = [monday + relativedelta(days=nth) for nth in range(7)]
        return [
            tuple(
                format_date(request.env, day, date_format=pattern).rstrip(".")
                for pattern in ("EEE", "EEEE")
            )
            for day in days
        ]


def _month_address(path, month, step):
    return f"{path}?month={month + relativedelta(months=step):%Y-%m}"
