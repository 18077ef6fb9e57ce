from fractions import Fraction

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.tierslieu_account.kernels.deferral import money, units
from odoo.addons.tierslieu_booking.models.credit_type import exact

from ..kernels.ledger import SLOT, counted
from ..kernels.shares import rest
from .pack_voucher import INCOME


class PackUse(models.AbstractModel):
    """What the uses of packs of several purposes come to by a day: income, and VAT at the rate of what was used.

    All is counted from the beginning: what is booked of a month is what the uses
    until its end come to, less what is booked by then. A credit is worth its share
    of what was paid for the pack, VAT in it, and the last one takes the rest.
    """

    _name = "tierslieu.pack.use"
    _description = "Uses of packs of several purposes"

    @api.model
    def _wanted(self, company, day):
        """Return {sale: {(income account, tax ids): (cents without VAT, cents of VAT)}} of the uses until a day.

        A sale is (id of its first lot, account where its money waits). What nobody used in time has no taxes.
        """
        found, digits = {}, company.currency_id.decimal_places
        for sale in self._sales(company, day):
            paid = sum(units(-line.balance, digits) for line in sale.lines)
            if not sale.bought or not paid:
                continue
            worth = self._worth(company, sale, paid, day)
            found[sale.root.id, sale.lines[0].account_id.id] = {
                key: self._split(company, key, cents) for key, cents in worth.items() if cents
            }
        return {sale: worth for sale, worth in found.items() if worth}

    @api.model
    def _sales(self, company, day):
        packs = Domain("tierslieu_voucher_vat", "=", "use")
        sold = Domain("sale_line_id.product_id", "any", packs) | Domain("invoice_line_id.product_id", "any", packs)
        documents = [
            ("parent_state", "=", "posted"), ("date", "<=", day), ("display_type", "=", "product"),
            ("account_id.internal_group", "!=", "income"),
        ]
        return self.env["tierslieu.credit.lot"]._tierslieu_pack_sales(company, day, documents, sold)

    @api.model
    def _worth(self, company, sale, paid, day):
        """Return {(income account, tax ids): cents, VAT in them} of what is used of a sale, or over."""
        over = sale.root._tierslieu_pack().with_company(company).with_context(**{INCOME: True})
        gone, used = sale.bought - sale.left, self._used(company, sale, day)
        total = sum(used.values())
        if total > gone:
            # Some were used beyond what is invoiced: the documents say what was paid for.
            used = {key: share * gone / total for key, share in used.items()}
            total = gone
        whole = paid - rest(paid, Fraction(sale.left, sale.bought))
        worth = {key: paid - rest(paid, 1 - share / sale.bought) for key, share in sorted(used.items())}
        written_off = over._get_product_accounts()["income"].id, ()
        if gone > total:
            worth[written_off] = worth.get(written_off, 0) + whole - sum(worth.values())
        elif worth:
            worth[max(worth)] += whole - sum(worth.values())
        return worth

    @api.model
    def _used(self, company, sale, day):
        """Return {(income account, tax ids): credits} of what was used by a day, or kept as a fee."""
        zone, used = company._tierslieu_zone(), {}
        for move in sale.lots.move_ids.filtered(lambda move: move.kind in (*SLOT, "fee")):
            [kernel] = move._tierslieu_as_kernel(zone)
            amount = -counted(kernel, day)
            if amount:
                for product, share in move._tierslieu_paid_products():
                    key = self._key(company, move, product)
                    used[key] = used.get(key, Fraction(0)) + amount * share
        return {key: credits_ for key, credits_ in used.items() if credits_ > 0}

    @api.model
    def _key(self, company, move, product):
        """Return (income account, tax ids) of what a credit paid, for whom it paid it."""
        partner = move.booking_id.partner_id or move.partner_id
        position = self.env["account.fiscal.position"].with_company(company)._get_fiscal_position(partner)
        template = product.product_tmpl_id.with_company(company)
        taxes = position.map_tax(template.taxes_id._filter_taxes_by_company(company))
        return template.get_product_accounts(position)["income"].id, tuple(taxes.ids)

    @api.model
    def _split(self, company, key, cents):
        """Return (cents without VAT, cents of VAT) of an amount, VAT in it."""
        digits = company.currency_id.decimal_places
        taxes = self.env["account.tax"].browse(key[1]).with_context(force_price_include=True)
        if not taxes:
            return cents, 0
        bare = units(taxes.compute_all(money(cents, digits), company.currency_id)["total_excluded"], digits)
        return bare, cents - bare


class CreditMove(models.Model):
    _inherit = "tierslieu.credit.move"

    def _tierslieu_paid_products(self):
        """Return [(article, share)] of what a move paid: the articles of the price, by their credits."""
        self.ensure_one()
        lines = self.booking_id.line_ids
        paid = lines.filtered(lambda line: line.credit_type_id == self.type_id and line.credits)
        weights = {}
        for line in paid or lines:
            weight = Fraction(exact(line.credits)) if paid else Fraction(1)
            weights[line.product_id] = weights.get(line.product_id, Fraction(0)) + weight
        whole = sum(weights.values())
        return [(product, weight / whole) for product, weight in weights.items()]


class CreditLot(models.Model):
    _inherit = "tierslieu.credit.lot"

    def _tierslieu_pack(self):
        """Return the pack that opened a lot."""
        self.ensure_one()
        return (self.sale_line_id.product_id or self.invoice_line_id.product_id).product_tmpl_id
