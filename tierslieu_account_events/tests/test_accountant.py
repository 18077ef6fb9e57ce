from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.books_common import create_accountant
from odoo.addons.tierslieu_events.tests.test_seat_cancel import SeatCancelCase

READ = ("event.event", "event.event.ticket", "event.slot", "event.stage", "event.registration")
NOT_READ = ("tierslieu.event.voucher", "tierslieu.event.scan", "tierslieu.event.proposal", "tierslieu.event.quota",
            "event.registration.answer")


@tagged("post_install", "-at_install")
class TestAccountant(SeatCancelCase):
    """What an accountant reads of events: which seat an invoice is for."""

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

    def test_a_seat_opens_its_invoice(self):
        order, seat = self.buy()
        action = self.call("event.registration", "action_tierslieu_view_moves", seat.ids)
        self.assertEqual(action["res_id"], order.invoice_ids.id)
        with self.assertRaises(AccessError):
            self.call("event.registration", "read", seat.ids, ["tierslieu_override_reason"])
        with self.assertRaises(AccessError):
            self.call("event.registration", "action_cancel", seat.ids)
