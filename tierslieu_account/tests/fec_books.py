from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user

from odoo.addons.tierslieu_base.tests.common import UNINVITED, TierslieuCase

SIRET = "73282932000074"
NUMBERS = ("411100", "401100", "706000", "606", "512", "101310", "120", "999999")


def create_books(env):
    """Give the company a SIRET and a year 2026 without entries of anyone else.

    :return: dict of records: company, sales, purchases, misc, bank (journals), partner, and accounts by number
    """
    company = env.company
    company.write({"company_registry": SIRET, "fiscalyear_last_day": 31, "fiscalyear_last_month": "12"})

    def journal(kind, code, name):
        return env["account.journal"].create(
            {"type": kind, "code": code, "name": name, "company_id": company.id}
        )

    def account(code):
        return env["account.account"].search(
            [("code", "=like", f"{code}%"), ("company_ids", "in", company.ids)], order="code", limit=1
        )

    return {
        "company": company,
        "sales": journal("sale", "VTX", "Ventes d'essai"),
        "purchases": journal("purchase", "ACX", "Achats d'essai"),
        "misc": journal("general", "ODX", "Opérations d'essai"),
        "partner": env["res.partner"].create({"name": "Alix Durand", "ref": "C00123"}),
        **{f"a{code}": account(code) for code in NUMBERS},
    }


class Books:
    """Books of 2026, an accountant who may post and one who may only read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_books(cls.env).items():
            setattr(cls, name, value)

        def user(login, groups):
            made = new_test_user(cls.env, login, groups=groups, context=UNINVITED, lang="en_US",
                                 company_id=cls.company.id)
            return made.with_env(cls.env)

        cls.accountant = user("comptable", "account.group_account_user")
        cls.reader = user("lectrice", "account.group_account_readonly")
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context=cls.env.context | {"lang": "en_US"})
        cls.Export = cls.env["tierslieu.fec.export"]
        cls.Check = cls.env["tierslieu.fec.check"]

    def entry(self, *lines, day="2026-03-12", ref="Pièce", label="Libellé", post=True, journal=None, **values):
        """Create an entry of lines (account, debit less credit), or of dicts of a line."""
        move = self.env["account.move"].create(
            {
                "journal_id": (journal or self.misc).id, "date": day, "ref": ref,
                "line_ids": [
                    Command.create(
                        line if isinstance(line, dict) else
                        {"account_id": line[0].id, "balance": line[1], "name": label,
                         "partner_id": self.partner.id if line[0] in (self.a411100, self.a401100) else False}
                    )
                    for line in lines
                ],
                **values,
            }
        )
        if post:
            move.action_post()
        return move

    def sale(self, amount=100.0, day="2026-03-12", **options):
        return self.entry((self.a411100, amount), (self.a706000, -amount), day=day, **options)

    def export(self, user=None, **values):
        return self.Export.with_user(user or self.accountant).create(
            {"first": fields.Date.to_date("2026-01-01"), "last": fields.Date.to_date("2026-12-31"), **values}
        )

    def found(self, **values):
        """Return {kind: sentences} of a check of 2026."""
        export = self.export(**values)
        export.action_check()
        return {finding.key: finding.problem_ids.mapped("sentence") for finding in export.finding_ids}

    def content(self, export):
        return export.sudo().file_id.raw


class FecCase(Books, TierslieuCase):
    """The books, with the people of a place."""


class FecHttpCase(Books, HttpCase):
    """The books, as a browser sees them."""
