from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import DeskTourCase


@tagged("-at_install", "post_install")
class TestGridTour(DeskTourCase):
    """A manager changes prices, tries them on the past, then saves."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["tierslieu.profile"].search([]).active = False
        cls.env["tierslieu.profile"].create(
            {"name": "Plein tarif", "is_default": True, "company_id": cls.env.company.id}
        )
        manager = new_test_user(
            cls.env, "tour_manager", groups="tierslieu_base.group_manager", lang="en_US",
            password="tour_manager_password",
        )
        manager.lang = "en_US"
        partner = cls.env["res.partner"].create({"name": "Alice Renaud"})
        today = cls.place.now_local().date()
        for days in (20, 10):
            date = today - timedelta(days=days)
            start = cls.place.to_utc(datetime.combine(date, time(10)))
            with freeze_time(start - timedelta(days=1)):
                booking = cls.env["tierslieu.booking"].reserve(
                    cls.room, partner, start, start + timedelta(hours=2)
                )
                booking.action_confirm()

    def start(self):
        self.start_tour(
            "/odoo/action-tierslieu_booking.action_rate_grid", "tierslieu_price_grid",
            login="tour_manager",
        )
        rates = {rate.time_unit: rate.list_price for rate in self.room.rate_ids}
        self.assertEqual(rates, {"hour": 9.5, "day": 40.0, "half_day": 25.0})
        booked = self.env["tierslieu.booking"].search([("space_id", "=", self.room.id)])
        self.assertEqual(booked.mapped("amount_total"), [16.0, 16.0])

    @heavy
    def test_at_a_desk(self):
        self.start()

    @heavy
    def test_on_a_phone(self):
        """Its buttons are where a phone shows them, and nothing is beyond the edge."""
        self.browser_size = "390x844"
        self.start()
