import io
import re
import zipfile
from urllib.parse import quote

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .heavy import crossed, heavy

PASSWORD = "un mot de passe de test"
LONG = "x" * 10_000
HTML = "<script>alert(1)</script>"
GARBAGE = ("0", "-1", "1e9", "9" * 30, "2147483648", "None", "%00", "' OR 1=1 --", "٣", HTML, LONG)
WATCHED = (
    "tierslieu.card", "tierslieu.charter.acceptance", "tierslieu.charter.version", "tierslieu.data.request",
    "res.partner", "res.users", "mail.activity",
)


class PeopleCase(HttpCase):
    """Two colleagues of one company with accounts, a host, a manager, and whoever passes by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        english = cls.env["res.lang"]._activate_lang("en_US")
        if "website" in cls.env:
            website = cls.env["website"].get_current_website()
            website.write({"language_ids": [Command.set(english.ids)], "default_lang_id": english.id})
            website.company_id = cls.env.company
        cls.company = cls.env.company

        def user(login, groups, name):
            return new_test_user(
                cls.env, login, groups=groups, name=name, email=login, password=PASSWORD, lang="en_US"
            )

        cls.alix = user("alix@lequai.example", "base.group_portal", "Alix Membre")
        cls.noe = user("noe@lequai.example", "base.group_portal", "Noé Autre")
        cls.host = user("sami@lequai.example", "tierslieu_base.group_host", "Sami Hôte")
        cls.manager = user("camille@lequai.example", "tierslieu_base.group_manager", "Camille Gérante")
        coop = cls.env["res.partner"].create({"name": "Coop des Frênes", "is_company": True})
        (cls.alix | cls.noe).partner_id.parent_id = coop
        cls.env["tierslieu.charter"].search([]).active = False
        cls.charter = cls.env["tierslieu.charter"].create({"name": "Charte du lieu"})
        cls.first = cls.publish("<p>On range sa tasse.</p>")
        cls.Acceptance = cls.env["tierslieu.charter.acceptance"]
        cls.Request = cls.env["tierslieu.data.request"]

    @classmethod
    def publish(cls, body, charter=None):
        version = cls.env["tierslieu.charter.version"].create(
            {"charter_id": (charter or cls.charter).id, "body": body}
        )
        version.action_publish()
        return version

    def new_visitor(self, user=None):
        self.authenticate(user and user.login, user and PASSWORD)

    def get(self, path, redirects=True):
        return self.url_open(path, timeout=60, allow_redirects=redirects)

    def post(self, path, data=None, csrf=True):
        data = {"sent": "1"} | dict(data or {})
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data, timeout=60, allow_redirects=False)

    def written(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return {
            model: self.env[model].sudo().with_context(active_test=False).search_count([])
            for model in WATCHED
        }

    def assertWritesNothing(self, call):
        before = self.written()
        answer = call()
        self.assertEqual(self.written(), before)
        return answer

    def assertCalm(self, answer, allowed=(200, 303, 404)):
        self.assertIn(answer.status_code, allowed, answer.text[:500])
        self.assertNotIn("Traceback", answer.text)
        self.assertNotIn(HTML, answer.text)
        return answer

    def heading(self, answer):
        """Return what a page says, without menus and footers."""
        text = re.sub(r"\s+", " ", answer.text)
        found = re.search(r'<div id="wrap".*?</main>', text)
        return re.sub(r"csrf_token\W+\w+", "", found.group() if found else text)


@tagged("-at_install", "post_install")
class TestCardPages(PeopleCase):
    def card_of(self, user):
        return self.env["tierslieu.card"].search([("partner_id", "=", user.partner_id.id), ("revoked_at", "=", False)])

    def key_of(self, user):
        card = self.env["tierslieu.card"]._issue(user.partner_id, self.company)
        return card._url().rsplit("/", 1)[1]

    def test_the_first_look_gives_a_card_and_the_next_the_same(self):
        self.new_visitor(self.alix)
        page = self.get("/my/card")
        self.assertEqual(page.status_code, 200)
        self.assertIn("Alix Membre", page.text)
        self.assertIn("Coop des Frênes", page.text)
        self.assertNotIn("Noé", page.text)
        code = re.search(r'src="(data:image/svg[^"]+)"', page.text).group(1)
        again = self.assertWritesNothing(lambda: self.get("/my/card"))
        self.assertIn(code, again.text)
        self.assertEqual(len(self.card_of(self.alix)), 1)
        self.assertEqual(page.headers["Cache-Control"], "no-store")

    def test_nothing_is_asked_of_another_host(self):
        self.new_visitor(self.alix)
        for path in ("/my/card", f"/card/{self.key_of(self.alix)}", "/my/charter", "/my/data"):
            page = self.get(path).text
            self.assertFalse(re.findall(r'<(?:script|img|iframe)[^>]+src="(?:https?:)?//[^"]+"', page), path)

    def test_a_colleague_sees_their_own_card_only(self):
        key = self.key_of(self.alix)
        self.new_visitor(self.noe)
        page = self.get("/my/card")
        self.assertIn("Noé Autre", page.text)
        self.assertNotIn("Alix", page.text)
        self.assertNotIn("Alix", self.get(f"/card/{key}").text)

    def test_the_pdf_is_one_s_own(self):
        self.new_visitor(self.alix)
        answer = self.get("/my/card.pdf")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn(b"Alix Membre", answer.content)
        self.assertNotIn("Noé".encode(), answer.content)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model",
                 "odoo.addons.base.models.ir_qweb")
    def test_reports_are_no_way_round(self):
        self.key_of(self.alix)
        card = self.card_of(self.alix)
        acceptance = self.Acceptance._accept(self.alix.partner_id, self.first, "portal")
        for user in (self.noe, None):
            self.new_visitor(user)
            for path in (
                f"/report/pdf/tierslieu_base.report_card/{card.id}",
                f"/report/html/tierslieu_base.report_card/{card.id}",
                f"/report/html/tierslieu_base.report_charter_accepted/{acceptance.id}",
                f"/report/html/tierslieu_base.report_charter/{self.first.id}",
                f"/web/image/tierslieu.card/{card.id}/partner_id",
            ):
                with self.subTest(path=path, user=user and user.login):
                    answer = self.get(path)
                    self.assertNotIn("Alix", answer.text)
                    self.assertNotIn("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAA", answer.text)

    # -- Lost

    def test_a_lost_card_is_replaced(self):
        key = self.key_of(self.alix)
        old = self.card_of(self.alix)
        self.new_visitor(self.alix)
        self.assertWritesNothing(lambda: self.get("/my/card/lost"))
        answer = self.post("/my/card/lost")
        self.assertEqual(answer.headers["Location"], "/my/card")
        self.assertIn("no longer works", self.get("/my/card").text)
        self.env.invalidate_all()
        self.assertEqual((old.revoke_reason, old.revoked_by_id), ("lost", self.alix))
        new = self.card_of(self.alix)
        self.assertNotEqual(new, old)
        self.assertIn("not valid", self.get(f"/card/{key}").text)
        self.assertIn("is valid", self.get(f"/card/{self.key_of(self.alix)}").text)

    def test_losing_it_all_day_long(self):
        self.new_visitor(self.alix)
        for _nth in range(8):
            self.assertCalm(self.post("/my/card/lost"), (303,))
        self.assertEqual(self.env["tierslieu.card"].search_count([("partner_id", "=", self.alix.partner_id.id)]), 6)
        self.assertIn("several times today", self.get("/my/card").text)

    def test_one_the_team_took_back_does_not_return(self):
        self.key_of(self.alix)
        self.card_of(self.alix).with_user(self.host).action_revoke("left")
        self.new_visitor(self.alix)
        self.assertIn("Ask the team", self.get("/my/card").text)
        self.assertWritesNothing(lambda: self.post("/my/card/lost"))
        self.assertEqual(self.get("/my/card.pdf").status_code, 404)

    @mute_logger("odoo.http")
    def test_without_its_token_a_form_is_nothing(self):
        self.key_of(self.alix)
        self.new_visitor(self.alix)
        for path in ("/my/card/lost", f"/my/charter/{self.first.id}/accept", "/my/data/erase",
                     "/my/data/erase/withdraw", "/my/data/copy"):
            with self.subTest(path):
                answer = self.assertWritesNothing(
                    lambda path=path: self.post(path, {"accept": "1"}, csrf=False)
                )
                self.assertEqual(answer.status_code, 400)

    # -- Scanned

    def test_a_stranger_learns_that_it_is_valid_and_nothing_else(self):
        self.alix.partner_id.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPhfDwAChAGA8kY7AwAAAABJRU5ErkJggg=="
        )
        key = self.key_of(self.alix)
        for user in (None, self.noe, self.alix):
            self.new_visitor(user)
            answer = self.assertWritesNothing(lambda: self.get(f"/card/{key}"))
            said = self.heading(answer)
            self.assertIn("This card is valid", said)
            for word in ("Alix", "Coop", "alix@", "res.partner", "no. 0", "data:image"):
                self.assertNotIn(word, said)
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")
            self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_cards_of_two_people_look_alike_to_a_stranger(self):
        keys = [self.key_of(self.alix), self.key_of(self.noe)]
        self.new_visitor()
        self.assertEqual(*(self.heading(self.get(f"/card/{key}")) for key in keys))

    @mute_logger("odoo.http")
    def test_what_opens_nothing_looks_alike(self):
        key = self.key_of(self.alix)
        self.card_of(self.alix)._revoke("lost")
        other = self.env["tierslieu.token"]._issue(self.alix.partner_id, "card")
        feed = self.env["tierslieu.token"]._issue(self.card_of(self.alix), "feed")
        for user in (None, self.host):
            self.new_visitor(user)
            pages = set()
            for value in (key, other, feed, "a" * 32, "ab", "é" * 30, "x" * 3000, quote("<b>x<b>")):
                answer = self.assertWritesNothing(lambda value=value: self.get(f"/card/{value}"))
                self.assertCalm(answer, (200,))
                pages.add(self.heading(answer))
            self.assertEqual(len(pages), 1)
            self.assertIn("This card is not valid", pages.pop())

    @mute_logger("odoo.http")
    def test_garbage_as_a_key(self):
        self.new_visitor()
        for value in GARBAGE:
            self.assertCalm(self.get(f"/card/{quote(value, safe='')}"), (200, 404, 414, 429))

    def test_a_host_sees_whose_it_is_and_what_waits(self):
        key = self.key_of(self.alix)
        for user in (self.host, self.manager):
            self.new_visitor(user)
            said = self.heading(self.get(f"/card/{key}"))
            self.assertIn("Alix Membre", said)
            self.assertIn(f"/odoo/res.partner/{self.alix.partner_id.id}", said)
            self.assertIn("Has not accepted: Charte du lieu", said)

    def test_a_host_of_another_company_is_a_stranger(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        card = self.env["tierslieu.card"]._issue(self.alix.partner_id, other)
        self.new_visitor(self.host)
        said = self.heading(self.get(f"/card/{card._url().rsplit('/', 1)[1]}"))
        self.assertIn("is valid", said)
        self.assertNotIn("Alix", said)

    @heavy
    def test_guessing_is_slow(self):
        key = self.key_of(self.alix)
        self.new_visitor()
        for _nth in range(60):
            self.get("/card/" + "a" * 32)
        answer = self.get(f"/card/{key}")
        self.assertEqual(answer.status_code, 429)
        self.assertNotIn("is valid", answer.text)
        self.new_visitor(self.host)
        self.assertIn("Alix Membre", self.get(f"/card/{key}").text, "the team goes on")


@tagged("-at_install", "post_install")
class TestCharterPages(PeopleCase):
    def accept(self, version=None, **data):
        version = version or self.first
        return self.post(f"/my/charter/{version.id}/accept", {"accept": "1"} | data)

    def test_read_accept_and_find_again(self):
        self.new_visitor(self.alix)
        self.assertIn("To read and accept: Charte du lieu", re.sub(r"\s+", " ", self.get("/my/home").text))
        page = self.get("/my/charter")
        self.assertTrue(page.url.endswith(f"/my/charter/{self.first.id}"))
        self.assertIn("On range sa tasse.", page.text)
        answer = self.accept()
        self.assertEqual(answer.headers["Location"], f"/my/charter/{self.first.id}")
        [acceptance] = self.Acceptance.search([("version_id", "=", self.first.id)])
        self.assertEqual((acceptance.partner_id, acceptance.channel), (self.alix.partner_id, "portal"))
        self.assertIn("Accepted on", self.get(f"/my/charter/{self.first.id}").text)
        self.assertNotIn("To read and accept", self.get("/my/home").text)
        self.assertWritesNothing(self.accept)

    def test_a_new_version_says_what_changes(self):
        self.Acceptance._accept(self.alix.partner_id, self.first, "paper")
        second = self.publish("<p>On range sa tasse.</p><p>On éteint en partant.</p>")
        self.new_visitor(self.alix)
        self.assertIn("A new version is there.", self.get("/my/home").text)
        page = self.get(f"/my/charter/{second.id}").text
        self.assertIn("What changes since version", page)
        self.assertRegex(page, r"<ins[^>]*>On éteint en partant.</ins>")
        listed = self.get("/my/charter").text
        self.assertIn("To read and accept", listed)
        self.assertIn("Signed on paper on", listed)

    def test_without_the_tick_nothing_is_accepted(self):
        self.new_visitor(self.alix)
        for data in ({"accept": ""}, {"accept": "", "partner_id": self.noe.partner_id.id}):
            answer = self.assertWritesNothing(lambda data=data: self.accept(**data))
            self.assertEqual(answer.status_code, 303)
        self.assertIn("Tick the box", self.get(f"/my/charter/{self.first.id}").text)

    def test_only_for_oneself_whatever_is_sent(self):
        self.new_visitor(self.alix)
        self.accept(partner_id=self.noe.partner_id.id, channel="paper", accepted_at="2020-01-01", user_id=self.noe.id)
        [acceptance] = self.Acceptance.search([("version_id", "=", self.first.id)])
        self.assertEqual((acceptance.partner_id, acceptance.channel), (self.alix.partner_id, "portal"))
        self.assertGreater(acceptance.accepted_at.year, 2020)

    def test_a_former_version_is_not_accepted_any_more(self):
        second = self.publish("<p>Deux</p>")
        self.new_visitor(self.alix)
        answer = self.assertWritesNothing(self.accept)
        self.assertEqual(answer.headers["Location"], f"/my/charter/{second.id}")
        self.assertIn("newer version", self.get(f"/my/charter/{second.id}").text)

    @mute_logger("odoo.http")
    def test_what_is_not_there_for_them(self):
        draft = self.env["tierslieu.charter.version"].create({"charter_id": self.charter.id, "body": "<p>Secret</p>"})
        company = self.env["res.company"].create({"name": "La Grange"})
        elsewhere = self.publish(
            "<p>Secret</p>", self.env["tierslieu.charter"].create({"name": "Là-bas", "company_id": company.id})
        )
        self.new_visitor(self.alix)
        for number in (draft.id, elsewhere.id, 0, 2**31, 10**30, 2_000_000_000):
            for tail in ("", "/charter.pdf"):
                answer = self.get(f"/my/charter/{number}{tail}")
                self.assertEqual(answer.status_code, 404)
                self.assertNotIn("Secret", answer.text)
            answer = self.assertWritesNothing(
                lambda number=number: self.post(f"/my/charter/{number}/accept", {"accept": "1"})
            )
            self.assertEqual(answer.status_code, 404)
        for value in GARBAGE:
            if value != "٣":  # A three, to Python and to the routes.
                self.assertCalm(self.get(f"/my/charter/{quote(value, safe='')}"), (404, 414))
            self.assertCalm(self.accept(accept=value), (303,))

    @mute_logger("odoo.http")
    def test_the_pdf_is_of_one_s_own_acceptance(self):
        self.Acceptance._accept(self.alix.partner_id, self.first, "portal")
        path = f"/my/charter/{self.first.id}/charter.pdf"
        self.new_visitor(self.noe)
        self.assertEqual(self.get(path).status_code, 404, "a colleague has not accepted it")
        self.new_visitor(self.alix)
        answer = self.get(path)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertIn(b"Alix Membre", answer.content)

    def test_a_colleague_s_acceptance_is_not_mine(self):
        self.Acceptance._accept(self.alix.partner_id, self.first, "portal")
        self.new_visitor(self.noe)
        page = self.get(f"/my/charter/{self.first.id}").text
        self.assertNotIn("Accepted on", page)
        self.assertIn('name="accept"', page)

    def test_without_any_charter(self):
        self.charter.active = False
        self.new_visitor(self.alix)
        self.assertIn("No charter is published yet", self.get("/my/charter").text)


@tagged("-at_install", "post_install")
class TestDataPages(PeopleCase):
    def test_what_is_kept_is_said(self):
        self.Acceptance._accept(self.alix.partner_id, self.first, "portal")
        self.new_visitor(self.alix)
        page = self.assertWritesNothing(lambda: self.get("/my/data")).text
        for words in ("Contact details", "Charters accepted", "Code civil"):
            self.assertIn(words, page)
        self.assertNotIn("Notes of the team", page)

    def test_a_copy_is_given_and_noted(self):
        self.new_visitor(self.alix)
        answer = self.post("/my/data/copy", {"partner_id": self.noe.partner_id.id})
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode(errors="ignore")
        self.assertIn("alix@lequai.example", everything)
        self.assertNotIn("noe@", everything)
        request = self.Request.search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual((request.kind, request.state, request.asked_by_id), ("export", "done", self.alix))
        self.assertIn("Copy of the data", self.get("/my/data").text)

    def test_not_all_day_long(self):
        self.new_visitor(self.alix)
        for _nth in range(5):
            self.assertEqual(self.post("/my/data/copy").status_code, 200)
        answer = self.assertWritesNothing(lambda: self.post("/my/data/copy"))
        self.assertEqual(answer.headers["Location"], "/my/data")
        self.assertIn("come back tomorrow", self.get("/my/data").text)

    def test_ask_to_be_erased_then_think_again(self):
        self.new_visitor(self.alix)
        page = self.assertWritesNothing(lambda: self.get("/my/data/erase")).text
        self.assertIn("Contact details", page)
        for _nth in range(3):
            answer = self.post("/my/data/erase", {"partner_id": self.noe.partner_id.id})
            self.assertEqual(answer.headers["Location"], "/my/data")
        [request] = self.Request.search([("kind", "=", "erasure")])
        self.assertEqual((request.partner_id, request.state), (self.alix.partner_id, "asked"))
        self.assertEqual(len(request.activity_ids), 1)
        self.assertIn("answers within a month", self.get("/my/data").text)
        self.new_visitor(self.noe)
        self.assertNotIn("answers within a month", self.get("/my/data").text)
        self.post("/my/data/erase/withdraw")
        self.env.invalidate_all()
        self.assertEqual(request.state, "asked", "a colleague withdraws nothing of mine")
        self.new_visitor(self.alix)
        self.post("/my/data/erase/withdraw")
        self.env.invalidate_all()
        self.assertEqual(request.state, "withdrawn")
        self.assertEqual(self.alix.partner_id.name, "Alix Membre")

    def test_who_works_here_is_told_why_not(self):
        self.new_visitor(self.host)
        self.assertIn("access to the back office", self.get("/my/data/erase").text)
        self.assertWritesNothing(lambda: self.post("/my/data/erase"))

    def test_once_erased_nobody_logs_in(self):
        self.new_visitor(self.alix)
        self.assertEqual(self.get("/my/data", redirects=False).status_code, 200)
        self.Request.with_user(self.manager)._erase(self.alix.partner_id)
        self.env.flush_all()
        answer = self.get("/my/data")
        self.assertIn("/web/login", answer.url)

    # -- The manager's copy

    def test_a_manager_takes_the_copy_of_anyone(self):
        self.new_visitor(self.manager)
        answer = self.get(f"/tierslieu/data/{self.alix.partner_id.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        [request] = self.Request.search([("partner_id", "=", self.alix.partner_id.id)])
        self.assertEqual(request.decided_by_id, self.manager)

    @mute_logger("odoo.http")
    def test_nobody_else_does(self):
        for user in (None, self.alix, self.noe, self.host):
            self.new_visitor(user)
            answer = self.assertWritesNothing(lambda: self.get(f"/tierslieu/data/{self.alix.partner_id.id}"))
            self.assertTrue(answer.status_code == 404 or "/web/login" in answer.url)
            self.assertNotIn("alix@", answer.text)
        company = self.env["res.company"].create({"name": "La Grange"})
        foreign = self.env["res.partner"].create({"name": "Là-bas", "company_id": company.id})
        self.new_visitor(self.manager)
        for number in (foreign.id, 0, 2**31, 10**30, 2_000_000_000):
            self.assertEqual(self.get(f"/tierslieu/data/{number}").status_code, 404)
        for value in set(GARBAGE) - {"٣"}:  # A three, to Python and to the routes.
            self.assertCalm(self.get(f"/tierslieu/data/{quote(value, safe='')}"), (404, 414))

    # -- Everybody logs in first

    @mute_logger("odoo.http")
    def test_a_visitor_logs_in_first(self):
        self.new_visitor()
        for path in ("/my/card", "/my/card.pdf", "/my/card/lost", "/my/charter", f"/my/charter/{self.first.id}",
                     f"/my/charter/{self.first.id}/charter.pdf", "/my/data", "/my/data/erase"):
            with self.subTest(path):
                answer = self.assertWritesNothing(lambda path=path: self.get(path))
                self.assertIn("/web/login", answer.url)
        for path in ("/my/card/lost", f"/my/charter/{self.first.id}/accept", "/my/data/copy", "/my/data/erase",
                     "/my/data/erase/withdraw"):
            with self.subTest(path):
                answer = self.assertWritesNothing(lambda path=path: self.post(path, {"accept": "1"}))
                self.assertIn("/web/login", answer.headers.get("Location", ""))

    def test_whatever_hangs_on_an_address(self):
        self.new_visitor(self.alix)
        paths = ("/my/card", "/my/charter", "/my/data", "/my/data/erase", "/my/card/lost")
        for value, path in crossed(GARBAGE, paths):
            self.assertCalm(self.get(f"{path}?partner_id={quote(value)}&id={quote(value)[:50]}"), (200, 400, 414))
