from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .proof_common import TODAY, ProofCase, a_pdf, a_picture

NOON = "2027-01-11 12:00:00"


@tagged("post_install", "-at_install")
class TestProof(ProofCase):
    """From the sending to the verdict."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOON)
        freezer.start()
        cls.addClassCleanup(freezer.stop)

    def test_sent(self):
        proof = self.send(name="carte d'étudiante.jpeg", data=a_picture("JPEG"))
        self.assertEqual(proof.state, "pending")
        self.assertEqual(proof.file_name, "carte d'étudiante.jpg")
        self.assertEqual(proof.file_type, "image/jpeg")
        self.assertEqual(proof.company_id, self.env.company)
        file = self.files_of(proof)
        self.assertEqual(len(file), 1)
        self.assertFalse(file.public)
        self.assertFalse(file.access_token)
        activity = proof.activity_ids
        self.assertEqual(activity.user_id, self.host)
        self.assertIn("Alix Membre", activity.summary)
        self.assertFalse(self.mails_of(self.host.partner_id), "The host is not sent a mail.")
        self.assertEqual(self.alix.tierslieu_profile_on(TODAY), self.full, "Not decided yet.")

    def test_refused_before_anything_is_kept(self):
        for profile in (self.full, self.association):
            with self.assertRaisesRegex(UserError, "No document is asked"):
                self.send(profile=profile)
        self.seeker.active = False
        with self.assertRaisesRegex(UserError, "No document is asked"):
            self.send(profile=self.seeker)
        with self.assertRaises(UserError):
            self.send(data=b"<svg xmlns='http://www.w3.org/2000/svg'/>")
        self.assertFalse(self.Proof.search([]))

    def test_one_at_a_time_per_fare(self):
        self.send()
        with self.assertRaisesRegex(UserError, "is being checked"):
            self.send()
        self.send(profile=self.seeker)
        self.send(partner=self.noe)

    @mute_logger("odoo.sql_db")
    def test_two_at_the_same_moment(self):
        self.send()
        # The look before the insert sees nothing: the database refuses.
        self.patch(type(self.Proof), "_pending_domain", lambda *_args: [("id", "=", 0)])
        with self.assertRaisesRegex(UserError, "is being checked"):
            self.send()
        self.assertEqual(len(self.Proof.search([])), 1)

    def test_too_many_in_a_day(self):
        for _nth in range(10):
            self.send()._withdraw()
        with self.assertRaisesRegex(UserError, "try again tomorrow"):
            self.send()
        self.send(partner=self.noe)
        with freeze_time("2027-01-12 12:00:01"):
            self.send()

    def test_accepted(self):
        proof = self.send()
        proof.with_user(self.host).action_accept(date(2027, 1, 4), "2027-09-30")
        self.assertEqual(proof.state, "accepted")
        self.assertEqual(proof.decided_by, self.host)
        self.assertEqual(str(proof.decided_on), NOON)
        self.assertEqual((proof.valid_from, proof.valid_until),
                         (date(2027, 1, 4), date(2027, 9, 30)))
        self.assertEqual(self.alix.tierslieu_profile_on(TODAY), self.student)
        mail = self.mails_of(self.alix)
        self.assertEqual(len(mail), 1)
        self.assertIn("30 September 2027", mail.subject)
        self.assertFalse(mail.attachment_ids)
        self.assertFalse(proof.activity_ids)

    def test_validity_by_default(self):
        proof = self.send(profile=self.seeker)
        proof.with_user(self.manager).action_accept()
        self.assertEqual((proof.valid_from, proof.valid_until), (TODAY, date(2027, 7, 10)))

    def test_dates_that_make_no_sense(self):
        proof = self.send().with_user(self.host)
        for first, last in (
            ("2027-02-01", "2027-01-31"), ("2026-01-01", "2027-01-10"), ("soon", "2027-09-30"),
            ("2027-01-01", "2027-02-30"), (7, "2027-09-30"),
        ):
            with self.subTest(first=first, last=last), self.assertRaises(UserError):
                proof.action_accept(first, last)
        self.assertEqual(proof.state, "pending")
        self.assertTrue(self.files_of(proof), "Nothing is lost to a mistake.")
        proof.action_accept("2027-01-01", "2027-01-11")

    def test_refused(self):
        proof = self.send()
        with self.assertRaisesRegex(UserError, "Say why"):
            proof.with_user(self.host).action_refuse("  \n ")
        proof.with_user(self.host).action_refuse("The date cannot be read.")
        self.assertEqual(proof.state, "refused")
        self.assertEqual(self.alix.tierslieu_profile_on(TODAY), self.full)
        mail = self.mails_of(self.alix)
        self.assertEqual(len(mail), 1)
        self.assertIn("The date cannot be read.", mail.body_html)
        again = self.send()
        self.assertEqual(again.state, "pending")

    def test_decided_once(self):
        proof = self.send()
        proof.with_user(self.host).action_accept()
        for call in (
            lambda: proof.with_user(self.manager).action_accept(),
            lambda: proof.with_user(self.manager).action_refuse("No."),
            proof._withdraw,
        ):
            with self.assertRaisesRegex(UserError, "Sami Hôte decided"):
                call()
        self.assertEqual(proof.state, "accepted")
        self.assertEqual(len(self.mails_of(self.alix)), 1)

    def test_the_file_goes_with_the_verdict_and_every_copy(self):
        host = self.host
        for verdict in (
            lambda proof: proof.with_user(host).action_accept(),
            lambda proof: proof.with_user(host).action_refuse("No."),
            lambda proof: proof._withdraw(),
            lambda proof: proof.unlink(),
        ):
            proof = self.send()
            self.env["ir.attachment"].create(
                {"name": "copy.pdf", "raw": a_pdf(), "res_model": proof._name, "res_id": proof.id}
            )
            proof.message_post(body="Look", attachments=[("again.pdf", a_pdf())])
            files = self.files_of(proof)
            self.assertEqual(len(files), 3)
            verdict(proof)
            self.assertFalse(files.exists())
            if proof.exists():
                self.assertFalse(proof.file)
                self.assertFalse(proof.file_name)
                self.assertFalse(proof.file_url)
                self.assertNotIn("card.pdf", str(proof.message_ids.mapped("body")))
            proof.exists().unlink()
        self.assertFalse(
            [row for row in self.env["tierslieu.integrity"].run() if "document" in row["name"]]
        )

    def test_the_bytes_leave_the_store_of_files(self):
        proof = self.send(data=a_pdf("Un texte que personne d'autre n'a envoyé 7f3a"))
        attachment = self.files_of(proof)
        path, name = attachment._full_path(attachment.store_fname), attachment.store_fname
        proof.with_user(self.host).action_accept()
        checklist = self.env["ir.attachment"]._full_path("checklist")
        # Odoo's daily cleaning deletes what is on this list and no longer named.
        with open(f"{checklist}/{name}"):
            pass
        self.assertFalse(self.env["ir.attachment"].search(
            [("store_fname", "=", name), ("id", "!=", False)]
        ))
        self.assertTrue(path)

    def test_a_person_who_is_deleted_takes_their_files(self):
        someone = self.env["res.partner"].create({"name": "Someone", "email": "s@lequai.example"})
        proof = self.send(partner=someone)
        files = self.files_of(proof)
        someone.unlink()
        self.assertFalse(files.exists())
        self.assertFalse(proof.exists())

    def test_without_an_address_nothing_is_sent(self):
        someone = self.env["res.partner"].create({"name": "Someone"})
        self.send(partner=someone).with_user(self.host).action_accept()
        self.assertFalse(self.mails_of(someone))

    def test_in_the_language_of_the_member(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.alix.lang = "fr_FR"
        self.send().with_user(self.host).action_accept("2027-01-04", "2027-09-30")
        self.assertIn("30 septembre 2027", self.mails_of(self.alix).subject)

    def test_shown_at_the_desk(self):
        Proof = self.Proof.with_user(self.host)
        proof = Proof.accept_seen(self.alix.id, self.student.id, TODAY, "2027-09-30")
        self.assertEqual((proof.state, proof.decided_by), ("accepted", self.host))
        self.assertFalse(self.files_of(proof))
        self.assertEqual(self.alix.tierslieu_profile_on(TODAY), self.student)
        pending = self.send(partner=self.noe)
        self.assertEqual(Proof.accept_seen(self.noe, self.student), pending)
        self.assertFalse(self.files_of(pending))
        with self.assertRaises(UserError):
            Proof.accept_seen(self.alix, self.association)
        with self.assertRaises(UserError):
            Proof.accept_seen(0, self.student)

    def test_dates_are_corrected(self):
        proof = self.send()
        with self.assertRaises(UserError):
            proof.with_user(self.host).action_set_dates(TODAY, "2027-09-30")
        proof.with_user(self.host).action_accept(TODAY, "2028-09-30")
        proof.with_user(self.host).action_set_dates(TODAY, "2027-09-30")
        self.assertEqual(proof.valid_until, date(2027, 9, 30))
        with self.assertRaises(UserError):
            proof.with_user(self.host).action_set_dates("2027-10-01", "2027-09-30")
        proof.with_user(self.host).action_set_dates("2027-01-01", "2027-01-10")
        self.assertTrue(proof.is_over)
        self.assertEqual(self.alix.tierslieu_profile_on(TODAY), self.full)

    def test_wizards(self):
        proof = self.send().with_user(self.host)
        action = proof.action_open_refuse()
        wizard = self.env[action["res_model"]].with_user(self.host).with_context(
            **action["context"]
        ).new({"usual": "unreadable"})
        wizard._onchange_usual()
        self.assertIn("cannot be read", wizard.reason)
        action = proof.action_open_accept()
        wizard = self.env[action["res_model"]].with_user(self.host).with_context(
            **action["context"]
        ).create({"valid_until": "2027-09-30"})
        self.assertEqual(wizard.valid_from, TODAY)
        wizard.action_accept()
        self.assertEqual((proof.state, proof.valid_until), ("accepted", date(2027, 9, 30)))
        action = proof.action_open_accept()
        wizard = self.env[action["res_model"]].with_user(self.host).with_context(
            **action["context"]
        ).create({})
        self.assertEqual(wizard.valid_until, date(2027, 9, 30))
        wizard.valid_until = "2027-06-30"
        wizard.action_accept()
        self.assertEqual(proof.valid_until, date(2027, 6, 30))

    def test_where_a_member_stands(self):
        fare = self.Proof._portal_fare(self.alix, self.env.company)
        self.assertEqual(fare["profile"], self.full)
        self.assertEqual([offer["profile"] for offer in fare["offers"]],
                         [self.student, self.seeker])
        self.assertFalse(any(offer["insist"] for offer in fare["offers"]), "One question at a time.")
        self.seeker.active = False
        [only] = self.Proof._portal_fare(self.alix, self.env.company)["offers"]
        self.assertTrue(only["insist"])
        self.seeker.active = True

        def student():
            return self.Proof._portal_fare(self.alix, self.env.company)["offers"][0]

        proof = self.send()
        self.assertEqual(student()["pending"], proof)
        self.assertFalse(student()["insist"])
        proof.action_refuse("No.")
        self.assertEqual(student()["refused"], proof)
        self.assertTrue(student()["insist"])
        again = self.send()
        self.assertFalse(student()["refused"])
        again.action_accept(TODAY, TODAY + timedelta(days=31))
        self.assertEqual(student()["accepted"], again)
        self.assertFalse(student()["soon"])
        with freeze_time("2027-01-12 12:00:00"):
            fare = self.Proof._portal_fare(self.alix, self.env.company)
            self.assertTrue(fare["soon"])
            self.assertEqual(fare["until"], again.valid_until)
            self.assertTrue(student()["insist"])
        with freeze_time("2027-03-01 12:00:00"):
            self.assertEqual(student()["expired"], again)
            self.assertFalse(student()["accepted"])
