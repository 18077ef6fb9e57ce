"""Lists of ours on a phone: each one of the menus has cards, which a narrow screen opens instead of it."""

from odoo.tests import TransactionCase, tagged

# Lists that are set up at a desk: their columns are edited in place, or compared with each other.
AT_A_DESK = {
    "tierslieu_booking.action_planning",
    "tierslieu_base.action_amenity",
    "tierslieu_base.action_charter",
    "tierslieu_base.action_integrity",
    "tierslieu_base.action_place",
    "tierslieu_base.action_profile",
    "tierslieu_base.action_retention",
    "tierslieu_base.action_unit",
    "tierslieu_booking.action_cancellation_policy",
    "tierslieu_booking.action_credit_type",
    "tierslieu_booking.action_extra",
    "tierslieu_booking.action_figures_booking",
    "tierslieu_booking.action_figures_occupancy",
    "tierslieu_booking.action_figures_revenue",
    "tierslieu_booking.action_habilitation_kind",
    "tierslieu_booking.action_handover",
    "tierslieu_booking.action_month",
    "tierslieu_booking.action_quota",
    "tierslieu_booking.action_rate",
    "tierslieu_membership.action_adhesion_product",
    "tierslieu_membership.action_figures_recurring",
    "tierslieu_membership.action_onboarding_plan",
}


@tagged("post_install", "-at_install")
class TestPhoneLists(TransactionCase):
    def lists(self):
        """Return {external id: action} of the actions of ours that open a list."""
        actions = self.env["ir.actions.act_window"].search([])
        names = {name: actions.browse(key) for key, name in actions.get_external_id().items()}
        return {
            name: action for name, action in names.items()
            if name.startswith("tierslieu_") and "list" in [mode for _view, mode in action.views]
        }

    def test_each_list_has_its_cards(self):
        lists = self.lists()
        self.assertGreater(len(lists), 30)
        without = {name for name, action in lists.items() if "kanban" not in [mode for _view, mode in action.views]}
        self.assertEqual(without, AT_A_DESK)

    def test_the_list_comes_first_at_a_desk_and_the_cards_on_a_phone(self):
        for name, action in self.lists().items():
            if name in AT_A_DESK:
                continue
            modes = [mode for _view, mode in action.views]
            self.assertEqual(action.mobile_view_mode, "kanban", name)
            # Pictures of spaces, and the programme, are cards on every screen.
            if modes[0] != "kanban":
                self.assertEqual(modes[:2], ["list", "kanban"], name)

    def test_cards_are_those_of_their_list(self):
        """A model that is not ours keeps its own cards elsewhere: the action names those of its list."""
        for name, action in self.lists().items():
            views = {mode: view for view, mode in action.views}
            if name in AT_A_DESK or action.res_model.startswith("tierslieu.") or not views["list"]:
                continue
            cards = self.env["ir.ui.view"].browse(views["kanban"])
            self.assertTrue(cards.get_external_id()[cards.id].startswith("tierslieu_"), name)
            self.assertIn("card", cards.arch, name)
