from datetime import timedelta

import pytz
import vobject
from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain

from .seat_ledger import Seat, reader

FILTER = "tierslieu_programme_filter"
# What a calendar that follows the agenda is given: a little of what was, a year of what comes.
BACK, AHEAD = timedelta(days=30), relativedelta(months=12)


class Place(models.Model):
    _inherit = "tierslieu.place"

    def _programme(self, start, stop):
        """Announce the events that are published, with what is announced of bookings.

        Of an event, a row tells more: `price` (said), `price_kind` (`free`, `open`, `paid`), `themes` (records),
            `audience`, `is_for_members`, `word` (“Full”; may be empty)

        The context may leave some out: see `_programme_wanted`.
        """
        programme = super()._programme(start, stop)
        start, stop = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)
        events = self.env["event.event"].sudo().search(self._events_domain(start, stop))
        words = events._tierslieu_programme_words()
        for event in events:
            told = event._tierslieu_programme_told()
            slots = event.event_slot_ids if event.is_multi_slots else [event.env["event.slot"]]
            for slot in slots:
                begin = slot.start_datetime or event.date_begin
                end = slot.end_datetime or event.date_end
                if begin < stop and end > start:
                    programme.append(
                        told | {
                            "start": begin, "stop": end, "word": words.get((event, slot), ""),
                            "uid": f"event-{event.id}-{slot.id or 0}",
                        }
                    )
        programme = [one for one in programme if self._programme_wanted(one)]
        return sorted(programme, key=lambda one: (one["start"], one["title"]))

    def _programme_wanted(self, one):
        """Whether a row of the programme is among what the context asks for.

        The context has a dict, whose keys may be missing: `theme` (id), `price` (kind), `children` (True),
        `public` (`all`, `members`).
        """
        wanted = self.env.context.get(FILTER) or {}
        if wanted.get("theme") and wanted["theme"] not in [theme.id for theme in one.get("themes", ())]:
            return False
        if wanted.get("price") and wanted["price"] != one.get("price_kind"):
            return False
        if wanted.get("children") and one.get("audience") not in ("children", "families"):
            return False
        members = one.get("is_for_members", False)
        return not wanted.get("public") or members == (wanted["public"] == "members")

    def _events_domain(self, start, stop):
        """Find the events that are published here over a range: those that take place."""
        return (
            Domain("tierslieu_place_id", "=", self.id)
            & Domain("is_published", "=", True)
            & Domain("kanban_state", "!=", "cancel")
            & Domain("date_begin", "<", stop)
            & Domain("date_end", ">", start)
        )

    # -- Filters

    def _programme_themes(self):
        """Return the themes of what is announced from now on."""
        now = fields.Datetime.now()
        return self.env["event.event"].sudo().search(self._events_domain(now, now + AHEAD)).tag_ids.sorted("name")

    # -- On paper, and in calendars

    def _programme_ics(self):
        """Return the programme as one iCalendar file (bytes), in UTC."""
        self.ensure_one()
        place, now = self.sudo(), fields.Datetime.now()
        calendar = vobject.iCalendar()
        calendar.add("prodid").value = "-//Tierslieu//Agenda//FR"
        calendar.add("x-wr-calname").value = place.name
        for one in place._programme(now - BACK, now + AHEAD):
            event = calendar.add("vevent")
            event.add("uid").value = f"{one['uid']}@{place.id}.tierslieu"
            event.add("dtstamp").value = now.replace(tzinfo=pytz.utc)
            event.add("dtstart").value = one["start"].replace(tzinfo=pytz.utc)
            event.add("dtend").value = one["stop"].replace(tzinfo=pytz.utc)
            event.add("summary").value = one["title"]
            event.add("location").value = ", ".join(filter(None, (one["space"].name, place.name)))
            if one["summary"]:
                event.add("description").value = one["summary"]
            if one["url"]:
                event.add("url").value = f"{place.get_base_url()}{one['url']}"
        return calendar.serialize().encode()


class Event(models.Model):
    _inherit = "event.event"

    tierslieu_audience = fields.Selection(
        [("all", "Everybody"), ("children", "Children"), ("families", "Families"), ("adults", "Adults")],
        string="Who it is for", default="all", required=True,
    )

    def _tierslieu_programme_told(self):
        """Return what the programme tells of an event, whenever it is."""
        self.ensure_one()
        kind, price = self._tierslieu_price_kind()
        tickets = self.event_ticket_ids
        return {
            "title": self.name,
            "summary": (self.subtitle or "").strip(),
            "space": self.tierslieu_space_ids[:1],
            "url": self.website_url,
            "price": price,
            "price_kind": kind,
            "themes": self.tag_ids,
            "audience": self.tierslieu_audience,
            "is_for_members": bool(tickets) and all(ticket.tierslieu_public == "members" for ticket in tickets),
        }

    def _tierslieu_price_kind(self):
        """Return (`free`, `open` or `paid`, how it is said): of the tickets that everybody may see."""
        tickets, _ = self.event_ticket_ids, self.env._
        if any(ticket.tierslieu_free_price for ticket in tickets):
            return "open", _("Free price")
        prices = tickets.mapped("price")
        if not any(prices):
            return "free", _("Free")
        money, least = self.currency_id or self.env.company.currency_id, min(prices)
        if len(set(prices)) == 1:
            return "paid", money.format(least)
        if not least:
            return "paid", _("Free, or %(price)s", price=money.format(max(prices)))
        return "paid", _("From %(price)s", price=money.format(least))

    def _tierslieu_programme_words(self):
        """Return {(event, slot): “Full”, or how many are left}: all of them in a constant number of queries."""
        asked = {}
        for event in self:
            slots = event.event_slot_ids if event.is_multi_slots else [event.env["event.slot"]]
            for slot in slots:
                tickets = event.event_ticket_ids or [event.env["event.event.ticket"]]
                asked[event, slot] = [Seat("", event.id, slot.id or 0, ticket.id or 0) for ticket in tickets]
        seats = list(dict.fromkeys(seat for group in asked.values() for seat in group))
        if not seats:
            return {}
        left = reader(self.env, self.ids).left(seats)
        return {
            key: self._tierslieu_left_said(
                None if any(left[seat][0] is None for seat in group) else max(left[seat][0] for seat in group),
                any(left[seat][1] for seat in group),
            )
            for key, group in asked.items()
        }
