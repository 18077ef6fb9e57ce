import html
from datetime import timedelta
from unittest.mock import patch

from lxml import html as lxml_html

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .http_common import PASSWORD, WebsiteCase


@tagged("post_install", "-at_install")
class TestRulesEverywhere(WebsiteCase):
    """A rule refuses with one sentence, by the model, on the website and by RPC alike."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.host = new_test_user(
            cls.env, "sami@lequai.example", groups="tierslieu_base.group_host", lang="en_US",
            password=PASSWORD,
        )

    def refusals(self, start, minutes=60, people=1):
        """Return the sentences of the three doors for one booking."""
        stop = start + timedelta(minutes=minutes)
        with self.assertRaises(UserError) as refused:
            self.Booking.with_user(self.alix).sudo().reserve(
                self.room, self.alix.partner_id, start, stop, people=people
            )
        return {
            "model": str(refused.exception),
            "website": self.by_website(start, minutes, people),
            "rpc": self.by_rpc(start, stop, people),
        }

    def by_website(self, start, minutes, people):
        self.new_visitor(self.alix)
        answer = self.hold(start=start, length=str(minutes), people=str(people))
        self.assertEqual(answer.status_code, 303)
        page = lxml_html.fromstring(self.get(answer.headers["Location"]).content)
        [sentence] = page.xpath("//*[contains(@class, 'tl-sentence')]")[:1]
        return " ".join(sentence.text_content().split())

    def by_rpc(self, start, stop, people):
        self.new_visitor(self.host)
        answer = self.make_jsonrpc_request_raw(
            "/web/dataset/call_kw/tierslieu.booking/reserve",
            {
                "model": "tierslieu.booking", "method": "reserve",
                "args": [self.room.id, self.alix.partner_id.id, str(start), str(stop)],
                "kwargs": {"people": people, "context": {"lang": "en_US"}},
            },
        )
        return html.unescape(answer["error"]["data"]["message"])

    def make_jsonrpc_request_raw(self, route, params):
        """Return the whole answer of a JSON-RPC call that is refused: Odoo logs those."""
        with mute_logger("odoo.http"):
            return self.url_open(
                route, json={"jsonrpc": "2.0", "method": "call", "params": params}
            ).json()

    def test_rules_about_people_by_every_door(self):
        kind = self.env["tierslieu.habilitation.kind"].create({"name": "Laser", "way": "An hour with Driss."})
        student = self.env["tierslieu.profile"].create({"name": "Student"})
        quota = {"most": 0, "measure": "count", "period": "day", "space_ids": [(6, 0, self.room.ids)]}
        partners = type(self.env["res.partner"])
        cases = {
            "asks for the habilitation Laser": {"habilitation_kind_ids": [(6, 0, kind.ids)]},
            "is kept for: Student": {"allowed_profile_ids": [(6, 0, student.ids)]},
            "0 bookings a day at the most": {},
            "is for members": {"adhesion_needed": True},
        }
        blank = {"habilitation_kind_ids": False, "allowed_profile_ids": False, "adhesion_needed": False}
        with patch.object(partners, "_tierslieu_keeps_adhesions", lambda partner: True):
            for words, values in cases.items():
                with self.subTest(words):
                    self.room.write(blank | values)
                    made = self.env["tierslieu.quota"].create(quota) if not values else None
                    said = self.refusals(self.at(10))
                    self.assertEqual(len(set(said.values())), 1, said)
                    self.assertIn(words, said["model"])
                    if made:
                        made.unlink()

    def test_every_rule_by_every_door(self):
        cases = {
            "2 h at least": ({"length_min": 2}, self.at(10), 60, 1),
            "1 h 30 at the most": ({"length_max": 1.5}, self.at(10), 120, 1),
            "within one day": ({"days_max": 1}, self.at(16), 19 * 60, 1),
            "ahead at least": ({"notice_hours": 24 * 10}, self.at(10), 60, 1),
            "until": ({"horizon_days": 3}, self.at(10), 60, 1),
            "6 people": ({}, self.at(10), 60, 7),
            "steps of 30": ({}, self.at(10, 10), 60, 1),
            "is open": ({}, self.at(17, 30), 60, 1),
            "already passed": ({}, self.at(10, day=-30), 60, 1),
        }
        blank = {"length_min": 0, "length_max": 0, "days_max": 0, "notice_hours": 0,
                 "horizon_days": 0}
        for words, (rules, start, minutes, people) in cases.items():
            with self.subTest(words):
                self.room.write(blank | rules)
                said = self.refusals(start, minutes, people)
                self.assertIn(words, said["model"])
                self.assertEqual(said["model"], said["rpc"])
                self.assertIn(" ".join(said["model"].split()), said["website"])
        self.assertFalse(self.Booking.search([("space_id", "=", self.room.id)]))

    def test_a_taken_slot_by_every_door(self):
        self.confirmed(self.noe, hour=10)
        said = self.refusals(self.at(10))
        self.assertIn("taken", said["model"])
        self.assertEqual(said["model"], said["rpc"])
        self.assertIn(" ".join(said["model"].split()), said["website"])

    def test_members_have_no_other_door(self):
        """A member calls no method of the models by RPC, whatever reason they give."""
        self.new_visitor(self.alix)
        for method, args in (
            ("reserve", [self.room.id, self.alix.partner_id.id, str(self.at(10)),
                         str(self.at(11))]),
            ("create", [{"space_id": self.room.id, "partner_id": self.alix.partner_id.id,
                         "start": str(self.at(10)), "stop": str(self.at(11))}]),
        ):
            answer = self.make_jsonrpc_request_raw(
                f"/web/dataset/call_kw/tierslieu.booking/{method}",
                {"model": "tierslieu.booking", "method": method, "args": args, "kwargs": {}},
            )
            self.assertIn("error", answer)
        self.assertFalse(self.Booking.search([("space_id", "=", self.room.id)]))
