from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .booking_desk import TO_COLLECT

# Nobody is late by the minute.
GRACE = timedelta(minutes=15)
# Who leaves within the hour is about to leave.
LEAVING = timedelta(hours=1)
# In the order of the screen.
TILES = ("late", "expected", "here", "leaving", "rooms", "unpaid", "lapsed", "gone", "to_approve")
OF_THE_DAY = ("confirmed", "in_use", "done", "no_show", "cancelled", "expired")


class Place(models.Model):
    """The day of a place, as its host works through it."""

    _inherit = "tierslieu.place"

    @api.model
    @api.readonly
    def today(self, place_id=None):
        """Return the day of a place on its own clock: tiles that count, rows, handover notes.

        In as many queries for five bookings as for fifty.

        :param place_id: a place of the user's companies; None: their first
        :return: dict: `places` ({id, name} each), `place` (its id, False when
            there is none), `date` and `time` in words, `tiles` ({key, count}
            each, in order), `rows` (see `_today_row`, next to happen first),
            `sells_packs` (whether there are packs of credits to sell), `notes`
            (see `tierslieu.handover`)
        """
        place = self._asked_place(place_id)
        places = self.search([("company_id", "in", self.env.companies.ids)])
        said = [{"id": one.id, "name": one.name} for one in places]
        if not place:
            # A manager begins by the set-up.
            manager = self.env.user.has_group("tierslieu_base.group_manager")
            return {
                "places": said, "place": False, "set_up": manager,
                "tiles": [], "rows": [], "notes": [],
            }
        local = place.now_local()
        rows = place._today_rows()
        return {
            "places": said,
            "place": place.id,
            "date": place.format_date(local.date()),
            "time": place._say_time(local),
            "tiles": [
                {"key": key, "count": sum(key in row["tiles"] for row in rows)} for key in TILES
            ],
            "rows": rows,
            "sells_packs": bool(self.env["tierslieu.credit.sale"]._packs(limit=1)),
            "notes": self.env["tierslieu.handover"]._of_today(place),
        }

    def _today_rows(self):
        """Return the bookings of the day as rows, what happens next first."""
        bookings = self.env["tierslieu.booking"].search(self._today_domain())
        dues = bookings._dues()
        # Read all the units at once, not each with its booking.
        bookings.sudo().occupancy_ids.unit_id.mapped("name")
        return [self._today_row(booking, dues) for booking in bookings.sorted(_next_event)]

    def _today_domain(self):
        """Find what has its time today, what lapsed by the clock, who never left, and what waits for an answer."""
        now = fields.Datetime.now()
        start, stop = self.day_bounds(self.now_local().date())
        lapsed = Domain("state", "=", "hold") & Domain("hold_until", "<=", now)
        today = Domain("stop", ">", start) & (Domain("state", "in", OF_THE_DAY) | lapsed)
        # What waits for an answer does so whatever its day.
        asked = self.env["tierslieu.booking"]._asked_domain()
        return Domain("place_id", "=", self.id) & (
            asked | Domain("start", "<", stop) & (today | Domain("state", "=", "in_use"))
        )

    def _today_row(self, booking, dues):
        """Return what the screen shows of a booking.

        :return: dict: id, tiles (keys), who, space, units, people, extras (in words), when, status
            (a key), said (the status in words), due (0: nothing), due_said,
            warning (what else is to be settled with them, in words),
            note, actions (names of methods of the booking, likeliest first)
        """
        space = booking.space_id
        status = self._today_status(booking)
        extras = booking._extras_words()
        due = dues.get(booking.id, 0)
        return {
            "id": booking.id,
            "tiles": self._today_tiles(booking, status),
            # As a list of bookings does: the name of whoever it is for.
            "who": booking.partner_id.sudo().display_name,
            "space": space.name,
            "units": ", ".join(booking.unit_ids.mapped("name"))
            if space.allocation == "any" else "",
            "people": booking.people,
            "extras": ", ".join(extras),
            "when": self._today_when(booking),
            "status": status,
            "said": self._today_said(booking, status),
            "due": due,
            "due_said": booking.currency_id.format(due) if due else "",
            "warning": "",
            "note": booking.note or "",
            "actions": booking._desk_actions(),
        }

    def _today_status(self, booking):
        """Name where a booking stands on its day."""
        now = fields.Datetime.now()
        if booking.state == "confirmed":
            if booking.stop <= now:
                return "missed"
            if booking.start > now:
                return "soon"
            return "awaited" if booking.start > now - GRACE else "late"
        if booking.state == "in_use":
            return "overdue" if booking.stop <= now else "here"
        if booking.state == "hold":
            return "asked" if booking.approval == "asked" else "lapsed"
        return booking.state

    def _today_tiles(self, booking, status):
        """Return the keys of the tiles that count a booking."""
        now = fields.Datetime.now()
        to_lay_out = booking._is_laid_out() and not booking.set_up_at
        tiles = {
            "late": status in ("late", "missed"),
            "expected": status in ("soon", "awaited"),
            "here": booking.state == "in_use",
            "leaving": booking.state == "in_use" and booking.stop <= now + LEAVING,
            "rooms": status in ("soon", "awaited") and to_lay_out,
            "unpaid": booking.payment_status in TO_COLLECT,
            "lapsed": status in ("lapsed", "expired", "cancelled"),
            "gone": status in ("done", "no_show"),
            "to_approve": status == "asked",
        }
        return [key for key in TILES if tiles[key]]

    # -- In words

    def _today_when(self, booking):
        """Say the hours alone when they are today's."""
        start, stop = self.day_bounds(self.now_local().date())
        if booking.start >= start and booking.stop <= stop:
            return self.format_hours(booking.start, booking.stop)
        return self.format_range(booking.start, booking.stop)

    def _today_said(self, booking, status):
        """Say where a booking stands: “in 20 min”, “should have left at 12 h”."""
        _ = self.env._
        now = fields.Datetime.now()
        words = {
            "awaited": lambda: _("Any minute now"),
            "missed": lambda: _("Did not come"),
            "here": lambda: _("Is here"),
            "done": lambda: _("Has left"),
            "no_show": lambda: _("No-show"),
            "expired": lambda: _("Not paid in time"),
            "lapsed": lambda: _("Not paid in time"),
            "cancelled": lambda: _("Cancelled"),
            "soon": lambda: _("In %(length)s", length=self._say_length(booking.start - now)),
            "late": lambda: _("%(length)s late", length=self._say_length(now - booking.start)),
            "overdue": lambda: self._say_overdue(booking),
            "asked": lambda: self._say_asked(booking, now),
        }
        return words[status]()

    def _say_asked(self, booking, now):
        """Say since when a request waits, or that its time has come."""
        if booking.start <= now:
            return self.env._("Not answered in time")
        since = booking.held_at or booking.create_date
        return self.env._("Asked %(length)s ago", length=self._say_length(now - since))

    def _say_overdue(self, booking):
        left = self.to_local(booking.stop)
        if left.date() == self.now_local().date():
            return self.env._("Should have left at %(time)s", time=self._say_time(left))
        return self.env._("Should have left on %(day)s", day=self.format_date(left.date()))

    def _say_length(self, length):
        """Say a stretch of time, in whole days from two on: “25 min”, “1 h 10”, “3 days”."""
        whole = timedelta(days=1) if length >= timedelta(days=2) else timedelta(minutes=1)
        minutes = (length - length % whole) // timedelta(minutes=1)
        return self.env["tierslieu.space"]._say_length(max(minutes, 1))


def _next_event(booking):
    """Order by what happens next to a booking: people come, then they leave."""
    moment = booking.stop if booking.state in ("in_use", "done") else booking.start
    return (moment, booking.start, booking.id)
