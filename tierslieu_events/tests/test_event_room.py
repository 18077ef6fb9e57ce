from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import EventCase, create_event

DAY = datetime(2027, 3, 1)


@tagged("post_install", "-at_install")
class TestEventRoom(EventCase):
    """An event has its rooms as a booking has: nobody else at the same time, set-up and cleaning included."""

    def hour(self, hour, minute=0):
        """Return an hour of the first of March on the clock of the place, naive UTC."""
        return self.place.to_utc(DAY + timedelta(hours=hour, minutes=minute))

    def an_event(self, begin=18, end=20, spaces=None, **values):
        spaces = self.room if spaces is None else spaces
        return create_event(
            self.env, date_begin=self.hour(begin), date_end=self.hour(end),
            tierslieu_space_ids=[Command.set(spaces.ids)], **values,
        )

    def held(self, event):
        """Return {unit: [(start, stop)]} on the clock of the place."""
        rows = event.tierslieu_occupancy_ids.filtered(lambda row: row.state == "firm")
        return sorted((row.unit_id.name, *(self.place.to_local(at).strftime("%H:%M") for at in (row.start, row.stop)))
                      for row in rows)

    def test_it_takes_its_room_with_set_up_and_cleaning(self):
        event = self.an_event(10, 12, tierslieu_setup=60, tierslieu_cleanup=30)
        self.assertEqual(event.tierslieu_place_id, self.place)
        self.assertEqual([row[1:] for row in self.held(event)], [("09:00", "12:30")])
        self.assertEqual(self.room.free_count(self.hour(9), self.hour(10)), 0)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.env["tierslieu.booking"].reserve(self.room, self.alice, self.hour(12), self.hour(13))
        booking = self.env["tierslieu.booking"].reserve(self.room, self.alice, self.hour(14), self.hour(15))
        booking.action_confirm()
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            event.date_end = self.hour(14)
        self.assertIn("cannot have its rooms", str(caught.exception))
        self.assertIn("Free at that time", str(caught.exception))
        self.env.invalidate_all()
        self.assertEqual([row[1:] for row in self.held(event)], [("09:00", "12:30")])
        event.write({"date_end": self.hour(13)})
        self.assertEqual([row[1:] for row in self.held(event)], [("09:00", "13:30")])
        self.assertClean()

    def test_cancelled_it_gives_its_room_back_and_may_find_it_taken(self):
        event = self.an_event(10, 12)
        event.kanban_state = "cancel"
        self.assertFalse(self.held(event))
        booking = self.env["tierslieu.booking"].reserve(self.room, self.alice, self.hour(10), self.hour(11))
        booking.action_confirm()
        with self.assertRaises(UserError), self.cr.savepoint():
            event.kanban_state = "normal"
        self.env.invalidate_all()
        booking.action_cancel()
        event.kanban_state = "normal"
        self.assertEqual(len(self.held(event)), 1)
        event.active = False
        self.assertFalse(self.held(event))

    def test_slots_take_the_room_each(self):
        event = create_event(self.env, slots=(10, 14), tierslieu_space_ids=[Command.set(self.room.ids)])
        self.assertEqual([row[1:] for row in self.held(event)], [("10:00", "11:00"), ("14:00", "15:00")])
        event.event_slot_ids.sorted("start_hour")[1].unlink()
        self.assertEqual([row[1:] for row in self.held(event)], [("10:00", "11:00")])
        event.event_slot_ids = [Command.create({"date": "2027-03-01", "start_hour": 16, "end_hour": 17})]
        self.assertEqual(len(self.held(event)), 2)

    def test_people_and_rooms(self):
        self.room.seats = 12
        with self.assertRaisesRegex(ValidationError, "12 people at most, not 20"):
            self.an_event(10, 12, seats=20)

    def test_only_the_event_moves_its_room(self):
        event = self.an_event(10, 12)
        row = event.tierslieu_occupancy_ids.with_user(self.host)
        for attempt in (
            lambda: row.write({"start": self.hour(9)}), row.action_end, row.unlink,
            lambda: row.write({"state": "released"}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                attempt()
        self.assertEqual(row.display_name, "Atelier vélo")

    def test_the_programme_tells_what_is_published(self):
        event = self.an_event(10, 12, subtitle="Tout pour rouler l'hiver")
        first, last = self.hour(0), self.hour(23)
        self.assertFalse([one for one in self.place._programme(first, last) if one["title"] == event.name])
        event.is_published = True
        [one] = [one for one in self.place._programme(first, last) if one["title"] == event.name]
        self.assertEqual((one["start"], one["space"], one["summary"]), (self.hour(10), self.room, event.subtitle))
        self.assertIn("/event/", one["url"])
        event.kanban_state = "cancel"
        self.assertFalse([one for one in self.place._programme(first, last) if one["title"] == event.name])
