from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .common import EventCase


@tagged("post_install", "-at_install")
class TestProposal(EventCase):
    """A member proposes; the team finds a room and a day, or says why not."""

    def propose(self, **values):
        return self.env["tierslieu.event.proposal"].create(
            {"name": "Repair café", "description": "On répare.\nEnsemble.", "partner_id": self.alice.id} | values
        )

    def test_accepted_with_room_and_date(self):
        proposal = self.propose(people=12)
        self.assertTrue(proposal.activity_ids)
        desk = proposal.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "from when"):
            desk.action_accept()
        start = self.at(4, 14)
        desk.write(
            {
                "date_begin": start, "date_end": start + timedelta(hours=3), "seats": 12, "price": 4.0,
                "space_ids": [Command.set(self.lounge.ids)],
            }
        )
        desk.action_accept()
        event = proposal.event_id
        self.assertEqual((proposal.state, event.name, event.seats_max), ("accepted", "Repair café", 12))
        self.assertTrue(event.is_published)
        self.assertEqual(event.event_ticket_ids.price, 4.0)
        self.assertIn("Ensemble.", event.description)
        self.assertEqual(event.tierslieu_occupancy_ids.unit_id, self.lounge.unit_ids)
        self.assertFalse(proposal.activity_ids)
        mail = self.env["mail.mail"].search([("subject", "=", "Repair café: it takes place")])
        self.assertIn("your event takes place", mail.body_html)
        with self.assertRaisesRegex(UserError, "answer already"):
            desk.action_refuse()
        with self.assertRaisesRegex(UserError, "change the event"):
            desk.name = "Autre"
        self.assertClean()

    def test_a_taken_room_is_said_with_others(self):
        start = self.at(4, 14)
        self.reserve(self.lounge, start, 2)
        self.lounge.name = "Salle créative"
        proposal = self.propose(
            date_begin=start, date_end=start + timedelta(hours=1), space_ids=[Command.set(self.lounge.ids)]
        )
        with self.assertRaisesRegex(UserError, "Free at that time"), self.cr.savepoint():
            proposal.action_accept()
        self.env.invalidate_all()
        self.assertEqual(proposal.state, "proposed")
        self.assertFalse(proposal.event_id)

    def test_refused_says_why(self):
        proposal = self.propose()
        with self.assertRaisesRegex(UserError, "Say why not"):
            proposal.action_refuse()
        proposal.answer = "Le plancher ne le supporterait pas."
        proposal.action_refuse()
        mail = self.env["mail.mail"].search([("subject", "=", "Repair café: our answer")])
        self.assertIn("Le plancher", mail.body_html)

    def test_states_are_not_written(self):
        desk = self.env["tierslieu.event.proposal"].with_user(self.manager)
        with self.assertRaises(UserError):
            desk.create({"name": "x", "description": "y", "partner_id": self.alice.id, "state": "accepted"})
        with self.assertRaises(UserError):
            self.propose().with_user(self.manager).state = "accepted"
        with self.assertRaisesRegex(ValidationError, "wait for an answer"), self.cr.savepoint():
            for _nth in range(11):
                self.propose()


@tagged("post_install", "-at_install")
class TestProposalPages(WebsiteCase):
    """What a member proposes from a phone, and nobody else sees."""

    def test_proposed_followed_withdrawn(self):
        self.new_visitor(self.alix)
        self.assertIn("Propose an event", self.get("/my/proposals").text)
        answer = self.post("/my/proposals/new", {"name": "", "description": ""})
        self.assertIn("Write a title", answer.text)
        answer = self.post(
            "/my/proposals/new",
            {"name": "Chorale", "description": "<script>alert(1)</script>", "people": "many", "audience": "dragons"},
        )
        self.assertEqual(answer.status_code, 303)
        proposal = self.env["tierslieu.event.proposal"].search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((proposal.name, proposal.people), ("Chorale", 0))
        self.assertEqual((proposal.audience, proposal.state), ("all", "proposed"))
        page = self.get(f"/my/proposals/{proposal.id}").text
        self.assertNotIn("<script>alert(1)", page)
        self.new_visitor(self.noe)
        self.assertEqual(self.get(f"/my/proposals/{proposal.id}").status_code, 404)
        self.assertEqual(self.post(f"/my/proposals/{proposal.id}/withdraw", {}).status_code, 404)
        self.new_visitor(self.alix)
        self.post(f"/my/proposals/{proposal.id}/withdraw", {})
        self.env.invalidate_all()
        self.assertEqual(proposal.state, "withdrawn")
        self.post(f"/my/proposals/{proposal.id}/withdraw", {})
        self.assertIn("answer already", self.get("/my/proposals").text)

    def test_a_stranger_logs_in_first(self):
        self.new_visitor()
        self.assertIn("/web/login", self.get("/my/proposals/new").url)
