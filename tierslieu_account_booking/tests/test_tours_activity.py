import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.analytic_common import activity_of
from odoo.addons.tierslieu_booking.tests.tour_common import DeskTourCase

# Opens the turnover from the menu of figures, and waits until a part of the screen says what is expected.
READ = """
(async () => {
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    await menu.selectMenu(menu.getAll().find((each) => each.xmlid === %s));
    let said = "";
    for (let tries = 0; tries < 150; tries++) {
        await new Promise((done) => setTimeout(done, 100));
        const parts = [...document.querySelectorAll(%s)].map((part) => part.innerText.replace(/\\s+/g, " "));
        said = parts.join(" / ");
        if (parts.some((part) => %s.every((word) => part.includes(word)))) {
            console.log("test successful");
            return;
        }
    }
    console.error(`Read: ${said}`);
})()
"""


@tagged("post_install", "-at_install")
class TestActivityTours(DeskTourCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.a_host("tour_manager", "tierslieu_base.group_manager")
        cls.rooms = activity_of(cls.env, cls.env.company, "meeting")
        cls.alice = cls.env["res.partner"].create({"name": "Alice Renaud"})
        day = cls.place.now_local().date() + timedelta(days=1)
        start = cls.place.day_bounds(day)[0] + timedelta(hours=10)
        booking = cls.env["tierslieu.booking"].reserve(cls.room, cls.alice, start, start + timedelta(hours=2))
        booking.action_confirm()
        booking._invoice()
        move = cls.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": cls.alice.id, "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({
                    "name": "Vente", "quantity": 1, "price_unit": 4321, "tax_ids": [Command.clear()],
                    "analytic_distribution": {str(cls.rooms.id): 100.0},
                })],
            }
        )
        move.action_post()
        figures = cls.env["tierslieu.figures.activity"]
        year = fields.Date.start_of(fields.Date.today(), "year")
        domain = [("activity_id", "=", cls.rooms.id), ("date", ">=", year)]
        [(cls.turnover,)] = figures._read_group(domain, [], ["turnover:sum"])

    def read(self, menu, where, *words):
        code = READ % (json.dumps(menu), json.dumps(where), json.dumps(words))
        self.browser_js("/odoo", code, "odoo.isReady === true", login="tour_manager", timeout=120)

    def test_the_manager_reads_turnover_by_activity(self):
        self.assertGreater(self.turnover, 4321)
        amount = f"{self.turnover:,.2f}"
        self.read("tierslieu_account_booking.menu_figures_activity", ".o_pivot tbody tr", self.rooms.name, amount)

    def test_on_a_phone(self):
        self.on_a_phone()
        self.read("tierslieu_account_booking.menu_figures_activity", ".o_pivot tbody tr", self.rooms.name)

    def test_the_manager_sees_how_far_a_threshold_is(self):
        self.env["tierslieu.books.threshold"].create({"name": "Seuil d'essai", "amount": 100})
        self.read("tierslieu_account_booking.menu_threshold", ".o_data_row", "Seuil d'essai", "Reached")
