from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

# Chart of accounts of French companies: paid in advance by customers.
ACCOUNT = "419100"
# In the context, of this module alone: the income account that an article has beside its being a voucher.
INCOME = "tierslieu_income_of_voucher"
PURPOSES = [("sale", "At the sale: one purpose"), ("use", "At each use: several purposes")]


class ProductTemplate(models.Model):
    """When the VAT of a pack is due: a voucher is of one purpose, or of several.

    Where place and rate of VAT are known when a pack is sold, it is a voucher of a
    single purpose and its VAT is due at the sale (CGI, article 256 ter). Where its
    credits pay what bears several rates, or none, it is one of several purposes: it
    is sold without VAT, as money of a customer, and each use bears the VAT of what
    is used. What nobody uses is income without VAT.
    """

    _inherit = "product.template"

    tierslieu_voucher_vat = fields.Selection(
        PURPOSES, string="VAT of the pack", required=True, default="sale",
        help="At each use: the pack is sold without VAT, and the uses of a month are booked at its end.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Make packs of several purposes without VAT, whatever articles bear by default."""
        default = self.env.context.get("default_tierslieu_voucher_vat")
        return super().create(
            [
                vals | {"taxes_id": [Command.clear()]}
                if vals.get("tierslieu_voucher_vat", default) == "use" else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Keep the purpose of a pack that somebody bought; let its taxes follow one that changes."""
        purpose = vals.get("tierslieu_voucher_vat")
        changed = self.filtered(lambda one: one.tierslieu_voucher_vat != purpose) if purpose else self.browse()
        for pack in changed.filtered(lambda one: one._tierslieu_is_sold()):
            raise UserError(
                self.env._(
                    "Somebody has bought %(pack)s: when its VAT is due no longer changes. Make another pack instead.",
                    pack=pack.name,
                )
            )
        if purpose == "use" and "taxes_id" not in vals:
            taxed = changed.sudo().taxes_id.filtered("amount")
            vals = vals | {"taxes_id": [Command.unlink(tax.id) for tax in taxed]}
        result = super().write(vals)
        if purpose == "sale":
            changed.filtered(lambda one: not one.taxes_id)._tierslieu_tax_again()
        return result

    def _tierslieu_tax_again(self):
        """Give the usual VAT to what becomes a pack of one purpose."""
        for pack in self.filtered("tierslieu_credit_type_id"):
            pack.taxes_id = pack.tierslieu_credit_type_id.company_id.sudo()._tierslieu_time_taxes()

    @api.constrains("tierslieu_voucher_vat", "taxes_id", "tierslieu_credit_type_id")
    def _check_tierslieu_voucher(self):
        for pack in self.filtered(lambda one: one.tierslieu_voucher_vat == "use"):
            if not pack.tierslieu_credit_type_id:
                raise ValidationError(self.env._("%(name)s grants no credits: it is no voucher.", name=pack.name))
            if any(pack.sudo().taxes_id.mapped("amount")):
                raise ValidationError(
                    self.env._("%(pack)s is sold without VAT: each use bears it. Take its taxes off.", pack=pack.name)
                )
            pack.tierslieu_credit_type_id.company_id.sudo()._tierslieu_voucher_account()

    def _get_product_accounts(self):
        """Sell packs of several purposes as money of customers: they are no income yet."""
        accounts = super()._get_product_accounts()
        if self.tierslieu_voucher_vat == "use" and not self.env.context.get(INCOME):
            company = self.tierslieu_credit_type_id.company_id or self.env.company
            accounts["income"] = company.sudo()._tierslieu_voucher_account()
        return accounts


class Company(models.Model):
    _inherit = "res.company"

    tierslieu_voucher_account_id = fields.Many2one(
        "account.account", string="Account of packs of several purposes", check_company=True,
        domain="[('internal_group', '=', 'liability')]", help="Empty: account 419100.",
    )

    def _tierslieu_voucher_account(self):
        """Return the account where packs of several purposes wait for their use.

        :raises UserError: there is none
        """
        self.ensure_one()
        accounts = self.env["account.account"].with_company(self)
        account = accounts.browse(self.tierslieu_voucher_account_id.id) or accounts.search(
            [*accounts._check_company_domain(self), ("code", "=", ACCOUNT)], limit=1
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account %(code)s: open it, or name another one in the settings.",
                    company=self.name, code=ACCOUNT,
                )
            )
        return account


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_voucher_account_id = fields.Many2one(related="company_id.tierslieu_voucher_account_id", readonly=False)
