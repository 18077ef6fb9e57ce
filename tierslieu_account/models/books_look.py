from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import LazyTranslate, html2plaintext

from ..kernels.books_plan import ACCOUNTS, FORMS, JOURNALS, UNTAXED, wanted

_lt = LazyTranslate(__name__)

NO_VAT = _lt("Without VAT")


class BooksLook(models.AbstractModel):
    """What the books of a company want, beside what is there: looked at first, then made.

    A finding is a dict of `kind` (chart, account, journal, tax, position, setting, mention), `name`, `state`,
    `why` (why it is wanted), `said` (what is there, and why it is left alone), `source` (V, S, M) and `make`: a
    function that makes what is missing, None when there is nothing to do. States are `create` and `set`
    (something to do), `there`, and `differs`, which is never touched.

    Nothing that an entry already uses is written: no account, no code, no type, no tax.
    """

    _name = "tierslieu.books.look"
    _description = "What the books want"

    @api.model
    def _look(self, company, form, regime, due):
        """Return the findings for a company, in the order in which they are made.

        :param form: a key of its legal forms
        :param regime: subject, franchise, exempt or outside
        :param due: receipts or debits
        :raises UserError: another chart than the French one, or a branch that keeps no books of its own
        """
        look = self.sudo().with_company(company).with_context(allowed_company_ids=company.ids)
        company = company.sudo().with_env(look.env)
        look._check_books(company)
        if not company.chart_template:
            return [look._look_chart(company)]
        form = form if form in FORMS else "other"
        return [
            *look._look_accounts(company, form, regime, due),
            *look._look_journals(company, regime, due),
            *look._look_taxes(company, regime, due),
            *look._look_position(company, regime),
            *look._look_settings(company, form, regime, due),
            *look._look_mentions(company, form, regime, due),
        ]

    @api.model
    def _check_books(self, company):
        _ = self.env._
        if company.parent_id:
            raise UserError(
                _("%(branch)s keeps its books in those of %(company)s: switch to it.",
                  branch=company.name, company=company.root_id.name)
            )
        if company.chart_template and company.chart_template != "fr":
            raise UserError(
                _("%(company)s keeps its books by another chart than the French one: nothing is done to it.",
                  company=company.name)
            )

    @api.model
    def _finding(self, kind, name, state, why, said="", source="V", make=None):
        return {
            "kind": kind, "name": name, "state": state, "why": why, "said": said, "source": source, "make": make,
        }

    # -- Words of the plan

    @api.model
    def _say(self, words):
        """Return words of the plan in the language of the reader."""
        return words._translate(self.env.lang or "en_US")

    @api.model
    def _write_words(self, record, field, words):
        """Write a text of the plan on a translated field, in each language that is used here."""
        for code, _name in self.env["res.lang"].get_installed():
            record.with_context(lang=code)[field] = self.with_context(lang=code)._say(words)

    # -- Chart and accounts

    @api.model
    def _look_chart(self, company):
        def make():
            self.env["account.chart.template"].try_loading("fr", company, install_demo=False)

        _ = self.env._
        return self._finding(
            "chart", _("French chart of accounts"), "create",
            _("No accounts yet: the chart comes first, the rest is shown once it is there."), make=make,
        )

    @api.model
    def _account(self, company, code):
        """Return an account by its code, archived ones too; empty when there is none."""
        accounts = self.env["account.account"].with_context(active_test=False)
        return accounts.search([*accounts._check_company_domain(company), ("code", "=", code)], limit=1)

    @api.model
    def _look_accounts(self, company, form, regime, due):
        findings = []
        for row in wanted(ACCOUNTS, form, regime, due):
            account = self._account(company, row.code)
            if account or not row.only_checked:
                findings.append(self._look_account(company, row, account))
        return findings

    @api.model
    def _look_account(self, company, row, account):
        _ = self.env._
        why = self._say(row.why)
        if not account:
            return self._finding(
                "account", f"{row.code} {self._say(row.name)}", "create", why, source=row.source,
                make=lambda: self._make_account(company, row),
            )
        name = f"{row.code} {account.name}"
        if not account.active:
            return self._finding(
                "account", name, "differs", why, _("It was archived here: left so."), source=row.source
            )
        if account.account_type != row.kind:
            types = dict(account._fields["account_type"]._description_selection(self.env))
            return self._finding(
                "account", name, "differs", why,
                _("Its type is “%(there)s”, “%(wanted)s” is expected: left for the accountant to decide.",
                  there=types[account.account_type], wanted=types[row.kind]),
                source=row.source,
            )
        return self._finding("account", name, "there", why, source=row.source)

    @api.model
    def _make_account(self, company, row):
        account = self.env["account.account"].create(
            {
                "code": row.code, "name": row.name._source, "account_type": row.kind,
                "company_ids": [Command.set(company.ids)],
                "reconcile": row.kind in ("asset_receivable", "liability_payable") or row.code.startswith("4"),
            }
        )
        self._write_words(account, "name", row.name)

    # -- Journals

    @api.model
    def _look_journals(self, company, regime, due):
        findings = []
        for row in JOURNALS:
            journal = self.env["account.journal"].search(
                [("company_id", "=", company.id), ("type", "=", row.kind)], limit=1
            )
            why = self._say(row.why)
            if journal:
                findings.append(self._finding("journal", f"{journal.code} {journal.name}", "there", why))
            else:
                findings.append(
                    self._finding("journal", self._say(row.name), "create", why,
                                  make=lambda row=row: self._make_journal(company, row))
                )
        if regime == "subject" and due == "receipts":
            findings.append(self._look_cash_basis(company))
        return findings

    @api.model
    def _make_journal(self, company, row):
        """Open a journal; Odoo gives it its account when it holds money, and a code when ours is taken."""
        journals = self.env["account.journal"].with_context(active_test=False)
        taken = journals.search_count([("company_id", "=", company.id), ("code", "=", row.code)], limit=1)
        journal = journals.create(
            {"name": row.name._source, "type": row.kind, "company_id": company.id}
            | ({"code": row.code} if row.code and not taken else {})
        )
        self._write_words(journal, "name", row.name)

    @api.model
    def _look_cash_basis(self, company):
        _ = self.env._
        why = _("The VAT of a payment is moved there from 445740 to 445710.")
        journal = company.tax_cash_basis_journal_id
        if journal:
            return self._finding("journal", f"{journal.code} {journal.name}", "there", why)

        def make():
            company.tax_cash_basis_journal_id = self.env["account.journal"].create(
                {"name": self.env._("VAT on receipts"), "type": "general", "code": "CABA",
                 "company_id": company.id, "show_on_dashboard": False}
            )

        return self._finding("journal", _("VAT on receipts"), "create", why, make=make)

    # -- Settings

    @api.model
    def _look_settings(self, company, form, regime, due):
        _ = self.env._
        booked = company._existing_accounting()
        findings = [self._look_foot(company)]
        if regime == "subject":
            if due == "receipts":
                findings.append(self._look_setting(
                    company, booked, "tax_exigibility", True, _("VAT on receipts in Odoo"),
                    _("Odoo then keeps the VAT of an invoice waiting until it is paid."),
                ))
            return [*findings, self._look_usual_tax(company, booked, due)]
        nothing = self.env["account.tax"]
        return [
            *findings,
            self._look_setting(
                company, booked, "account_sale_tax_id", nothing, _("Usual tax of sales: none"),
                _("What is sold bears no VAT."),
            ),
            self._look_setting(
                company, booked, "account_purchase_tax_id", nothing, _("Usual tax of purchases: none"),
                _("The VAT of suppliers is not given back: it is a part of the cost."),
            ),
        ]

    @api.model
    def _look_setting(self, company, booked, field, value, name, why):
        _ = self.env._
        if company[field] == value:
            return self._finding("setting", name, "there", why)
        if booked:
            return self._finding(
                "setting", name, "differs", why,
                _("Entries were made with what is set: change it yourself if it is wrong."),
            )

        def make():
            company[field] = value

        return self._finding("setting", name, "set", why, make=make)

    @api.model
    def _look_foot(self, company):
        """Find whether the documents say who the company is; a foot that somebody wrote is left alone."""
        _ = self.env._
        name = _("Foot of the documents")
        why = _("Name, legal form, capital, trade register, RNA, SIRET: the law wants them on papers.")
        # In the language of the company: the foot is written once, whoever looks.
        company = company.with_context(lang=company.partner_id.lang or self.env.lang)
        if html2plaintext(company.report_footer or "").strip() == html2plaintext(company._tierslieu_foot()).strip():
            return self._finding("setting", name, "there", why)
        if company._tierslieu_wrote_foot():
            return self._finding(
                "setting", name, "differs", why, _("Somebody wrote it by hand: read it once more, it is left alone.")
            )
        return self._finding("setting", name, "set", why, make=company._tierslieu_write_foot)

    # -- Fiscal position

    @api.model
    def _look_position(self, company, regime):
        """Find the position that takes every tax off, for what is sold to those who owe none."""
        if regime not in UNTAXED:
            return []
        _ = self.env._
        name = self._say(NO_VAT)
        why = _("Takes the VAT off a sale whose product bears some by mistake; it is chosen by hand.")
        positions = self.env["account.fiscal.position"].with_context(active_test=False)
        there = positions.search([("company_id", "=", company.id), ("tax_ids", "=", False)], limit=1)
        if there:
            return [self._finding("position", there.name, "there", why)]

        def make():
            position = positions.create(
                {"name": NO_VAT._source, "company_id": company.id, "sequence": 90, "auto_apply": False}
            )
            self._write_words(position, "name", NO_VAT)

        return [self._finding("position", name, "create", why, make=make)]
