"""Lists of ours on a phone: each one of the menus has cards, which a narrow screen opens instead of it."""

import json

from odoo.tests import HttpCase, TransactionCase, tagged

from odoo.addons.tierslieu_booking.tests.tour_common import Screens

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


def lists_of_ours(env):
    """Return {external id: action} of the actions of ours that open a list."""
    actions = env["ir.actions.act_window"].search([])
    names = {name: actions.browse(key) for key, name in actions.get_external_id().items()}
    return {
        name: action for name, action in names.items()
        if name.startswith("tierslieu_") and "list" in [mode for _view, mode in action.views]
    }


@tagged("post_install", "-at_install")
class TestPhoneLists(TransactionCase):
    def test_each_list_has_its_cards(self):
        lists = lists_of_ours(self.env)
        self.assertGreater(len(lists), 30)
        without = {name for name, action in lists.items() if "kanban" not in [mode for _view, mode in action.views]}
        self.assertEqual(without, AT_A_DESK)

    def test_the_list_comes_first_at_a_desk(self):
        for name, action in lists_of_ours(self.env).items():
            if name in AT_A_DESK:
                continue
            modes = [mode for _view, mode in action.views]
            # Pictures of spaces, and the programme, are cards on every screen.
            if modes[0] != "kanban":
                self.assertEqual(modes[:2], ["list", "kanban"], name)

    def test_cards_are_those_of_their_list(self):
        """A model that is not ours keeps its own cards elsewhere: the action names those of its list."""
        for name, action in lists_of_ours(self.env).items():
            views = {mode: view for view, mode in action.views}
            if name in AT_A_DESK or action.res_model.startswith("tierslieu.") or not views["list"]:
                continue
            cards = self.env["ir.ui.view"].browse(views["kanban"])
            self.assertTrue(cards.get_external_id()[cards.id].startswith("tierslieu_"), name)
            self.assertEqual((cards.type, cards.model), ("kanban", action.res_model), name)


# Opens each action, and logs what is not on the cards that it should open.
OPENED = """
(async () => {
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    const wrong = [];
    for (const [id, name] of %s) {
        await action.doAction(id, { clearBreadcrumbs: true, additionalContext: { active_id: 0, active_ids: [] } });
        const shown = document.querySelector(".o_action_manager .o_view_controller");
        if (!shown.classList.contains("o_kanban_view")) {
            wrong.push(`${name}: ${shown.className}`);
        }
    }
    wrong.length ? console.error(wrong.join("; ")) : console.log("test successful");
})()
"""
# Says what is written on the cards of an action, and compares it with what is expected of some of them.
WRITTEN = """
(async () => {
    await odoo.__WOWL_DEBUG__.root.env.services.action.doAction(%s, { clearBreadcrumbs: true });
    let read = [];
    for (let tries = 0; !read.length && tries < 100; tries++) {
        // Cards come after their screen.
        await new Promise((done) => setTimeout(done, 100));
        const cards = [...document.querySelectorAll(".o_kanban_record:not(.o_kanban_ghost)")];
        read = cards.map((card) => card.innerText.replace(/\\s+/g, " "));
    }
    const wrong = Object.entries(%s).filter(
        ([name, [said, unsaid]]) => {
            const card = read.filter((text) => text.includes(name));
            return card.length !== 1 || !card[0].includes(said) || card[0].includes(unsaid);
        }
    );
    wrong.length ? console.error(JSON.stringify(read)) : console.log("test successful");
})()
"""
READY = "odoo.isReady === true"


@tagged("post_install", "-at_install")
class TestPhoneScreens(Screens, HttpCase):
    """What a phone opens, in a browser as narrow as one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env.ref("base.user_admin").lang = "en_US"

    def on_the_phone(self, code):
        self.on_a_phone()
        self.browser_js("/odoo/action-base.action_res_users", code, READY, login="admin", timeout=180)

    def test_a_phone_opens_the_cards(self):
        lists = lists_of_ours(self.env)
        opened = sorted((action.id, name) for name, action in lists.items() if name not in AT_A_DESK)
        self.assertGreater(len(opened), 15)
        self.on_the_phone(OPENED % json.dumps(opened))

    def test_the_card_of_a_pack_says_until_when(self):
        tickets = self.env["tierslieu.credit.type"].create({"name": "Ticket"})
        for name, months in (("Carnet sans fin", 0), ("Carnet d'un an", 12)):
            self.env["product.template"].create(
                {"name": name, "type": "service", "list_price": 100, "tierslieu_credit_type_id": tickets.id,
                 "tierslieu_credit_months": months}
            )
        said = {
            "Carnet sans fin": ["Without end", "months"],
            "Carnet d'un an": ["Valid for 12 months", "Without end"],
        }
        action = self.env.ref("tierslieu_booking.action_credit_pack")
        self.on_the_phone(WRITTEN % (action.id, json.dumps(said)))
