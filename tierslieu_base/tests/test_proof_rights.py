from odoo.exceptions import AccessError
from odoo.tests import tagged

from .proof_common import ProofCase, a_pdf, create_profile_data


@tagged("post_install", "-at_install")
class TestProofRights(ProofCase):
    """Who sees a proof, who decides, who never."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.proof = cls.Proof.create(
            {
                "partner_id": cls.alix.id,
                "profile_id": cls.student.id,
                "company_id": cls.env.company.id,
                "file_name": "card.pdf",
                "file_type": "application/pdf",
            }
        )
        cls.proof._keep(a_pdf())

    def test_who_may_do_what(self):
        for user, allowed in (
            (self.manager, {"read"}), (self.host, {"read"}), (self.employee, set()),
            (self.member, set()), (self.visitor, set()),
        ):
            for operation in ("read", "write", "create", "unlink"):
                with self.subTest(user=user.login, operation=operation):
                    self.assertEqual(
                        self.Proof.with_user(user).has_access(operation), operation in allowed
                    )

    def test_only_the_team_decides(self):
        for user in (self.member, self.other_member, self.employee, self.visitor):
            proofs = self.Proof.with_user(user)
            proof = self.proof.with_user(user)
            for call in (
                lambda proof=proof: proof.action_accept(),
                lambda proof=proof: proof.action_refuse("No."),
                lambda proof=proof: proof.action_set_dates("2027-01-01", "2028-01-01"),
                lambda proof=proof: proof.action_open_accept(),
                lambda proof=proof: proof.action_open_refuse(),
                lambda proofs=proofs: proofs.accept_seen(self.alix.id, self.student.id),
                lambda user=user: self.alix.with_user(user).action_view_tierslieu_proofs(),
            ):
                with self.assertRaises(AccessError):
                    call()
        self.assertEqual(self.proof.state, "pending")

    def test_nobody_writes(self):
        for user in (self.host, self.manager):
            for values in (
                {"state": "accepted"}, {"valid_until": "2099-01-01"}, {"partner_id": self.noe.id},
            ):
                with self.assertRaises(AccessError):
                    self.proof.with_user(user).write(values)

    def test_nobody_reads_the_file_but_our_own_page(self):
        attachment = self.files_of(self.proof)
        for user in (self.host, self.manager, self.member, self.employee):
            with self.assertRaises(AccessError):
                self.proof.with_user(user).read(["file"])
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["raw"])
            with self.assertRaises(AccessError):
                attachment.with_user(user).generate_access_token()
            found = self.env["ir.attachment"].with_user(user).search([("res_field", "=", "file")])
            self.assertFalse(found & attachment)
        self.assertNotIn("file", self.proof.with_user(self.manager).fields_get())

    def test_each_company_its_own(self):
        grange = self.env["res.company"].create({"name": "La Grange"})
        there = create_profile_data(self.env, grange)
        proof = self.send(profile=there["student"])
        self.assertEqual(proof.company_id, grange)
        self.assertFalse(self.Proof.with_user(self.host).search([("id", "=", proof.id)]))
        for call in (
            lambda: proof.with_user(self.host).action_accept(),
            lambda: proof.with_user(self.manager).action_refuse("No."),
            lambda: self.Proof.with_user(self.host).accept_seen(self.alix, there["student"]),
        ):
            with self.assertRaises(AccessError):
                call()
        self.assertEqual(proof.state, "pending")

    def test_the_team_talks_about_a_proof(self):
        message = self.proof.with_user(self.host).message_post(body="I know her.")
        self.assertEqual(message.author_id, self.host.partner_id)


@tagged("post_install", "-at_install")
class TestProofIntegrity(ProofCase):
    """Each promise on proofs can be seen broken."""

    def assertBroken(self, words):
        self.env.flush_all()
        names = [check["name"] for check in self.env["tierslieu.integrity"].run()]
        self.assertEqual(len(names), 1, names)
        self.assertIn(words, names[0])

    def test_a_file_left_behind(self):
        self.send()
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])
        self.env.cr.execute("UPDATE tierslieu_proof SET state = 'withdrawn'")
        self.assertBroken("No document is kept")

    def test_a_file_without_its_proof(self):
        proof = self.send()
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM tierslieu_proof WHERE id = %s", [proof.id])
        self.env.invalidate_all()
        self.assertBroken("No document is kept")

    def test_a_public_address(self):
        self.files_of(self.send()).sudo().access_token = "somewhere"
        self.assertBroken("public address")

    def test_another_company(self):
        proof = self.send()
        proof.with_user(self.host).action_accept()
        grange = self.env["res.company"].create({"name": "La Grange"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE tierslieu_proof SET company_id = %s", [grange.id])
        self.env.invalidate_all()
        self.assertBroken("company of their fare")

    def test_a_fare_given_without_its_proof(self):
        self.alix.tierslieu_profile_id = self.association
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE tierslieu_profile SET needs_proof = TRUE WHERE id = %s", [self.association.id]
        )
        self.assertBroken("ask for none")
