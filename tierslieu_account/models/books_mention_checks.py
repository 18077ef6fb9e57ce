from odoo import api, models
from odoo.fields import Domain

from ..kernels.books_mentions import TOLERATED, cites_old_code


class Books(models.AbstractModel):
    """What is wrong with the mentions of a period: none where one is due, or one that is out of date."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [
            *super()._closing_checks(company, first, last),
            self._check_without_mention(company, first, last),
            self._check_old_mentions(company, last),
        ]

    @api.model
    def _check_without_mention(self, company, first, last):
        """Count the invoices without VAT of a company that charges none, on days when nothing says why."""
        _ = self.env._
        domain = Domain("id", "=", False)
        if company.tierslieu_vat_regime in ("franchise", "exempt", "outside"):
            domain = Domain(
                [
                    ("company_id", "=", company.id),
                    ("move_type", "in", ("out_invoice", "out_refund")),
                    ("state", "=", "posted"),
                    ("amount_tax", "=", 0),
                    ("invoice_date", ">=", first),
                    ("invoice_date", "<=", last),
                ]
            )
            mentions = self.env["tierslieu.books.mention"].sudo().search(
                [("company_id", "=", company.id), ("kind", "=", "vat")]
            )
            for mention in mentions:
                covered = Domain.TRUE
                if mention.date_from:
                    covered &= Domain("invoice_date", ">=", mention.date_from)
                if mention.date_to:
                    covered &= Domain("invoice_date", "<=", mention.date_to)
                domain &= ~covered
        return {
            "key": "mentions",
            "title": _("Invoices without VAT that do not say why"),
            "count": self.env["account.move"].sudo().search_count(domain),
            "blocking": False,
            "action": {
                "type": "ir.actions.act_window",
                "name": _("Invoices without VAT that do not say why"),
                "res_model": "account.move",
                "views": [(False, "list"), (False, "kanban"), (False, "form")],
                "domain": list(domain),
            },
            "advice": _("Add the mention of these days under “Mentions on invoices”: they are printed with it."),
        }

    @api.model
    def _check_old_mentions(self, company, last):
        """Count the mentions that name the CGI after the last day on which it is tolerated."""
        _ = self.env._
        mentions = self.env["tierslieu.books.mention"].sudo().search(
            [("company_id", "=", company.id), ("kind", "=", "vat")]
        )
        old = mentions.filtered(
            lambda mention: last > TOLERATED
            and mention._covers(max(TOLERATED, last), last) and cites_old_code(mention.text)
        )
        return {
            "key": "oldmentions",
            "title": _("Mentions that name articles which are no more"),
            "count": len(old),
            "blocking": False,
            "action": {
                "type": "ir.actions.act_window",
                "name": _("Mentions on invoices"),
                "res_model": "tierslieu.books.mention",
                "views": [(False, "list"), (False, "kanban"), (False, "form")],
                "domain": [("id", "in", old.ids)],
            },
            "advice": _("End them on 31 December 2027, and write the article of the CIBS from the next day on."),
        }
