from freezegun import freeze_time

from odoo import Command
from odoo.tests import TransactionCase, new_test_user


class AssistantCase(TransactionCase):
    """A French company with the chart and nothing else, and those who may or may not set its books up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time("2026-11-09 09:00")
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.company = cls.new_company("Le Chantier")
        cls.env["account.chart.template"].try_loading("fr", cls.company, install_demo=False)
        cls.company.account_price_include = "tax_included"
        cls.keeper = cls.user("keeper", "account.group_account_manager")
        cls.reader = cls.user("reader", "account.group_account_readonly")
        cls.host = cls.user("books_host", "tierslieu_base.group_host")

    @classmethod
    def new_company(cls, name, **values):
        return cls.env["res.company"].create(
            {"name": name, "country_id": cls.env.ref("base.fr").id, "currency_id": cls.env.ref("base.EUR").id}
            | values
        )

    @classmethod
    def user(cls, login, groups, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env, login, groups=groups, lang="en_US", company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def assistant(self, form="association", regime="franchise", due="receipts", user=None, company=None):
        """Return the screen of the assistant as somebody sees it with these answers."""
        company = company or self.company
        model = self.env["tierslieu.books.assistant"].with_user(user or self.keeper).with_context(
            allowed_company_ids=company.ids, lang="en_US"
        )
        return model.create({"legal_form": form, "vat_regime": regime, "vat_due": due})

    def look(self, form="association", regime="franchise", due="receipts", company=None):
        return self.env["tierslieu.books.look"]._look(company or self.company, form, regime, due)

    def account(self, code, company=None):
        company = company or self.company
        return self.env["account.account"].with_company(company).with_context(active_test=False).search(
            [("company_ids", "in", company.ids), ("code", "=", code)]
        )

    def found(self, findings, kind, words):
        """Return the one finding of a kind whose name has these words."""
        [finding] = [one for one in findings if one["kind"] == kind and words in one["name"]]
        return finding

    def partner(self, **values):
        return self.env["res.partner"].create(
            {"name": "Menuiserie Le Gall", "is_company": True, "country_id": self.env.ref("base.fr").id} | values
        )

    def invoice(self, tax=None, day="2026-10-05", price=120.0, post=True, partner=None, **values):
        """Return an invoice of the company, in services."""
        move = self.env["account.move"].with_company(self.company).create(
            {
                "move_type": "out_invoice",
                "company_id": self.company.id,
                "partner_id": (partner or self.partner()).id,
                "invoice_date": day,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Coworking, le mois", "price_unit": price,
                            "account_id": self.account("706000").id,
                            "tax_ids": [Command.set(tax.ids if tax else [])],
                        }
                    )
                ],
            } | values
        )
        if post:
            move.action_post()
        return move

    def pay(self, move):
        """Pay an invoice through the bank, as the register of payments does."""
        wizard = self.env["account.payment.register"].with_company(self.company).with_context(
            active_model="account.move", active_ids=move.ids
        )
        return wizard.create({"payment_date": move.invoice_date})._create_payments()

    def sql(self, query, *params):
        self.env.flush_all()
        self.env.cr.execute(query, params)
        return self.env.cr.fetchall()
