from odoo import models
from odoo.fields import Command


class Company(models.Model):
    _inherit = "res.company"

    def _tierslieu_books_account(self, code, name, kind="income"):
        """Return an account by the beginning of its code; made where the chart has none.

        :param code: six digits, as the French chart has them
        :param name: what it is called when it is made
        :param kind: its `account_type` when it is made
        """
        self.ensure_one()
        accounts = self.env["account.account"].sudo().with_company(self)
        found = accounts.search([("code", "=like", f"{code}%"), ("company_ids", "in", self.ids)], limit=1)
        return found or accounts.create(
            {"code": code, "name": name, "account_type": kind, "company_ids": [Command.set(self.ids)]}
        )
