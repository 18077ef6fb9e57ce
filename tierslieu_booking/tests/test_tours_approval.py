from datetime import datetime, time, timedelta

from odoo.tests import new_test_user, tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .tour_common import DeskTourCase


@tagged("-at_install", "post_install")
class TestApprovalTour(DeskTourCase):
    """A host answers requests on the screen of the day, by keyboard, whatever their day."""

    @heavy
    def test_by_keyboard(self):
        self.a_host("approval_host")
        self.lounge.approval = "always"
        date = self.place.now_local().date()
        asked = self.env["tierslieu.booking"]
        for nth, name in enumerate(("Alice Renaud", "Bruno Costa")):
            user = new_test_user(
                self.env, f"tour-approval-{nth}", groups="base.group_portal", name=name, email=f"{nth}@lequai.example"
            )
            start = self.place.to_utc(datetime.combine(date + timedelta(days=4 + nth), time(10)))
            asked |= asked.with_user(user).sudo().reserve(
                self.lounge, user.partner_id, start, start + timedelta(hours=2)
            ).with_env(self.env)
        self.start_tour("/odoo/today", "tierslieu_approval", login="approval_host")
        refused, agreed = asked.sorted("start")
        self.assertEqual((refused.approval, refused.cancel_reason), ("refused", "The caretaker is away"))
        self.assertEqual((agreed.approval, agreed.state), ("granted", "hold"))
        self.assertTrue(agreed.hold_until)
