import doctest
import io
import random
import unittest
from datetime import timedelta
from itertools import combinations

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged
from odoo.tools.misc import file_path

from ..kernels import plan
from .common import BookingCase

# What a plan may ask the database, whatever the number of spaces.
MOST_QUERIES = 30


class TestPlanKernel(BaseCase):
    """Rooms fill the drawing and never overlap; furniture stays in its room."""

    def test_doctests(self):
        suite = doctest.DocTestSuite(plan)
        self.assertTrue(suite.countTestCases())
        result = unittest.TextTestRunner(stream=io.StringIO()).run(suite)
        self.assertFalse(result.failures + result.errors)

    def assertTiled(self, boxes, width, height):
        for one in boxes:
            self.assertGreaterEqual(min(one.x, one.y), -1e-6)
            self.assertLessEqual(one.x + one.w, width + 1e-6)
            self.assertLessEqual(one.y + one.h, height + 1e-6)
        for one, other in combinations(boxes, 2):
            apart = (
                one.x + one.w <= other.x + 1e-6 or other.x + other.w <= one.x + 1e-6
                or one.y + one.h <= other.y + 1e-6 or other.y + other.h <= one.y + 1e-6
            )
            self.assertTrue(apart, (one, other))

    def test_rooms_fill_the_drawing(self):
        chance = random.Random(4)
        for count in (1, 2, 3, 7, 12, 40):
            weights = [chance.uniform(2, 12) for _nth in range(count)]
            for width, ratio in ((960, 0.56), (358, 2.1)):
                boxes, height = plan.rooms(weights, [None] * count, width, ratio)
                self.assertTiled(boxes, width, height)
                self.assertAlmostEqual(sum(box.w * box.h for box in boxes), width * height, 3)
                for weight, box in zip(weights, boxes, strict=True):
                    share = weight / sum(weights)
                    self.assertAlmostEqual(box.w * box.h, share * width * height, 3)

    def test_rooms_that_are_placed_stay_there_and_the_others_go_below(self):
        cells = [(0, 0, 6, 4), None, (6, 0, 6, 2), (6, 2, 6, 2)]
        for upright in (False, True):
            boxes, height = plan.rooms([1, 1, 1, 1], cells, 400, 1, upright)
            self.assertTiled(boxes, 400, height)
            self.assertGreaterEqual(boxes[1].y, 400)
        self.assertEqual(plan.rooms([1] * 4, cells, 400, 1)[0][0], plan.Box(0, 0, 200, 400))
        self.assertEqual(plan.rooms([1] * 4, cells, 400, 1, True)[0][0], plan.Box(0, 0, 400, 200))

    def test_furniture_stays_in_its_room(self):
        kinds = ("coworking", "office", "meeting", "lounge", "hall", "kitchen", "machine",
                 "locker", "studio", "service", "of another addon")
        for kind in kinds:
            for count in (0, 1, 2, 7, 20, 60, 500):
                for width, height in ((300, 120), (120, 300), (60, 60), (30, 200), (10, 10), (0, 0)):
                    box = plan.Box(10, 10, width, height)
                    for shape in plan.furniture(kind, count, box):
                        said = (kind, count, box, shape)
                        self.assertGreaterEqual(shape.x, box.x - 1e-6, said)
                        self.assertGreaterEqual(shape.y, box.y - 1e-6, said)
                        self.assertLessEqual(shape.x + shape.w, box.x + box.w + 1e-6, said)
                        self.assertLessEqual(shape.y + shape.h, box.y + box.h + 1e-6, said)


