from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.tools import insert_once

# How many scans are taken at once, of a door that had no network.
MOST_SCANS = 500
LONGEST = 64
MOST_DOORS = 20
# How far ahead a door may be opened from the list: earlier ones are on the page of their event.
SOON = timedelta(days=7)
# What lasts longer is a season: what begins tonight is looked for before it.
A_DAY = timedelta(days=1)
# A device whose clock is ahead by more than that is not believed.
AHEAD = timedelta(minutes=5)
# Doors open before it begins, and after midnight it is still the same evening.
BEFORE, AFTER = timedelta(hours=12), timedelta(hours=6)


class Event(models.Model):
    """The door of an event: who may come in, who has, and why not."""

    _inherit = "event.event"

    tierslieu_scan_ids = fields.One2many("tierslieu.event.scan", "event_id", string="Scans", readonly=True)

    def action_tierslieu_door(self):
        """Open the door."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "tierslieu_events.door",
            "name": self.name,
            "params": {"event_id": self.id},
            "context": {"active_id": self.id},
        }

    def _tierslieu_require_door(self):
        self.ensure_one()
        if not (self.env.su or self.env.user.has_group("event.group_event_registration_desk")):
            raise UserError(self.env._("Only the team keeps the door."))
        self.check_access("read")

    def tierslieu_door(self):
        """Return what a door needs, network or not: the people, and how many are in.

        :return: dict: `id`, `name`, `when`, `counts`, `people` (dicts: `id`, `code`, `name`, `email`,
            `ticket`, `when` (of a slot), `state`: `open`, `in`, `unpaid`), `sells` (whether tickets are sold here)
        """
        self._tierslieu_require_door()
        event = self.sudo()
        seats = event.registration_ids.filtered(
            lambda seat: seat.state in ("open", "done") or (seat.state == "draft" and seat._tierslieu_is_held())
        )
        return {
            "id": event.id,
            "name": event.name,
            "when": event._tierslieu_when_said(),
            "counts": event._tierslieu_door_counts(),
            "people": [seat._tierslieu_at_door() for seat in seats.sorted(lambda seat: (seat.name or "", seat.id))],
            "sells": bool(event.event_ticket_ids) and event._tierslieu_is_on() and not event.is_finished,
        }

    @api.model
    def tierslieu_doors(self):
        """Return the doors that may be opened: [{id, name, when}], `when` that of the slot that is next.

        They are of events that are on or begin within a week, the first one first; when there is none, of the next
        one. What has lasted for more than a day comes where it ends: a season does not hide what is on tonight.
        """
        if not self.env.user.has_group("event.group_event_registration_desk"):
            raise UserError(self.env._("Only the team keeps the door."))
        now = fields.Datetime.now()
        events = self.search([("date_end", ">=", now - AFTER), ("kanban_state", "!=", "cancel")])
        doors = []
        for event in events.sudo():
            for start, stop, slot in event._tierslieu_times_from(now - AFTER)[:1]:
                is_long = start < now and stop - start > A_DAY
                doors.append((start, stop if is_long else start, event, slot))
        doors.sort(key=lambda door: (door[1], door[0], door[2].id))
        near = [door for door in doors if door[0] <= now + SOON] or doors[:1]
        return [
            {"id": event.id, "name": event.name, "when": event._tierslieu_when_said(slot)}
            for _start, _at, event, slot in near[:MOST_DOORS]
        ]

    def _tierslieu_times_from(self, moment):
        """Return [(start, stop, slot)] of what is not over at a moment: its slots, or the whole of it without one."""
        self.ensure_one()
        times = (
            [(slot.start_datetime, slot.end_datetime, slot) for slot in self.event_slot_ids.sorted("start_datetime")]
            if self.is_multi_slots else [(self.date_begin, self.date_end, self.env["event.slot"])]
        )
        return [time for time in times if time[1] >= moment]

    def _tierslieu_door_counts(self):
        seats = self.registration_ids.filtered(lambda seat: seat.state in ("open", "done"))
        return {"in": len(seats.filtered(lambda seat: seat.state == "done")), "expected": len(seats)}

    def _tierslieu_attendance(self):
        """Return the attendance sheets of an event, one for each of its times: [{when, seats}]."""
        self.ensure_one()
        seats = self.sudo().registration_ids.filtered(lambda seat: seat.state in ("open", "done"))
        seats = seats.sorted(lambda seat: (seat.name or "").casefold())
        slots = self.event_slot_ids.sorted("start_datetime") if self.is_multi_slots else [self.env["event.slot"]]
        return [
            {
                "when": self._tierslieu_when_said(slot),
                "seats": seats.filtered(lambda seat, slot=slot: seat.event_slot_id == slot),
            }
            for slot in slots
        ]

    def tierslieu_scan(self, scans):
        """Take what a door has read, in the order of its clock; each nonce once.

        :param scans: dicts: `nonce`, `code` (read or typed) or `seat` (id chosen by name), `at` (UTC,
            “2027-03-01 18:00:00”), `door`, `late` (sent after a loss of network), `force` (let in all the
            same), `back` (take the entry back)
        :return: dict: `answers` (dicts: `nonce`, `result`, `said`, `name`, `ticket`, `seat`, `may_force`),
            `counts`
        """
        self._tierslieu_require_door()
        if not isinstance(scans, list) or len(scans) > MOST_SCANS:
            raise UserError(self.env._("Send at most %(most)s scans at a time.", most=MOST_SCANS))
        read = sorted(
            (self._tierslieu_read_scan(scan) for scan in scans if isinstance(scan, dict)), key=lambda one: one["at"]
        )
        answers = [self.sudo()._tierslieu_answer(scan) for scan in read]
        return {"answers": answers, "counts": self.sudo()._tierslieu_door_counts()}

    def _tierslieu_read_scan(self, scan):
        """Return a scan as it may be believed."""
        now = fields.Datetime.now()
        try:
            at = fields.Datetime.to_datetime(str(scan.get("at") or "")[:19]) or now
        except ValueError:
            at = now
        seat = scan.get("seat")
        return {
            "nonce": typed.one_line(scan.get("nonce"), LONGEST),
            "code": typed.one_line(scan.get("code"), LONGEST),
            "seat": seat if isinstance(seat, int) and not isinstance(seat, bool) and 0 < seat < 2**31 else 0,
            "at": now if at > now + AHEAD else min(at, now),
            "door": typed.one_line(scan.get("door"), LONGEST),
            **{key: scan.get(key) is True for key in ("late", "force", "back")},
        }

    def _tierslieu_answer(self, scan):
        """Answer one scan, and keep it."""
        if not scan["nonce"]:
            raise UserError(self.env._("This door is too old: load the page again."))
        known = self.env["tierslieu.event.scan"].search([("nonce", "=", scan["nonce"])])
        if known:
            return known._tierslieu_told()
        seat = self._tierslieu_seat_scanned(scan)
        result = self._tierslieu_verdict(seat, scan)
        forced = scan["force"] and result in ("unpaid", "day")
        if result == "in" or forced:
            result = seat._tierslieu_let_in(scan["at"])
        elif result == "back":
            seat._tierslieu_let_out()
        kept = insert_once(
            self.env["tierslieu.event.scan"],
            {
                "nonce": scan["nonce"], "event_id": self.id, "company_id": self.company_id.id or None,
                "registration_id": seat.id or None, "code": None if seat else scan["code"] or None,
                "door": scan["door"] or None, "result": result, "is_entry": result == "in",
                "is_late": scan["late"], "is_forced": bool(forced and result == "in"), "scanned_at": scan["at"],
                "user_id": self.env.uid,
            },
        )
        return self.env["tierslieu.event.scan"].browse(kept)._tierslieu_told()

    def _tierslieu_seat_scanned(self, scan):
        """Return the seat of a code, of whatever event; or one that was chosen by name."""
        seats = self.env["event.registration"]
        if scan["seat"]:
            return seats.browse(scan["seat"]).exists().filtered(lambda seat: seat.event_id == self)
        if not scan["code"]:
            return seats
        return seats.search([("barcode", "=", scan["code"]), ("event_id.company_id", "=", self.company_id.id)])

    def _tierslieu_verdict(self, seat, scan):
        """Say what becomes of who shows a seat."""
        if not seat:
            return "unknown"
        if seat.event_id != self:
            return "event"
        if scan["back"]:
            return "back" if seat.state == "done" else "again"
        if seat.state == "cancel" or not seat.active:
            return "cancelled"
        if seat.state == "done":
            return "again"
        if not seat._tierslieu_is_at(scan["at"]):
            return "day"
        return "in" if seat.state == "open" else "unpaid"


class Registration(models.Model):
    _inherit = "event.registration"

    def _tierslieu_at_door(self):
        """Return what a door knows of a seat."""
        self.ensure_one()
        return {
            "id": self.id,
            "code": self.barcode,
            "name": self.name or "",
            "email": self.email or "",
            "ticket": self.event_ticket_id.name or "",
            "when": self.event_id._tierslieu_when_said(self.event_slot_id) if self.event_slot_id else "",
            "state": {"done": "in", "draft": "unpaid"}.get(self.state, "open"),
        }

    def _tierslieu_came_said(self):
        """Say at what time somebody came; empty when they did not."""
        self.ensure_one()
        place = self.event_id._tierslieu_host_place()
        at = self.state == "done" and self.date_closed
        return (place.format_time(at) if place else f"{self.event_id._tierslieu_local(at):%H:%M}") if at else ""

    def _tierslieu_is_at(self, moment):
        """Whether a seat is for a moment: the days of its event, or its slot's."""
        self.ensure_one()
        slot, event = self.event_slot_id, self.event_id
        start = slot.start_datetime or event.date_begin
        stop = slot.end_datetime or event.date_end
        days = event._tierslieu_local(start).date(), event._tierslieu_local(stop).date()
        return days[0] <= event._tierslieu_local(moment).date() <= days[1] or start - BEFORE <= moment <= stop + AFTER

    def _tierslieu_let_in(self, at):
        """Let in whoever has a seat; return what became of it."""
        try:
            with self.env.cr.savepoint():
                self.write({"state": "done", "date_closed": at})
        except (UserError, ValidationError):
            return "full"
        return "in"

    def _tierslieu_let_out(self):
        """Take back that somebody came in."""
        entries = self.env["tierslieu.event.scan"].search([("registration_id", "=", self.id), ("is_entry", "=", True)])
        entries.is_entry = False
        self.write({"state": "open", "date_closed": False})


