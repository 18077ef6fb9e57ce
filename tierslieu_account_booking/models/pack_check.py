from odoo import api, models


class Books(models.AbstractModel):
    """What is to be looked at about packs before closing."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._pack_checks(company, first, last)]

    @api.model
    def _pack_checks(self, company, first, last):
        _, uses = self.env._, self.env["tierslieu.pack.use"].sudo().with_company(company)
        mixed = self._packs_of_one_purpose_that_are_of_several(company)
        drafts = uses._entries(company, ("draft",)).filtered(lambda move: move.date <= last)
        return [
            {
                "key": "pack_purpose",
                "title": _("Packs whose VAT is due at the sale, though their credits pay at several rates"),
                "count": len(mixed),
                "blocking": False,
                "action": {
                    "type": "ir.actions.act_window", "name": _("Packs"), "res_model": "product.template",
                    "view_mode": "list,form", "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", mixed.ids)], "context": {"create": False},
                },
                "advice": _("Ask your accountant: a voucher of several purposes bears VAT at each use."),
            },
            {
                "key": "pack_uses",
                "title": _("Uses of packs of several purposes that no entry books"),
                "count": len({(lot, waiting) for lot, waiting, *_rest in uses._missing(company, last, ("posted",))}),
                "blocking": False,
                "action": self.env["ir.actions.act_window"]._for_xml_id("tierslieu_account_booking.action_pack_use"),
                "advice": _("Prepare the uses of packs until the end of the period, then post the entry."),
            },
            {
                "key": "pack_use_drafts",
                "title": _("Drafts of uses of packs left"),
                "count": len(drafts),
                "blocking": True,
                "action": {
                    "type": "ir.actions.act_window", "name": _("Entries"), "res_model": "account.move",
                    "view_mode": "list,kanban,form",
                    "views": [(False, "list"), (False, "kanban"), (False, "form")],
                    "domain": [("id", "in", drafts.ids)], "context": {"create": False},
                },
                "advice": _("Post them, or prepare the uses of packs again."),
            },
        ]

    @api.model
    def _packs_of_one_purpose_that_are_of_several(self, company):
        """Return the packs of one purpose whose credits pay what bears another VAT than they do."""
        packs = self.env["product.template"].sudo().search(
            [
                ("tierslieu_credit_type_id.company_id", "=", company.id), ("tierslieu_voucher_vat", "=", "sale"),
            ]
        )
        return packs.filtered(lambda pack: len(pack._tierslieu_rates(company)) > 1)


class ProductTemplate(models.Model):
    _inherit = "product.template"

    def _tierslieu_rates(self, company):
        """Return the sets of taxes of a pack and of all that its credits pay."""
        self.ensure_one()
        rates = self.env["tierslieu.rate"].search(
            [("space_id", "in", self.tierslieu_credit_type_id.value_ids.space_id.ids)]
        )
        units_paid = {
            (value.space_id, value.time_unit) for value in self.tierslieu_credit_type_id.value_ids
        }
        paid = rates.filtered(lambda rate: (rate.space_id, rate.time_unit) in units_paid).product_id.product_tmpl_id
        return {
            tuple(sorted(tax.amount for tax in product.taxes_id._filter_taxes_by_company(company) if tax.amount))
            for product in self | paid
        }
