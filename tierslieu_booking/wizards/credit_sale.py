from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import clean_context

ON_ACCOUNT = "account"
# More at once is rather a slip of the hand.
MOST_PACKS = 100


class CreditSale(models.TransientModel):
    """A pack of credits sold at the desk: ordered, invoiced, paid and granted in one go.

    The price is that of the pack in the fare of whoever buys it; nobody types one.
    """

    _name = "tierslieu.credit.sale"
    _inherit = "tierslieu.cash.desk"
    _description = "Packs sold at the desk"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", string="For", required=True,
        default=lambda self: self.env.context.get("tierslieu_partner_id"),
    )
    product_id = fields.Many2one(
        "product.product", string="Pack to sell", required=True,
        domain="[('id', 'in', pack_ids)]", default=lambda self: self._packs()[:1],
    )
    pack_ids = fields.Many2many("product.product", string="Packs sold here", compute="_compute_pack_ids")
    quantity = fields.Integer(default=1, required=True, string="How many")
    currency_id = fields.Many2one("res.currency", compute="_compute_amount")
    amount = fields.Monetary(compute="_compute_amount", string="To pay")
    said = fields.Char(compute="_compute_said")
    lot_id = fields.Many2one("tierslieu.credit.lot", readonly=True, help="What was granted: a sale grants once.")

    @api.model
    def _selection_journal(self):
        return [*super()._selection_journal(), (ON_ACCOUNT, self.env._("On account: paid later"))]

    @api.model
    def _packs(self, limit=None):
        """Return the packs that this company sells, in the order of the list of articles."""
        return self.env["product.product"].search(
            [
                ("tierslieu_credit_type_id.company_id", "=", self.env.company.id),
                ("tierslieu_credit_type_id.active", "=", True),
                ("company_id", "in", (self.env.company.id, False)),
                ("sale_ok", "=", True),
            ],
            order="tierslieu_credit_type_id, list_price, id",
            limit=limit,
        )

    @api.depends("company_id")
    def _compute_pack_ids(self):
        self.pack_ids = self._packs()

    @api.depends("partner_id", "product_id", "quantity", "company_id")
    def _compute_amount(self):
        """Ask an order that is never written: what is shown is what is invoiced."""
        for wizard in self:
            order = self.env["sale.order"].sudo()
            if wizard.partner_id and wizard.product_id and wizard.quantity > 0:
                order = order.new(wizard._order_values())
            wizard.amount = order.amount_total
            wizard.currency_id = order.currency_id or wizard.company_id.currency_id

    @api.depends("product_id", "quantity", "partner_id")
    def _compute_said(self):
        """Say what is granted, to whom and until when."""
        for wizard in self:
            pack = wizard.product_id.product_tmpl_id
            wizard.said = (
                pack._tierslieu_say_grant(wizard.partner_id, wizard.quantity)
                if pack and wizard.quantity > 0 else False
            )

    def _order_values(self):
        """Return the values of the order: the pack, at the fare that its buyer has today."""
        partner = self.partner_id.sudo().with_company(self.company_id)
        profile = partner.tierslieu_profile_on(self.company_id.sudo()._tierslieu_today())
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "pricelist_id": (profile.sudo().pricelist_id or partner.property_product_pricelist).id,
            "order_line": [
                Command.create({"product_id": self.product_id.id, "product_uom_qty": self.quantity})
            ],
        }

    def _check_sale(self):
        """Refuse what cannot be sold, in one sentence."""
        _ = self.env._
        if self.journal not in dict(self._selection_journal()):
            raise UserError(_("Say how it is paid."))
        if not 0 < self.quantity <= MOST_PACKS:
            raise UserError(_("Sell one pack at least, and %(most)s at the most.", most=MOST_PACKS))
        if self.company_id not in self.env.companies or self.company_id != self.env.company:
            raise UserError(_("Sell it from its own company."))
        self.partner_id.check_access("read")
        if self.partner_id.company_id not in (self.company_id, self.env["res.company"]):
            raise UserError(_("%(name)s belongs to another company.", name=self.partner_id.name))
        if self.product_id not in self._packs():
            raise UserError(_("%(pack)s is not a pack that is sold here.", pack=self.product_id.sudo().display_name))

    def action_sell(self):
        """Sell it, once, and show the credits."""
        self.ensure_one()
        self._require_host()
        if not self.lot_id:
            self._check_sale()
            # Of two clicks at once, the second begins again and finds what the first wrote.
            self.lot_id = self.with_context(clean_context(self.env.context))._sell()
        return self.lot_id.action_show()

    def _sell(self):
        """Make order, invoice and payment with the rights of the system; return the lot."""
        order = self.env["sale.order"].sudo().with_company(self.company_id).create(self._order_values())
        order.with_context(send_email=False).action_confirm()
        line = order.order_line
        if line.product_id.invoice_policy == "delivery":
            # Credits are there as soon as they are sold.
            line.qty_delivered = line.product_uom_qty
        invoices = order._create_invoices()
        invoices.action_post()
        if self.journal != ON_ACCOUNT and any(invoices.mapped("amount_residual")):
            self._take(invoices)
        return line.tierslieu_lot_ids[:1]
