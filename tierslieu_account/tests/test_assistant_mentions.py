from datetime import date

from psycopg2.errors import CheckViolation

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .assistant_common import AssistantCase

CGI, CIBS = "article 293 B of the CGI", "article L. 223-1 of the CIBS"


@tagged("post_install", "-at_install")
class TestMentions(AssistantCase):
    """What invoices say at their foot, by their date, to whom."""

    def mention(self, **values):
        return self.env["tierslieu.books.mention"].with_user(self.keeper).with_context(
            allowed_company_ids=self.company.ids
        ).create({"company_id": self.company.id, "kind": "other", "text": "Un mot."} | values)

    def printed(self, move, lang="en_US"):
        move.partner_id.lang = lang
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("account.report_invoice", move.ids)
        return html.decode()

    def checks(self, first, last):
        checks = self.env["tierslieu.books"]._closing_checks(self.company, first, last)
        return {check["key"]: check for check in checks}

    def test_the_article_of_the_day(self):
        """Until 31 August 2026 the CGI, then the CIBS; an old invoice that is printed again keeps its words."""
        self.assistant("association", "franchise").action_apply()
        for day, said, unsaid in (
            ("2026-08-31", CGI, CIBS), ("2026-09-01", CIBS, CGI), ("2027-12-31", CIBS, CGI), ("2019-01-01", CGI, CIBS),
        ):
            with self.subTest(day=day):
                page = self.printed(self.invoice(day=day))
                self.assertIn(said, page)
                self.assertNotIn(unsaid, page)
        self.assertIn("article L. 223-1 du CIBS", self.printed(self.invoice(), "fr_FR"))

    def test_exempt_and_public(self):
        for form, regime, words in (
            ("association", "exempt", "article 261, 7-1°"), ("commune", "outside", "article 256 B"),
            ("association", "outside", "article 256 A"),
        ):
            with self.subTest(form=form, regime=regime):
                self.env["tierslieu.books.mention"].search([("company_id", "=", self.company.id)]).unlink()
                self.assistant(form, regime).action_apply()
                page = self.printed(self.invoice())
                self.assertIn(words, page)
                self.assertEqual(page.count(words), 1)

    def test_with_vat_nothing_is_said_of_it(self):
        self.assistant("sas", "subject", "debits").action_apply()
        self.mention(kind="vat", text="Sans TVA, voilà pourquoi.")
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("amount", "=", 20), ("type_tax_use", "=", "sale"),
             ("tax_scope", "=", "service"), ("tax_exigibility", "=", "on_invoice")]
        )
        self.assertNotIn("voilà pourquoi", self.printed(self.invoice(tax)))
        self.assertIn("voilà pourquoi", self.printed(self.invoice()))

    def test_penalties_are_for_professionals(self):
        self.assistant("sas", "subject", "debits").action_apply()
        page = self.printed(self.invoice())
        for words in ("three times the legal rate", "40 euros", "No discount"):
            self.assertEqual(page.count(words), 1, words)
        alice = self.partner(name="Alice Renaud", is_company=False)
        self.assertNotIn("three times", self.printed(self.invoice(partner=alice)))
        worker = self.partner(name="Bruno", is_company=False, parent_id=self.partner().id)
        self.assertIn("three times", self.printed(self.invoice(partner=worker)), "He buys for his company.")
        refund = self.invoice(move_type="out_refund")
        self.assertNotIn("three times", self.printed(refund))
        bill = self.invoice(move_type="in_invoice")
        self.assertFalse(bill._tierslieu_mentions())

    def test_a_draft_says_what_holds_today(self):
        self.mention(text="Before.", date_to="2026-11-08")
        self.mention(text="Since.", date_from="2026-11-09")
        move = self.invoice(post=False)
        move.invoice_date = False
        self.assertEqual(move._tierslieu_mentions().mapped("text"), ["Since."])

    def test_words_are_words(self):
        self.mention(text="<script>alert(1)</script> & 40 €")
        page = self.printed(self.invoice())
        self.assertIn("&lt;script&gt;alert(1)", page)

    def test_one_of_a_kind_at_a_time(self):
        self.mention(date_from="2026-01-01", date_to="2026-06-30")
        for first, last in (
            ("2026-06-30", None), (None, "2026-01-01"), (None, None), ("2026-02-01", "2026-02-01"),
            ("2025-01-01", "2027-01-01"),
        ):
            with self.subTest(first=first, last=last), self.assertRaisesRegex(ValidationError, "already says"), \
                    self.cr.savepoint():
                self.mention(date_from=first, date_to=last)
        self.mention(date_from="2026-07-01")
        self.mention(date_to="2025-12-31")
        self.mention(kind="late")
        other = self.new_company("Ailleurs")
        self.env["tierslieu.books.mention"].create({"company_id": other.id, "kind": "other", "text": "Un mot."})

    def test_dates_and_words(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation), self.cr.savepoint():
            self.mention(date_from="2026-02-01", date_to="2026-01-01")
        with self.assertRaisesRegex(ValidationError, "type its words"):
            self.mention(text="  ")

    def test_ones_own_words_are_kept(self):
        """The assistant says that they differ, and leaves them."""
        mine = self.mention(kind="vat", text="TVA : nous n'y sommes pas soumis.", date_from="2026-09-01")
        finding = [one for one in self.look() if one["kind"] == "mention" and CIBS in one["name"]]
        self.assertEqual([(one["state"], one["make"]) for one in finding], [("differs", None)])
        self.assistant().action_apply()
        self.assertEqual(mine.text, "TVA : nous n'y sommes pas soumis.")
        self.assertIn("nous n", self.printed(self.invoice()))
        self.assertIn(CGI, self.printed(self.invoice(day="2026-08-31")))

    def test_invoices_that_do_not_say_why(self):
        self.assistant("association", "exempt").action_apply()
        self.invoice(day="2027-12-31")
        late = self.invoice(day="2028-01-01")
        check = self.checks(date(2027, 1, 1), date(2028, 12, 31))["mentions"]
        self.assertEqual(check["count"], 1)
        self.assertEqual(self.env["account.move"].search(check["action"]["domain"]), late)
        self.assertEqual(self.checks(date(2027, 1, 1), date(2027, 12, 31))["mentions"]["count"], 0)
        self.mention(kind="vat", text="Exonération, article du CIBS.", date_from="2028-01-01")
        self.assertEqual(self.checks(date(2027, 1, 1), date(2028, 12, 31))["mentions"]["count"], 0)

    def test_a_company_subject_to_vat_may_sell_without(self):
        self.assistant("sas", "subject").action_apply()
        self.invoice()
        self.assertEqual(self.checks(date(2026, 1, 1), date(2026, 12, 31))["mentions"]["count"], 0)

    def test_articles_that_are_no_more(self):
        self.mention(kind="vat", text="TVA non applicable, art. 293 B du CGI")
        self.assertEqual(self.checks(date(2027, 1, 1), date(2027, 12, 31))["oldmentions"]["count"], 0)
        self.assertEqual(self.checks(date(2028, 1, 1), date(2028, 12, 31))["oldmentions"]["count"], 1)

    def test_who_may(self):
        mine = self.mention()
        with self.assertRaises(AccessError):
            mine.with_user(self.host).read(["text"])
        self.assertEqual(mine.with_user(self.reader).text, "Un mot.")
        with self.assertRaises(AccessError):
            mine.with_user(self.reader).text = "Autre chose"
        stranger = self.user("mentions_stranger", "account.group_account_manager", self.new_company("Ailleurs"))
        with self.assertRaises(AccessError):
            mine.with_user(stranger).read(["text"])
        with self.assertRaises(AccessError):
            self.env["tierslieu.books.mention"].with_user(stranger).create(
                {"company_id": self.company.id, "kind": "other", "text": "Un mot."}
            )
        self.assertTrue(self.invoice(post=False).with_user(self.host).sudo()._tierslieu_mentions())
