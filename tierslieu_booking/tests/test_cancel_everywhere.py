import html
from datetime import timedelta

from freezegun import freeze_time
from lxml import html as lxml_html

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .http_common import PASSWORD, WebsiteCase


@tagged("post_install", "-at_install")
class TestCancelEverywhere(WebsiteCase):
    """What cancelling costs is said with one sentence by the model, the pages and RPC, and done alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = new_test_user(
            cls.env, "sami@lequai.example", groups="tierslieu_base.group_host", lang="en_US",
            password=PASSWORD,
        )
        cls.policy = cls.env["tierslieu.cancellation.policy"].create(
            {
                "name": "Ten days before",
                "company_id": cls.place.company_id.id,
                "step_ids": [
                    Command.create({"hours": 240, "fee": 50}), Command.create({"hours": 2, "fee": 100}),
                ],
            }
        )
        cls.room.cancellation_policy_id = cls.policy

    def booked(self, user=None, hour=10, day=0):
        booking = self.Booking.reserve(
            self.room, (user or self.alix).partner_id, self.at(hour, day=day), self.at(hour + 2, day=day)
        )
        booking.action_confirm()
        return booking

    def text(self, path):
        answer = self.get(path)
        self.assertEqual(answer.status_code, 200, path)
        return " ".join(lxml_html.fromstring(answer.content).text_content().split())

    def rpc(self, booking, method, **kwargs):
        with mute_logger("odoo.http"):
            return self.url_open(
                f"/web/dataset/call_kw/tierslieu.booking/{method}",
                json={
                    "jsonrpc": "2.0", "method": "call",
                    "params": {
                        "model": "tierslieu.booking", "method": method, "args": [booking.ids],
                        "kwargs": {"context": {"lang": "en_US"}} | kwargs,
                    },
                },
            ).json()

    def test_one_sentence_by_three_doors(self):
        booking = self.booked()
        told = booking.with_context(lang="en_US").cancelling_now()
        self.assertEqual((told["percent"], told["fee"]), (50, 8.0))
        self.new_visitor(self.alix)
        page = self.text(f"/my/bookings/{booking.id}/cancel")
        for sentence in booking.with_context(lang="en_US")._cancelling_said():
            self.assertIn(" ".join(sentence.split()), page)
        self.new_visitor(self.host)
        self.assertEqual(self.rpc(booking, "cancelling_now")["result"]["sentence"], told["sentence"])

    def test_shown_before_it_is_paid_and_after(self):
        self.new_visitor(self.alix)
        page = self.text(f"/book/{self.room.id}")
        said = self.policy.with_context(lang="en_US").said
        self.assertIn(" ".join(said.split()), page)
        answer = self.hold(start=self.at(10), length="120")
        self.assertEqual(answer.status_code, 303)
        self.env.invalidate_all()
        booking = self.Booking.search([("partner_id", "=", self.alix.partner_id.id)])
        terms = " ".join(booking.with_context(lang="en_US")._terms_said().split())
        self.assertIn("Cancelling costs 50 % of the price until", terms)
        self.assertIn(terms, self.text("/shop/cart"))
        booking.action_confirm()
        self.assertIn(terms, self.text("/my/bookings"))
        self.assertIn(terms, self.text(f"/my/bookings/{booking.id}"))
        booking._send_mail("tierslieu_booking.mail_template_confirmed")
        mail = self.env["mail.mail"].search([("model", "=", "tierslieu.booking"), ("res_id", "=", booking.id)], limit=1)
        self.assertIn(terms, " ".join(lxml_html.fromstring(mail.body_html).text_content().split()))

    def test_cancelled_on_the_page(self):
        booking = self.booked()
        self.new_visitor(self.alix)
        address = f"/my/bookings/{booking.id}"
        token = lxml_html.fromstring(self.get(f"{address}/cancel").content).xpath("//input[@name='csrf_token']/@value")
        for _nth in range(2):
            self.url_open(f"{address}/cancel", data={"csrf_token": token[0]}, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual((booking.state, booking.fee_amount), ("cancelled", 8.0))
        self.assertEqual(booking.payment_status, "to_invoice")
        page = self.text(address)
        self.assertRegex(page.replace("\xa0", " "), "Cancelled late: it costs .*8[.,]00.* are left to pay")

    def test_a_waiver_is_the_teams_by_every_door(self):
        booking = self.booked()
        self.new_visitor(self.alix)
        for method, kwargs in (
            ("action_cancel", {"waive": "Please"}), ("action_waive_fee", {"reason": "Please"}),
            ("cancelling_now", {}), ("action_ask_cancel", {}),
        ):
            self.assertIn("error", self.rpc(booking, method, **kwargs), method)
        token = lxml_html.fromstring(self.get(f"/my/bookings/{booking.id}/cancel").content).xpath(
            "//input[@name='csrf_token']/@value"
        )[0]
        self.url_open(
            f"/my/bookings/{booking.id}/cancel", data={"csrf_token": token, "waive": "Please", "reason": "x"},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        self.assertEqual((booking.fee_amount, booking.is_waived), (8.0, False))

    def test_the_booking_of_somebody_else(self):
        booking = self.booked(self.noe)
        self.new_visitor(self.alix)
        own = self.booked(self.alix, hour=14)
        page = lxml_html.fromstring(self.get(f"/my/bookings/{own.id}/cancel").content)
        [token] = page.xpath("//input[@name='csrf_token']/@value")[:1]
        for path in ("", "/cancel", "/move"):
            self.assertEqual(self.get(f"/my/bookings/{booking.id}{path}").status_code, 404)
        answer = self.url_open(
            f"/my/bookings/{booking.id}/cancel", data={"csrf_token": token}, allow_redirects=False
        )
        self.assertEqual(answer.status_code, 404)
        self.env.invalidate_all()
        self.assertEqual(booking.state, "confirmed")

    def test_not_moved_inside_a_step_by_any_door(self):
        booking = self.booked()
        with self.assertRaises(UserError) as refused:
            booking.with_user(self.alix).sudo()._ask_move(self.at(14, day=20), self.at(15, day=20))
        said = " ".join(str(refused.exception).split())
        self.assertIn("can no longer be moved here. Ask the team.", said)
        self.new_visitor(self.alix)
        self.assertNotIn(f"/my/bookings/{booking.id}/move", self.get(f"/my/bookings/{booking.id}").text)
        self.assertIn(said, self.text(f"/my/bookings/{booking.id}/move"))
        self.assertEqual(booking.start, self.at(10))
        self.new_visitor(self.host)
        self.assertNotIn("error", self.rpc(booking, "action_move", start=str(self.at(14)), stop=str(self.at(16))))

    def test_the_team_by_rpc_applies_the_policy_unless_it_waives(self):
        applied, waived = self.booked(), self.booked(hour=14)
        self.new_visitor(self.host)
        self.assertNotIn("error", self.rpc(applied, "action_cancel", reason="Called us"))
        self.assertNotIn("error", self.rpc(waived, "action_cancel", waive="The heating broke down"))
        answer = self.rpc(self.booked(hour=16), "action_cancel", waive="")
        self.assertIn("Say why", html.unescape(answer["error"]["data"]["message"]))
        self.env.invalidate_all()
        self.assertEqual([b.fee_amount for b in (applied, waived)], [8.0, 0.0])
        self.assertEqual(applied.cancel_reason, "Called us")

    def test_the_last_hours(self):
        booking = self.booked()
        with freeze_time(booking.start - timedelta(hours=1), tick=True):
            self.assertEqual(booking.cancelling_now()["percent"], 100)
            self.assertFalse(booking._is_movable())
