from freezegun import freeze_time

from odoo import Command

from odoo.addons.tierslieu_base.tests.common import TierslieuCase

TODAY = "2027-06-15"


def activity_of(env, company, code):
    """Return the activity of a company that a source decides."""
    return env["account.analytic.account"].search(
        [("company_id", "=", company.id), ("tierslieu_source_ids.code", "=", code)]
    )


def shares_of(line):
    """Return {names of accounts: percentage} of a line, in the order of its keys."""
    accounts = line.env["account.analytic.account"]
    return {
        tuple(accounts.browse(int(one)).name for one in key.split(",")): share
        for key, share in (line.analytic_distribution or {}).items()
    }


class AnalyticCase(TierslieuCase):
    """A place, a bar and a shop, on the fifteenth of June 2027; nothing is known of any source."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        freezer = freeze_time(f"{TODAY} 10:00:00")
        freezer.start()
        cls.addClassCleanup(freezer.stop)
        cls.company = cls.env.company
        cls.accounts = cls.env["account.analytic.account"]
        cls.place = cls.env["tierslieu.place"].create({"name": "Le Quai", "company_id": cls.company.id})
        cls.bar, cls.shop = cls.activity("Bar"), cls.activity("Boutique")
        cls.category = cls.env["product.category"].create({"name": "Boissons"})
        cls.bar.tierslieu_categ_ids = cls.category
        cls.coffee = cls.product("Café", categ_id=cls.category.id)
        cls.book = cls.product("Livre")
        cls.shop.tierslieu_product_ids = cls.book.product_tmpl_id
        cls.other = cls.product("Autre")
        cls.alice = cls.env["res.partner"].create({"name": "Alice"})

    @classmethod
    def activity(cls, name, company=None, **values):
        return cls.accounts.create(
            {
                "name": name, "company_id": (company or cls.company).id,
                "plan_id": cls.env.ref("tierslieu_account.plan_activity").id,
            }
            | values
        )

    @classmethod
    def product(cls, name, **values):
        return cls.env["product.product"].create(
            {"name": name, "type": "service", "list_price": 10, "taxes_id": [Command.clear()],
             "supplier_taxes_id": [Command.clear()]} | values
        )

    def invoice(self, *lines, kind="out_invoice", day=TODAY, post=True, company=None):
        """Make a document: lines are (product, amount) or (product, amount, values)."""
        company = company or self.company
        move = self.env["account.move"].with_company(company).create(
            {
                "move_type": kind, "partner_id": self.alice.id, "invoice_date": day, "date": day,
                "company_id": company.id,
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": product.id, "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
                        | (more[0] if more else {})
                    )
                    for product, amount, *more in lines
                ],
            }
        )
        if post:
            move.action_post()
        return move

    def without_analytics(self, move):
        """Leave a posted document as it was before anybody followed places and activities."""
        lines = move.line_ids
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM account_analytic_line WHERE move_line_id = ANY(%s)", [lines.ids])
        self.env.cr.execute(
            "UPDATE account_move_line SET analytic_distribution = NULL WHERE id = ANY(%s)", [lines.ids]
        )
        self.env.invalidate_all()