class EventScan(models.Model):
    _inherit = "tierslieu.event.scan"

    def _tierslieu_told(self):
        """Return what a door is told of a scan."""
        self.ensure_one()
        seat = self.registration_id
        return {
            "nonce": self.nonce,
            "result": self.result,
            "said": self._tierslieu_said(),
            "name": seat.name or "",
            "ticket": seat.event_ticket_id.name or "",
            "seat": seat.id if seat.event_id == self.event_id else False,
            "late": self.is_late,
            "may_force": self.result in ("unpaid", "day"),
        }

    def _tierslieu_said(self):
        """Say, in one sentence, what becomes of who showed it."""
        _, seat = self.env._, self.registration_id
        if self.result == "again":
            first = self.search([("registration_id", "=", seat.id), ("is_entry", "=", True)], limit=1)
            at = first.scanned_at or seat.date_closed
            if not at:
                return _("In already.")
            time = self.event_id._tierslieu_moment_said(at)
            if first.door:
                return _("In already: %(time)s, %(door)s.", time=time, door=first.door)
            return _("In already: %(time)s.", time=time)
        if self.result == "event":
            other = seat.event_id
            return _("For another event: %(event)s, %(when)s.", event=other.name, when=other._tierslieu_when_said())
        if self.result == "day":
            return _("For another day: %(when)s.", when=seat.event_id._tierslieu_when_said(seat.event_slot_id))
        return {
            "in": _("Welcome."),
            "back": _("Taken back: not in any more."),
            "unpaid": _("Not paid yet."),
            "cancelled": _("This seat was given up."),
            "unknown": _("Nobody has this code: look for the name."),
            "full": _("There is no seat left."),
        }[self.result]
