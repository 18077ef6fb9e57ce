from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.credit_type import DIGITS


class CreditPack(models.TransientModel):
    """A pack to sell, made right at once: a service at the tax of the place, billed when it is ordered.

    A manager of the place need not keep the articles of the company: the
    article is written with the rights of the system.
    """

    _name = "tierslieu.credit.pack"
    _description = "Pack of credits to sell"

    product_tmpl_id = fields.Many2one("product.template", string="Article", readonly=True)
    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_sold = fields.Boolean(compute="_compute_is_sold")
    name = fields.Char(required=True)
    type_id = fields.Many2one(
        "tierslieu.credit.type", string="Credit type", required=True,
        domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["tierslieu.credit.type"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    amount = fields.Float(string="Credits in it", required=True, default=10.0, digits=DIGITS)
    price = fields.Monetary(string="Price, tax included", required=True)
    months = fields.Integer(string="Valid for", default=12, help="In months, from the day of the sale. 0: without end.")
    shared = fields.Boolean(
        string="For the whole organisation", help="Everyone of the buyer's organisation books with these credits."
    )
    published = fields.Boolean(string="Sold on the website", default=True)

    @api.depends("product_tmpl_id")
    def _compute_is_sold(self):
        for wizard in self:
            wizard.is_sold = wizard.product_tmpl_id._tierslieu_is_sold()

    @api.model
    def default_get(self, fields):
        """Begin with what a pack that is there holds."""
        values = super().default_get(fields)
        pack = self.env["product.template"].browse(values.get("product_tmpl_id"))
        if pack:
            values |= {
                "name": pack.name,
                "type_id": pack.tierslieu_credit_type_id.id,
                "amount": pack.tierslieu_credits,
                "price": pack.list_price,
                "months": pack.tierslieu_credit_months,
                "shared": pack.tierslieu_credit_shared,
                "published": pack.is_published,
            }
        return values

    def action_save(self):
        """Write the article, or make it."""
        self.ensure_one()
        if not self.env.user.has_group("tierslieu_base.group_manager"):
            raise UserError(self.env._("Packs are made by a manager."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Make it from its own company."))
        self.type_id.check_access("read")
        if self.price < 0:
            raise UserError(self.env._("A price is zero or more."))
        values = {
            "name": self.name,
            "list_price": self.price,
            "tierslieu_credit_type_id": self.type_id.id,
            "tierslieu_credits": self.amount,
            "tierslieu_credit_months": self.months,
            "tierslieu_credit_shared": self.shared,
            "is_published": self.published,
        }
        pack = self.product_tmpl_id
        if not pack:
            self.env["product.template"].sudo().create(values | self._right_values())
        elif pack.tierslieu_credit_type_id.company_id == self.company_id:
            pack.check_access("read")
            pack.sudo().write(values)
        else:
            raise UserError(self.env._("%(pack)s is not a pack that is sold here.", pack=pack.sudo().name))
        return {"type": "ir.actions.act_window_close"}

    def _right_values(self):
        """Return what makes an article a pack that is sold and billed as it should."""
        taxes = self.company_id.sudo()._tierslieu_time_taxes()
        return {
            "type": "service",
            "invoice_policy": "order",
            "sale_ok": True,
            "purchase_ok": False,
            "company_id": self.company_id.id,
            "taxes_id": [Command.set(taxes.ids)],
        }
