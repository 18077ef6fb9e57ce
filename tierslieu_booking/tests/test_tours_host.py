from datetime import datetime, time, timedelta

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import DeskTourCase


@tagged("-at_install", "post_install")
class TestHostTours(DeskTourCase):
    """A host at the reception, in a place open every day, tomorrow at ten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a_host("tour_host", "base.group_partner_manager")
        cls.alice, cls.bruno = cls.env["res.partner"].create(
            [{"name": "Alice Renaud"}, {"name": "Bruno Costa"}]
        )

    def test_walk_in_to_planning(self):
        tomorrow = self.place.now_local().date() + timedelta(days=1)
        start = self.place.to_utc(datetime.combine(tomorrow, time(10)))
        taken = self.env["tierslieu.booking"].reserve(
            self.lounge, self.bruno, start, start + timedelta(hours=2)
        )
        taken.action_confirm()
        # The refused drag of the tour: Odoo logs every sentence said to a user.
        with mute_logger("odoo.http"):
            self.start_tour("/odoo/planning", "tierslieu_host", login="tour_host")
        booking = self.alice.tierslieu_booking_ids
        self.assertEqual(booking.state, "cancelled")
        self.assertEqual(booking.space_id, self.desks)
        self.assertEqual(booking.unit_ids.mapped("name"), ["Coworking 2"])
        self.assertEqual((booking.start, booking.stop), (start, start + timedelta(hours=2)))
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"released"})
        self.assertEqual(taken.state, "confirmed")

    @heavy
    def test_planning_on_a_phone(self):
        self.browser_size = "390x844"
        self.start_tour("/odoo/planning", "tierslieu_host_phone", login="tour_host")
