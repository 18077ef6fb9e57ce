from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import TierslieuCase

MODELS = (
    "tierslieu.place", "tierslieu.space", "tierslieu.unit", "tierslieu.amenity",
    "tierslieu.day.part", "tierslieu.opening", "tierslieu.integrity.result",
    "tierslieu.token", "tierslieu.throttle",
)
SECRET = ("tierslieu.token", "tierslieu.throttle")
MANAGED = MODELS[:6]


@tagged("post_install", "-at_install")
class TestRights(TierslieuCase):
    def may(self, user, model, operation):
        return self.env[model].with_user(user).has_access(operation)

    def test_who_may_do_what(self):
        for model in MODELS:
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(model=model, operation=operation):
                    for outsider in (self.member, self.visitor):
                        self.assertFalse(self.may(outsider, model, operation))
                    inside = model in MANAGED
                    self.assertEqual(self.may(self.manager, model, operation),
                                     inside or (model not in SECRET and operation == "read"))
                    for reader in (self.host, self.employee):
                        self.assertEqual(
                            self.may(reader, model, operation), inside and operation == "read"
                        )

    def test_each_company_sees_its_own(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        place = self.env["tierslieu.place"].create(
            {"name": "La Grange", "company_id": other.id, "tz": "Europe/Paris"}
        )
        space = self.env["tierslieu.space"].create(
            {"name": "Grenier", "place_id": place.id, "unit_count": 2}
        )
        for record in (place, space, space.unit_ids, place.day_part_ids):
            model = record._name
            self.assertFalse(
                self.env[model].with_user(self.manager).search([("id", "in", record.ids)]), model
            )
            with self.assertRaises(AccessError):
                record.with_user(self.manager).check_access("write")

    def test_hours_are_edited_by_managers_of_the_company(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        here, there = (
            self.env["tierslieu.place"].create(
                {
                    "name": company.name,
                    "company_id": company.id,
                    "tz": "Europe/Paris",
                    "closed_day_ids": [Command.create({"tierslieu_first_day": "2027-12-24"})],
                }
            )
            for company in (self.env.company, other)
        )
        for user, place, allowed in (
            (self.manager, here, True), (self.manager, there, False), (self.host, here, False),
        ):
            for records in (
                place.resource_calendar_id, place.attendance_ids, place.closed_day_ids,
            ):
                with self.subTest(user=user.login, place=place.name, model=records._name):
                    self.assertEqual(records.with_user(user).has_access("write"), allowed)
