import re
from datetime import timedelta

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .proof_common import a_pdf, a_picture, create_profile_data

PASSWORD = "un mot de passe de test"
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
LONG = "x" * 10_000
# Its first digits are those of a fare that may exist; Python reads no number as long.
LONGEST = "0" * 10 + "1" + "9" * 5000
GARBAGE = (
    "", "0", "-1", "1e9", "9" * 30, LONGEST, "None", "٣", "' OR 1=1 --", "<script>alert(1)</script>", LONG,
)


@tagged("post_install", "-at_install")
class TestProofPortal(HttpCase):
    """A member's fare over HTTP: 404 or one sentence, never a server error."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        if "website" in cls.env:
            # Sentences are compared in the language they are written in.
            english = cls.env.ref("base.lang_en")
            website = cls.env["website"].get_current_website()
            website.company_id = cls.env.company
            website.write({"language_ids": [Command.set(english.ids)], "default_lang_id": english.id})
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        for name, value in create_profile_data(cls.env).items():
            setattr(cls, name, value)
        cls.Proof = cls.env["tierslieu.proof"]

        def user(login, groups, name):
            return new_test_user(
                cls.env, login, groups=groups, name=name, email=login, password=PASSWORD,
                lang="en_US",
            )

        cls.alix = user("alix@lequai.example", "base.group_portal", "Alix Membre")
        cls.noe = user("noe@lequai.example", "base.group_portal", "Noé Autre")
        cls.host = user("hote@lequai.example", "tierslieu_base.group_host", "Sami Hôte")
        cls.employee = user("salariee@lequai.example", "base.group_user", "Lou Salariée")

    def as_user(self, user):
        self.authenticate(user and user.login, user and PASSWORD)

    def get(self, path):
        return self.url_open(path, timeout=60, allow_redirects=False)

    def post(self, path, data=None, files=None, csrf=True):
        data = dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(
            path, data=data or {"sent": "1"}, files=files, timeout=60, allow_redirects=False
        )

    def send(self, name="card.pdf", content=None, announced="application/pdf", **values):
        content = a_pdf() if content is None else content
        return self.post(
            "/my/fare/send",
            {"profile": str(self.student.id)} | values,
            {"document": (name, content, announced)},
        )

    def own(self, user=None):
        return self.Proof.search([("partner_id", "=", (user or self.alix).partner_id.id)])

    def assertSentence(self, answer, words):
        """It was not taken; the page says why, once."""
        self.assertEqual(answer.status_code, 303, answer.text[:300])
        page = self.get("/my/fare").text
        self.assertIn(words, page)
        self.assertIn("tl-sentence", page)
        self.assertNotIn("tl-sentence", self.get("/my/fare").text)

    # -- The way it goes

    def test_from_a_document_to_a_fare(self):
        self.as_user(self.alix)
        page = self.get("/my/fare").text
        self.assertIn("Full price", page)
        self.assertIn("Your student card.", page)
        self.assertNotIn("Association", page)
        answer = self.send(name="carte.png", content=a_picture(), announced="text/html")
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(answer.headers["Location"].endswith(f"/my/fare#fare-{self.student.id}"))
        proof = self.own()
        self.assertEqual((proof.state, proof.file_type), ("pending", "image/png"))
        page = self.get("/my/fare").text
        self.assertIn("Being checked", page)
        self.assertIn("carte.png", page)
        proof.with_user(self.host).action_refuse("The year cannot be read.")
        page = self.get("/my/fare").text
        self.assertIn("The year cannot be read.", page)
        self.send()
        last = self.own()[:1]
        today = self.env.company._tierslieu_today()
        last.with_user(self.host).action_accept(today, today + timedelta(days=200))
        page = self.get("/my/fare").text
        self.assertRegex(page, r'tl-fare__name">\s*Student')
        self.assertIn("Accepted", page)
        last.action_set_dates(today, today + timedelta(days=12))
        self.assertIn("Ends soon", self.get("/my/fare").text)

    def test_withdrawn(self):
        self.as_user(self.alix)
        self.send()
        proof = self.own()
        self.assertEqual(self.post(f"/my/fare/{proof.id}/withdraw").status_code, 303)
        self.assertEqual(proof.state, "withdrawn")
        self.assertFalse(proof.file)
        self.assertSentence(self.post(f"/my/fare/{proof.id}/withdraw"), "no longer to check")

    def test_the_way_from_the_account(self):
        self.as_user(self.alix)
        self.assertIn('href="/my/fare"', self.get("/my/home").text)

    def test_without_fares_the_page_says_the_usual_price(self):
        self.env["tierslieu.profile"].search([]).unlink()
        self.as_user(self.alix)
        page = self.get("/my/fare")
        self.assertEqual(page.status_code, 200)
        self.assertIn("The usual price", page.text)
        self.assertNotIn('type="file"', page.text)

    # -- The file

    def assertSaved(self, answer, kind):
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"].split(";")[0], kind)
        self.assertTrue(answer.headers["Content-Disposition"].startswith("attachment"))
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertEqual(answer.headers["Content-Security-Policy"], "default-src 'none'")
        self.assertIn("no-store", answer.headers["Cache-Control"])

    @mute_logger("odoo.http")
    def test_who_gets_the_file(self):
        self.as_user(self.alix)
        self.send(name="Élodie.html", content=a_pdf())
        proof = self.own()
        mine, teams = f"/my/fare/{proof.id}/file", f"/tierslieu/proof/{proof.id}/file"
        self.assertSaved(self.get(mine), "application/pdf")
        self.assertEqual(self.get(teams).status_code, 404)
        self.as_user(self.noe)
        for path in (mine, teams):
            self.assertEqual(self.get(path).status_code, 404)
        self.as_user(self.employee)
        self.assertEqual(self.get(teams).status_code, 404)
        self.as_user(None)
        for path in (mine, teams):
            answer = self.get(path)
            self.assertIn("/web/login", answer.headers.get("Location", ""), path)
        self.as_user(self.host)
        answer = self.get(teams)
        self.assertSaved(answer, "application/pdf")
        self.assertTrue(answer.content.startswith(b"%PDF-"))
        self.assertEqual(self.get(mine).status_code, 404)
        proof.with_user(self.host).action_accept()
        self.assertEqual(self.get(teams).status_code, 404)
        self.assertEqual(self.get("/tierslieu/proof/999999999/file").status_code, 404)

    @mute_logger("odoo.http")
    def test_no_other_address_gives_the_file(self):
        self.as_user(self.alix)
        self.send(content=a_picture())
        proof = self.own()
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", "tierslieu.proof"), ("res_id", "=", proof.id), ("id", "!=", False)]
        )
        kept = attachment.raw
        for user in (None, self.alix, self.noe, self.employee, self.host):
            self.as_user(user)
            for path in (
                f"/web/content/{attachment.id}",
                f"/web/image/{attachment.id}",
                f"/web/content/tierslieu.proof/{proof.id}/file",
                f"/web/image/tierslieu.proof/{proof.id}/file",
                f"/web/image?model=tierslieu.proof&id={proof.id}&field=file",
                f"/mail/attachment/{attachment.id}",
            ):
                with self.subTest(user=user and user.login, path=path):
                    answer = self.get(path)
                    self.assertNotEqual(answer.content, kept)
                    self.assertIn(answer.status_code, (200, 303, 404))

    # -- Hostile

    def test_what_is_no_document(self):
        self.as_user(self.alix)
        for name, content, announced in (
            ("card.pdf", HTML, "application/pdf"),
            ("card.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/png"),
            ("card.jpg", a_picture() + HTML, "image/jpeg"),
            ("card.pdf", b"%PDF-1.4\n" + HTML + a_pdf(), "application/pdf"),
            ("card.pdf", b"MZ" + bytes(500), "application/pdf"),
        ):
            with self.subTest(name):
                answer = self.send(name=name, content=content, announced=announced)
                self.assertSentence(answer, "neither a PDF nor a picture")
        self.assertFalse(self.own())

    def test_too_large_and_nothing(self):
        self.as_user(self.alix)
        answer = self.send(content=a_pdf() + bytes(6 * 1024 * 1024))
        self.assertSentence(answer, "5 MB at the most")
        self.assertSentence(self.send(content=b""), "Choose a file")
        answer = self.post("/my/fare/send", {"profile": self.student.id})
        self.assertSentence(answer, "Choose a file")
        answer = self.post("/my/fare/send", {"profile": self.student.id, "document": LONG})
        self.assertSentence(answer, "Choose a file")
        self.assertFalse(self.own())

    def test_a_name_of_ten_thousand_characters(self):
        self.as_user(self.alix)
        self.assertEqual(self.send(name=LONG + ".pdf").status_code, 303)
        self.assertEqual(len(self.own().file_name), 84)
        self.assertEqual(self.get(f"/my/fare/{self.own().id}/file").status_code, 200)

    def test_too_many(self):
        self.as_user(self.alix)
        for _nth in range(10):
            self.send(content=HTML)
        self.assertSentence(self.send(), "try again tomorrow")
        self.assertFalse(self.own())

    @mute_logger("odoo.http")
    def test_fares_that_are_not_offered(self):
        grange = self.env["res.company"].create({"name": "La Grange"})
        elsewhere = create_profile_data(self.env, grange)["student"]
        self.seeker.active = False
        self.as_user(self.alix)
        for value in (*GARBAGE, elsewhere.id, self.full.id, self.association.id, self.seeker.id):
            with self.subTest(str(value)[:20]):
                self.assertEqual(self.send(profile=str(value)).status_code, 404)
        self.assertNotIn(f"fare-{elsewhere.id}", self.get("/my/fare").text)
        self.assertFalse(self.own())

    @mute_logger("odoo.http")
    def test_what_belongs_to_others_does_not_exist(self):
        self.as_user(self.alix)
        self.send()
        proof = self.own()
        self.as_user(self.noe)
        self.assertEqual(self.post(f"/my/fare/{proof.id}/withdraw").status_code, 404)
        for value in ("0", "-1", "999999999", "9" * 30, "x", "1.5"):
            with self.subTest(value):
                self.assertEqual(self.post(f"/my/fare/{value}/withdraw").status_code, 404)
                self.assertEqual(self.get(f"/my/fare/{value}/file").status_code, 404)
                self.assertEqual(self.get(f"/tierslieu/proof/{value}/file").status_code, 404)
        self.assertEqual(proof.state, "pending")
        self.assertNotIn("Being checked", self.get("/my/fare").text)

    @mute_logger("odoo.http")
    def test_another_of_the_same_organisation_sees_nothing_of_it(self):
        club = self.env["res.partner"].create({"name": "Les Amis du canal", "is_company": True})
        (self.alix | self.noe).partner_id.parent_id = club
        self.as_user(self.alix)
        self.send()
        self.as_user(self.noe)
        self.assertEqual(self.get(f"/my/fare/{self.own().id}/file").status_code, 404)
        self.assertEqual(self.post(f"/my/fare/{self.own().id}/withdraw").status_code, 404)

    @mute_logger("odoo.http")
    def test_without_the_token_of_the_page(self):
        self.as_user(self.alix)
        files = {"document": ("card.pdf", a_pdf(), "application/pdf")}
        answer = self.post("/my/fare/send", {"profile": self.student.id}, files, csrf=False)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.own())
        self.send()
        self.assertEqual(
            self.post(f"/my/fare/{self.own().id}/withdraw", csrf=False).status_code, 400
        )
        self.assertEqual(self.own().state, "pending")

    @mute_logger("odoo.http")
    def test_only_by_post(self):
        self.as_user(self.alix)
        self.send()
        for path in ("/my/fare/send", f"/my/fare/{self.own().id}/withdraw"):
            self.assertIn(self.get(path).status_code, (404, 405))
        self.assertEqual(self.own().state, "pending")

    def test_a_visitor_is_asked_to_log_in(self):
        self.as_user(None)
        answer = self.get("/my/fare")
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login", answer.headers["Location"])
        answer = self.send()
        self.assertIn("/web/login", answer.headers.get("Location", ""))
        self.assertFalse(self.Proof.search([]))

    def test_what_others_write_is_shown_as_words(self):
        self.student.proof_help = "<script>alert('help')</script>"
        self.as_user(self.alix)
        self.send(name="<img src=x onerror=alert(1)>.pdf")
        page = self.get("/my/fare").text
        self.assertNotIn("<img src=x", page)
        self.own().with_user(self.host).action_refuse("<script>alert('why')</script>")
        page = self.get("/my/fare").text
        self.assertNotIn("<script>alert('", page)
        self.assertTrue(re.search("&lt;script&gt;alert", page))
