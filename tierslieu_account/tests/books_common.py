from datetime import date, datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.tierslieu_base.tests.common import UNINVITED, TierslieuCase

# A Monday morning in winter.
NOW = datetime(2027, 2, 15, 9, 0)


def create_accountant(env, login="comptable", **values):
    """Create a user who is an accountant and nothing else."""
    return new_test_user(
        env, login, groups="tierslieu_account.group_accountant", context=UNINVITED,
        email=f"{login}@lequai.example", **({"name": "Claire Comptable", "lang": "fr_FR"} | values),
    )


class Entries:
    """Entries of a company, posted in one line."""

    def journal(self, kind, company=None):
        return self.env["account.journal"].search(
            [("type", "=", kind), ("company_id", "=", (company or self.company).id)], order="sequence, id", limit=1
        )

    def account(self, code):
        return self.env["account.account"].with_company(self.company).search(
            [("code", "=", code), ("company_ids", "in", self.company.ids)], limit=1
        )

    def entry(self, lines, day="2027-02-10", post=True, **values):
        """Create an entry of {code: debit less credit}."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry", "journal_id": self.journal("general").id, "date": day, "ref": "OD",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.account(code).id, "name": "Ligne",
                            "debit": max(amount, 0), "credit": max(-amount, 0), "partner_id": self.alice.id,
                        }
                    )
                    for code, amount in lines.items()
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def invoice(self, amount=100.0, day="2027-02-10", kind="out_invoice", post=True, **values):
        move = self.env["account.move"].create(
            {
                "move_type": kind, "partner_id": self.alice.id, "invoice_date": day, "date": day,
                "invoice_line_ids": [
                    Command.create({"name": "Prestation", "price_unit": amount, "tax_ids": [Command.clear()]})
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def on_statement(self, amount, day="2027-02-10", said="VIR"):
        return self.env["account.bank.statement.line"].create(
            {"journal_id": self.journal("bank").id, "date": day, "payment_ref": said, "amount": amount}
        )

    def checks(self, first=date(2027, 1, 1), last=date(2027, 2, 15)):
        found = self.env["tierslieu.books"]._closing_checks(self.company, first, last)
        return {check["key"]: check for check in found}


class BooksCase(Entries, TierslieuCase):
    """An accountant who keeps the books of a place; today is 15 February 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        freezer = freeze_time(NOW)
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.company = cls.env.company
        cls.accountant = create_accountant(cls.env)
        cls.alice = cls.env["res.partner"].create({"name": "Alice Renaud", "comment": "<p>Fragile, à ménager</p>"})