@tagged("post_install", "-at_install")
class TestPlan(BookingCase):
    """What the plan says of each space is what is there. It is eight on a Monday in Paris."""

    def setUp(self):
        super().setUp()
        self.spaces = self.room + self.lounge + self.desks

    def said(self, moment):
        with self.frozen(moment):
            return self.place._plan()["now"]

    def frozen(self, moment):
        return freeze_time(moment)

    def test_free_until_someone_comes(self):
        self.reserve(self.room, self.at(0, 14)).action_confirm()
        now = self.said(self.at(0, 10))
        self.assertEqual(now[self.room]["word"], "Free until 2:00\u202fPM")
        self.assertEqual(now[self.room]["state"], "free")
        self.assertEqual(now[self.lounge]["word"], "Free until 6:00\u202fPM")

    def test_taken_until_they_leave(self):
        self.reserve(self.room, self.at(0, 14), hours=2).action_confirm()
        now = self.said(self.at(0, 14, 30))
        self.assertEqual(
            (now[self.room]["state"], now[self.room]["word"]), ("taken", "Taken until 4:00\u202fPM")
        )
        self.assertFalse(now[self.room]["free"])

    def test_taken_until_closing_time(self):
        self.reserve(self.room, self.at(0, 14), hours=4).action_confirm()
        self.assertEqual(self.said(self.at(0, 15))[self.room]["word"], "Taken until closing time")

    def test_desks_are_counted(self):
        for _nth in range(3):
            self.reserve(self.desks, self.at(0, 14)).action_confirm()
        now = self.said(self.at(0, 14, 30))[self.desks]
        self.assertEqual((now["state"], now["word"]), ("free", "17 free out of 20"))
        self.assertEqual(len(now["free"]), 17)

    def test_closed_says_when_it_opens(self):
        self.assertEqual(self.said(self.at(0, 8))[self.room]["word"], "Closed, opens at 9:00\u202fAM")
        self.assertEqual(
            self.said(self.at(0, 20))[self.room]["word"], "Closed, opens tomorrow at 9:00\u202fAM"
        )
        self.assertEqual(
            self.said(self.at(4, 20))[self.room]["word"],
            "Closed, opens on Monday, January 18 at 9:00\u202fAM",
        )
        self.place.attendance_ids.unlink()
        self.assertEqual(self.said(self.at(0, 10))[self.room]["word"], "Closed")

    def test_it_says_the_same_as_free_count(self):
        """Each space is free on the plan when someone could have it for the next half hour."""
        chance = random.Random(11)
        for _nth in range(25):
            space = chance.choice(self.spaces)
            start = self.at(0, chance.choice(range(9, 17)))
            if space.free_count(start, start + timedelta(hours=1)):
                self.reserve(space, start).action_confirm()
        for hour in range(9, 18):
            moment = self.at(0, hour)
            with self.frozen(moment):
                for space, now in self.place._plan()["now"].items():
                    count = space.free_count(moment, moment + timedelta(minutes=30))
                    self.assertEqual(now["state"] == "free", bool(count), (space.name, hour))
                    if space == self.desks:
                        self.assertEqual(len(now["free"]), count)

    def test_each_unit_is_drawn_once(self):
        floor = self.room.copy({"name": "Tout l'étage"})
        floor.unit_ids = [Command.set((self.room.unit_ids | self.lounge.unit_ids).ids)]
        some = self.desks.copy({"name": "Postes calmes"})
        some.unit_ids = [Command.set(self.desks.unit_ids[:8].ids)]
        drawn = self.place._plan()
        for drawing in drawn["drawings"]:
            names = [room["space"].name for room in drawing["rooms"]]
            self.assertNotIn("Tout l'étage", names)
            desks = {
                room["space"]: {shape.unit for shape, _free in room["shapes"]}
                for room in drawing["rooms"]
            }
            self.assertEqual(len(desks[some]), 8)
            self.assertEqual(len(desks[self.desks]), 12)
        self.assertIn(floor, drawn["spaces"])

    def test_what_visitors_may_not_book_is_not_shown(self):
        self.room.is_bookable = False
        self.lounge.active = False
        self.assertEqual(self.place._plan()["spaces"], self.desks)
        self.desks.is_bookable = False
        plan = self.place._plan()
        self.assertEqual((plan["spaces"].ids, plan["drawings"]), ([], []))

    def test_too_many_rooms_are_listed_only(self):
        for nth in range(40):
            self.a_room(nth)
        plan = self.place._plan()
        self.assertEqual(len(plan["spaces"]), 43)
        self.assertEqual(plan["drawings"], [])

    def a_room(self, nth):
        space = self.room.copy({"name": f"Salle {nth}"})
        space.unit_count = 1
        return space

    def test_queries_do_not_grow_with_the_spaces(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.place._plan()
            return self.env.cr.sql_log_count - before

        self.place._plan()
        few = queries()
        for nth in range(20):
            self.reserve(self.a_room(nth), self.at(0, 10)).action_confirm()
        self.place._plan()
        self.assertLessEqual(queries(), few)
        self.assertLessEqual(few, MOST_QUERIES)

    def test_two_rooms_are_not_on_the_same_spot(self):
        self.room.write({"plan_x": 0, "plan_y": 0, "plan_w": 6, "plan_h": 4})
        self.lounge.write({"plan_x": 6, "plan_y": 0, "plan_w": 6, "plan_h": 4})
        with self.assertRaisesRegex(ValidationError, "same spot"):
            self.lounge.plan_x = 5
        # An archived room leaves its spot.
        self.room.active = False
        self.lounge.plan_x = 5
        with self.assertRaisesRegex(ValidationError, "same spot"):
            self.room.active = True

    def test_a_room_stays_on_the_grid(self):
        for x, y, w, h in ((0, 0, 13, 1), (11, 0, 2, 1), (0, 20, 1, 5), (-1, 0, 2, 2), (0, 0, 2, 0)):
            with self.assertRefused():
                self.room.write({"plan_x": x, "plan_y": y, "plan_w": w, "plan_h": h})
                self.env.flush_all()

    def test_drawings(self):
        """A space has its own picture, or ours of its kind: every kind has one."""
        for kind, _label in self.room._fields["kind"].selection:
            self.room.kind = kind
            self.assertTrue(file_path(self.room.drawing_url().lstrip("/")))
        self.room.image_1920 = (
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        )
        self.assertEqual(self.room.drawing_url(), f"/book/{self.room.id}/picture")
