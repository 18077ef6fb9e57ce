from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestSpace(TierslieuCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place = cls.env["tierslieu.place"].create({"name": "Le Quai", "tz": "Europe/Paris"})
        cls.desks = cls.env["tierslieu.space"].create(
            {"name": "Coworking", "place_id": cls.place.id, "allocation": "any", "unit_count": 20}
        )

    def claimed(self, units):
        """Pretend that someone counts on units, as the layers above would say."""
        model = type(self.env["tierslieu.unit"])

        def claims(records, limit=5, space=None):
            if space and space != self.desks:
                return []
            return [f"{unit.name} (Alice)" for unit in records if unit in units][:limit]

        return patch.object(model, "_future_claims", claims)

    def test_twenty_desks(self):
        self.assertEqual(len(self.desks.unit_ids), 20)
        self.assertEqual(self.desks.unit_ids[0].name, "Coworking 1")
        self.assertEqual(self.desks.unit_ids.place_id, self.place)

    def test_a_single_unit_has_the_name_of_its_space(self):
        room = self.desks.copy({"name": "Salon", "unit_count": 1})
        self.assertEqual(room.unit_ids.name, "Salon")

    def test_fewer_desks_retires_the_last(self):
        last = self.desks.unit_ids[12:]
        self.desks.unit_count = 12
        self.assertEqual(len(self.desks.unit_ids), 12)
        self.assertFalse(any(last.mapped("active")))
        self.desks.unit_count = 14
        self.assertEqual(self.desks.unit_ids[-1].name, "Coworking 14")

    def test_a_shared_unit_stays_for_the_other_space(self):
        floor = self.desks.copy({"name": "Étage"})
        floor.unit_ids = self.desks.unit_ids
        self.desks.unit_count = 19
        self.assertTrue(floor.unit_ids[-1].active)
        self.assertEqual(len(floor.unit_ids), 20)

    def test_units_are_named_as_people_say(self):
        self.desks.unit_prefix = "Poste"
        self.desks.unit_count = 21
        self.assertEqual(self.desks.unit_ids[-1].name, "Poste 21")

    def test_a_number_is_not_given_twice(self):
        self.desks.unit_ids[4].active = False
        self.env.invalidate_all()
        self.desks.unit_count = 20
        self.env.invalidate_all()
        names = self.desks.with_context(active_test=False).unit_ids.mapped("name")
        self.assertEqual(len(set(names)), 21)
        self.assertIn("Coworking 21", names)

    def test_a_desk_leaves_only_the_space_that_nobody_booked(self):
        floor = self.desks.copy({"name": "Étage"})
        floor.unit_ids = self.desks.unit_ids
        desk = self.desks.unit_ids[0]
        with self.claimed(desk):
            for record, field, other in (
                (self.desks, "unit_ids", desk), (desk, "space_ids", self.desks),
            ):
                # Not assertRaisesRegex: this one rolls back as a request does.
                with self.assertRaises(UserError) as refused:
                    record[field] = [Command.unlink(other.id)]
                self.assertIn("Coworking 1 (Alice)", str(refused.exception))
            floor.unit_ids = [Command.unlink(desk.id)]
            floor.active = False
        self.assertIn(desk, self.desks.unit_ids)
        self.assertNotIn(desk, floor.unit_ids)

    def test_a_place_stays_while_someone_counts_on_it(self):
        with self.claimed(self.desks.unit_ids[2]), self.assertRaisesRegex(UserError, "Alice"):
            self.place.active = False

    def test_five_names_are_enough(self):
        with self.claimed(self.desks.unit_ids), self.assertRaises(UserError) as refused:
            self.desks.unit_ids.active = False
        self.assertEqual(str(refused.exception).count("Alice"), 5)

    def test_fewer_desks_is_refused_while_someone_counts_on_them(self):
        with self.claimed(self.desks.unit_ids[-1]):
            with self.assertRaisesRegex(UserError, "Coworking 20 .Alice"):
                self.desks.unit_count = 12
            with self.assertRaisesRegex(UserError, "Alice"):
                self.desks.active = False
            with self.assertRaisesRegex(UserError, "Alice"):
                self.desks.unit_ids[-1].active = False
            with self.assertRaisesRegex(UserError, "Alice"):
                self.desks.unit_ids[-1].unlink()
            self.env.invalidate_all()
            self.desks.unit_ids[0].active = False
        self.env.invalidate_all()
        self.assertEqual(self.desks.unit_count, 19)

    def test_absurd_numbers(self):
        for number in (-1, 100000):
            with self.assertRaises(UserError):
                self.desks.unit_count = number

    def test_a_unit_and_its_spaces_share_a_place(self):
        elsewhere = self.env["tierslieu.place"].create({"name": "Ailleurs", "tz": "Europe/Paris"})
        with self.assertRaises(ValidationError):
            self.desks.unit_ids[0].place_id = elsewhere
        with self.assertRaises(ValidationError):
            self.desks.place_id = elsewhere

    def test_the_step_of_a_space_wins(self):
        self.assertEqual(self.desks.step_minutes(), 30)
        self.desks.step = 15
        self.assertEqual(self.desks.step_minutes(), 15)

    def test_icons_are_names(self):
        with self.assertRaises(ValidationError):
            self.env["tierslieu.amenity"].create({"name": "X", "icon": 'fa-x" onclick="'})
