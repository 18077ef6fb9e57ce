from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.books_common import create_accountant
from odoo.addons.tierslieu_booking.tests.test_money import MoneyCase

READ = ("tierslieu.booking", "tierslieu.booking.line", "tierslieu.booking.extra", "tierslieu.booking.change",
        "tierslieu.refund", "tierslieu.credit.lot", "tierslieu.credit.move", "tierslieu.credit.type")
NOT_READ = ("tierslieu.handover", "tierslieu.habilitation", "tierslieu.occupancy", "tierslieu.rate",
            "tierslieu.cancellation.policy", "tierslieu.quota", "tierslieu.extra", "tierslieu.month")


@tagged("post_install", "-at_install")
class TestAccountant(MoneyCase):
    """What an accountant reads of bookings, and that they change none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = create_accountant(cls.env)

    def call(self, model, method, *args, **kwargs):
        return call_kw(self.env[model].with_user(self.accountant), method, list(args), kwargs)

    def test_reads_and_nothing_more(self):
        for model in READ:
            with self.subTest(model):
                self.call(model, "web_search_read", domain=[], specification={"display_name": {}}, limit=5)
                for operation in ("create", "write", "unlink"):
                    self.assertFalse(self.call(model, "has_access", [], operation))
                with self.assertRaises(UserError):
                    self.call(model, "create", [{}])
                record = self.env[model].search([], limit=1)
                for method, *values in ([("write", {"display_name": "Autre"}), ("unlink",)] if record else ()):
                    with self.assertRaises(UserError):
                        self.call(model, method, record.ids, *values)

    def test_what_is_the_teams(self):
        for model in NOT_READ:
            with self.subTest(model), self.assertRaises(AccessError):
                self.call(model, "search_read", domain=[])

    def test_acts_of_the_team_are_refused(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.note = "En froid avec sa voisine"
        for method, *arguments in (
            ("action_confirm",), ("action_cancel",), ("action_no_show",), ("action_invoice",),
            ("action_waive_fee", "Pourquoi pas"), ("write", {"people": 3}), ("action_check_in",), ("action_set_up",),
            ("action_step_back",), ("action_send_confirmation",), ("action_approve",), ("action_refuse", "Non"),
            ("action_move", "2027-01-15 09:00:00", "2027-01-15 10:00:00"), ("action_set_extras", {}),
        ):
            with self.subTest(method), self.assertRaises(UserError), self.cr.savepoint():
                self.call("tierslieu.booking", method, booking.ids, *arguments)
        with self.assertRaises(AccessError):
            self.call(
                "tierslieu.booking", "reserve", self.room.id, self.alice.id, "2027-01-15 09:00:00",
                "2027-01-15 10:00:00",
            )
        with self.assertRaises(AccessError):
            self.call("tierslieu.booking", "read", booking.ids, ["note"])
        self.assertNotIn("note", self.call("tierslieu.booking", "fields_get"))
        self.assertEqual((booking.state, booking.people), ("hold", 1))

    def test_a_booking_opens_its_invoices(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        booking.with_user(self.host).action_invoice()
        self.env.invalidate_all()
        action = self.call("tierslieu.booking", "action_view_invoices", booking.ids)
        self.assertEqual(action["res_id"], booking.invoice_ids.id)
        self.call("account.move", "web_read", [action["res_id"]], specification={"amount_total": {}})

    def test_a_pack_opens_its_invoice(self):
        lot = self.env["tierslieu.credit.lot"]._grant(
            self.env["tierslieu.credit.type"].create({"name": "Ticket"}), self.alice, 10
        )
        action = self.call("tierslieu.credit.lot", "action_view_invoices", lot.ids)
        self.assertEqual(action["res_model"], "account.move")

    def test_prices_of_orders_are_frozen(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        order = booking._create_order()
        for values in ({"price_unit": 1}, {"tax_ids": [Command.clear()]}, {"product_uom_qty": 2}):
            with self.subTest(values), self.assertRaisesRegex(Exception, "belongs to a booking"):
                self.call("sale.order.line", "write", order.order_line.ids, values)

    def test_checks_of_bookings_and_packs(self):
        def found():
            checks = self.env["tierslieu.books"].with_user(self.accountant)._closing_checks(
                self.env.company, self.at(0, 0).date().replace(day=1), self.at(60, 0).date()
            )
            return {check["key"]: check["count"] for check in checks}

        before = found()
        booking = self.reserve(self.room, self.at(3, 10), 2)
        booking.action_confirm()
        self.assertEqual(found()["bookings_to_invoice"], before["bookings_to_invoice"])
        with freeze_time(self.at(60, 9)):
            self.assertEqual(found()["bookings_to_invoice"], before["bookings_to_invoice"] + 1)
            booking.with_user(self.host).action_invoice()
            self.env.invalidate_all()
            self.assertEqual(found()["bookings_to_invoice"], before["bookings_to_invoice"])
        tickets = self.env["tierslieu.credit.type"].create({"name": "Ticket"})
        self.env["tierslieu.credit.lot"]._grant(tickets, self.alice, 10)
        self.assertEqual(found()["packs_not_invoiced"], before["packs_not_invoiced"])
        self.env["tierslieu.credit.lot"]._grant(tickets, self.alice, 10, origin="pack")
        self.assertEqual(found()["packs_not_invoiced"], before["packs_not_invoiced"] + 1)
