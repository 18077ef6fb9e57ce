from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain

KINDS = [("civil", "Calendar year"), ("rolling", "Twelve months from the day")]
SCOPES = [("person", "One person"), ("family", "Several people, paid by one"), ("organisation", "A whole organisation")]


class ProductTemplate(models.Model):
    """An adhesion: an article whose sale makes someone a member for a time.

    It is a membership article of OCA's `membership`, without the fixed dates
    that it asks for: the time is counted from the day of the sale.
    """

    _inherit = "product.template"

    tierslieu_adhesion = fields.Selection(
        KINDS, string="Adhesion", index="btree_not_null",
        help="How long it is good for: until the end of the year, or twelve months.",
    )
    tierslieu_adhesion_for = fields.Selection(SCOPES, string="For whom", default="person")
    tierslieu_adhesion_most = fields.Integer(
        string="People at the most", default=6, help="How many one payment makes members, the payer included."
    )
    tierslieu_untaxed = fields.Boolean(
        string="Fee without counterpart", default=True,
        help="Nothing is given in return for it: it bears no VAT and has its own account.",
    )
    tierslieu_free_price = fields.Boolean(
        string="Free price", help="Whoever joins says how much, from the floor on; the fares of profiles play no part."
    )
    tierslieu_floor = fields.Monetary(string="Floor", help="Less is refused.")
    tierslieu_suggested = fields.Monetary(string="Suggested amount")

    _tierslieu_adhesion_amounts = models.Constraint(
        "CHECK (tierslieu_adhesion IS NULL OR NOT COALESCE(tierslieu_free_price, FALSE)"
        " OR (COALESCE(tierslieu_floor, 0) >= 0 AND COALESCE(tierslieu_suggested, 0) >= COALESCE(tierslieu_floor, 0)))",
        "The floor of a free price is zero or more, and the suggested amount is not below it.",
    )
    _tierslieu_adhesion_most = models.Constraint(
        "CHECK (tierslieu_adhesion IS NULL OR COALESCE(tierslieu_adhesion_most, 0) BETWEEN 1 AND 50)",
        "An adhesion makes from 1 to 50 people members.",
    )

    @api.constrains("membership_date_from", "membership_date_to", "membership", "tierslieu_adhesion")
    def _check_membership_dates(self):
        """Ask for fixed dates only where the time of a membership is not counted from the day of its sale."""
        return super(ProductTemplate, self.filtered(lambda one: not one.tierslieu_adhesion))._check_membership_dates()

    @api.constrains("tierslieu_adhesion", "tierslieu_untaxed", "taxes_id", "type", "membership", "company_id")
    def _check_tierslieu_adhesion(self):
        _ = self.env._
        for product in self.filtered("tierslieu_adhesion"):
            if product.type != "service" or not product.membership:
                raise ValidationError(_("%(product)s: an adhesion is a membership service.", product=product.name))
            if not product.company_id:
                raise ValidationError(_("%(product)s: say which company one joins.", product=product.name))
            if product.tierslieu_untaxed and product.sudo().taxes_id:
                raise ValidationError(
                    _(
                        "%(product)s is a fee without counterpart: it bears no tax. If something is given in return,"
                        " say so first.",
                        product=product.name,
                    )
                )

    @api.onchange("tierslieu_adhesion", "tierslieu_untaxed")
    def _onchange_tierslieu_adhesion(self):
        if self.tierslieu_adhesion:
            self.update({"type": "service", "membership": True})
            self.company_id = self.company_id or self.env.company
            if self.tierslieu_untaxed:
                self.taxes_id = False

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(self._tierslieu_adhesion_values(vals_list))
        products._tierslieu_make_account()
        return products

    @api.model
    def _tierslieu_adhesion_values(self, vals_list):
        """Make of adhesions what it takes to be some; a fee without counterpart bears no tax."""
        values = []
        for vals in vals_list:
            if vals.get("tierslieu_adhesion"):
                usual = {"company_id": self.env.company.id, "invoice_policy": "order", "purchase_ok": False}
                if vals.get("tierslieu_untaxed", True):
                    usual["taxes_id"] = [Command.clear()]
                vals = usual | self._tierslieu_adhesion_nature() | vals
                vals["company_id"] = vals["company_id"] or self.env.company.id
                if vals.get("tierslieu_free_price"):
                    # What an invoice or a page of the shop begins with.
                    vals["list_price"] = vals.get("tierslieu_suggested", 0.0)
            values.append(vals)
        return values

    def write(self, vals):
        if vals.get("tierslieu_adhesion"):
            vals = self._tierslieu_adhesion_nature() | vals
            if vals.get("tierslieu_untaxed", all(self.mapped("tierslieu_untaxed"))):
                vals.setdefault("taxes_id", [Command.clear()])
            for product in self.filtered(lambda one: not one.company_id and "company_id" not in vals):
                product.company_id = self.env.company
        result = super().write(vals)
        if vals.keys() & {"tierslieu_free_price", "tierslieu_suggested"}:
            for product in self.filtered(lambda one: one.tierslieu_adhesion and one.tierslieu_free_price):
                product.list_price = product.tierslieu_suggested
        if vals.get("tierslieu_adhesion"):
            self._tierslieu_make_account()
        return result

    @api.model
    def _tierslieu_adhesion_nature(self):
        return {"type": "service", "membership": True}

    def _tierslieu_make_account(self):
        for company in self.filtered(lambda one: one.tierslieu_adhesion and one.tierslieu_untaxed).company_id:
            company._tierslieu_make_adhesion_account()

    def _get_product_accounts(self):
        """Put a fee without counterpart on its own account, unless the article names one."""
        accounts = super()._get_product_accounts()
        if self.tierslieu_adhesion and self.tierslieu_untaxed and not self.property_account_income_id:
            company = self.company_id or self.env.company
            accounts["income"] = company._tierslieu_adhesion_account() or accounts["income"]
        return accounts

    # -- What is sold, and for how much

    @api.model
    def _tierslieu_adhesions_of(self, company, online=False):
        """Return the adhesions that a company sells, the cheapest last.

        :param online: those of its website alone
        """
        domain = (
            Domain("tierslieu_adhesion", "!=", False)
            & Domain("company_id", "=", company.id)
            & Domain("sale_ok", "=", True)
        )
        if online:
            domain &= Domain("is_published", "=", True)
        return self.sudo().search(domain, order="sequence, list_price DESC, id")

    def _tierslieu_adhesion_price(self, partner, currency=None, date=None):
        """Return what an adhesion costs someone today: its suggestion, or its price in their fare.

        :param currency: that of the result; the company's by default
        """
        self.ensure_one()
        product, company = self.sudo().with_company(self.sudo().company_id), self.sudo().company_id
        date = date or company._tierslieu_today()
        own = company.currency_id
        currency = currency or own
        if product.tierslieu_free_price:
            return own._convert(product.tierslieu_suggested, currency, company, date)
        person = partner.sudo().with_company(company)
        profile = person.tierslieu_profile_on(date)
        pricelist = profile.sudo().pricelist_id or person.property_product_pricelist
        if not pricelist:
            return own._convert(product.list_price, currency, company, date)
        theirs = pricelist.currency_id
        price = pricelist._get_product_price(product.product_variant_id, 1.0, currency=theirs, date=date)
        return currency.round(theirs._convert(price, currency, company, date, round=False))

    def _tierslieu_check_amount(self, amount, currency=None):
        """Refuse less than the floor of a free price.

        :raises ValidationError: in one sentence
        """
        for product in self.sudo().filtered(lambda one: one.tierslieu_adhesion and one.tierslieu_free_price):
            company = product.company_id
            currency = currency or company.currency_id
            floor = company.currency_id._convert(
                product.tierslieu_floor, currency, company, company._tierslieu_today()
            )
            if currency.compare_amounts(amount, floor) < 0:
                raise ValidationError(
                    self.env._(
                        "%(adhesion)s: %(floor)s at least.", adhesion=product.name, floor=currency.format(floor)
                    )
                )

    def _tierslieu_adhesion_said(self, time=None):
        """Say what it is: how long it is good for and for whom.

        :param time: how long, said already; None: what anybody has who joins today
        """
        self.ensure_one()
        _ = self.env._
        said = time or (
            _("Until the end of the year")
            if self.tierslieu_adhesion == "civil"
            else _("Twelve months from the day you join")
        )
        if self.tierslieu_adhesion_for == "family":
            return _("%(time)s, for %(most)s people at the most", time=said, most=self.tierslieu_adhesion_most)
        if self.tierslieu_adhesion_for == "organisation":
            return _("%(time)s, for everyone of your organisation", time=said)
        return said


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        """Decide before Odoo gives the article the usual tax."""
        return super().create(self.env["product.template"]._tierslieu_adhesion_values(vals_list))
