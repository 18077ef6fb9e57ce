from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.tierslieu_base.tools import figures

from .credit_type import DIGITS, exact


class ProductTemplate(models.Model):
    """A pack: an article whose sale grants credits."""

    _inherit = "product.template"

    tierslieu_credit_type_id = fields.Many2one(
        "tierslieu.credit.type", string="Grants credits", index="btree_not_null", ondelete="restrict"
    )
    tierslieu_credits = fields.Float(string="Credits in a pack", digits=DIGITS, default=10)
    tierslieu_credit_months = fields.Integer(
        string="Valid for", default=12, help="In months, from the day of the sale. 0: without end."
    )
    tierslieu_credit_shared = fields.Boolean(
        string="For the whole organisation",
        help="Everyone of the buyer's organisation books with these credits.",
    )

    _tierslieu_credits = models.Constraint(
        "CHECK (tierslieu_credit_type_id IS NULL OR tierslieu_credits > 0)", "A pack holds some credit."
    )
    _tierslieu_credit_months = models.Constraint(
        "CHECK (COALESCE(tierslieu_credit_months, 0) BETWEEN 0 AND 120)",
        "A pack is valid for 120 months at the most; 0 is without end.",
    )

    @api.constrains("tierslieu_credit_type_id", "type", "company_id")
    def _check_tierslieu_pack(self):
        for product in self.filtered("tierslieu_credit_type_id"):
            if product.type != "service":
                raise ValidationError(self.env._("A pack of credits is a service."))
            company = product.tierslieu_credit_type_id.company_id
            if product.company_id and product.company_id != company:
                raise ValidationError(
                    self.env._("%(pack)s belongs to another company than its credits.", pack=product.name)
                )

    def write(self, vals):
        """Keep what a pack holds once somebody bought it: what is refunded is what was sold."""
        for product in self:
            if product._tierslieu_holds_other(vals) and product._tierslieu_is_sold():
                raise UserError(
                    self.env._(
                        "Somebody has bought %(pack)s: what it holds no longer changes. Make another pack instead.",
                        pack=product.name,
                    )
                )
        return super().write(vals)

    def _tierslieu_holds_other(self, vals):
        """Whether a write would change what a pack holds."""
        amount = vals.get("tierslieu_credits", self.tierslieu_credits)
        credit_type = vals.get("tierslieu_credit_type_id", self.tierslieu_credit_type_id.id)
        return exact(amount or 0) != exact(self.tierslieu_credits) or (
            (credit_type or False) != self.tierslieu_credit_type_id.id
        )

    def _tierslieu_is_sold(self):
        """Whether credits were granted by the sale of this pack."""
        return bool(
            self.env["tierslieu.credit.lot"].sudo().search_count(
                Domain("sale_line_id.product_id.product_tmpl_id", "in", self.ids)
                | Domain("invoice_line_id.product_id.product_tmpl_id", "in", self.ids),
                limit=1,
            )
        )

    def action_tierslieu_pack(self):
        """Open what a pack holds and costs, for its manager."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_booking.action_credit_pack_new")
        context = {"default_product_tmpl_id": self.id, "dialog_size": "medium"}
        return action | {"name": self.name, "context": context}

    def _tierslieu_validity(self):
        """Return (first, last) day on which a pack sold today is good; the last is False without end."""
        start, months = self.env["tierslieu.credit.lot"]._today(), self.tierslieu_credit_months
        return start, months and start + relativedelta(months=months, days=-1)

    def _tierslieu_say_grant(self, partner, quantity):
        """Say what so many packs grant: “20 × Ticket, until 11/23/2027, for everyone of Fanal.”."""
        self.ensure_one()
        _ = self.env._
        _start, until = self._tierslieu_validity()
        parts = [self.tierslieu_credit_type_id.say(float(exact(quantity * self.tierslieu_credits)))]
        parts.append(_("until %(date)s", date=format_date(self.env, until)) if until else _("without end"))
        if self.tierslieu_credit_shared and partner:
            parts.append(_("for everyone of %(name)s", name=partner.commercial_partner_id.name))
        return ", ".join(parts) + "."

    def _tierslieu_grant(self, partner, quantity, **values):
        """Grant the credits of so many packs; return the lot, or an empty one for nothing.

        :param values: where they come from, see `tierslieu.credit.lot._grant`
        """
        self.ensure_one()
        lots = self.env["tierslieu.credit.lot"]
        amount = exact(quantity * self.tierslieu_credits)
        if amount <= 0:
            return lots
        start, until = self._tierslieu_validity()
        return lots._grant(
            self.tierslieu_credit_type_id, partner, amount,
            valid_from=start,
            valid_until=until,
            shared=self.tierslieu_credit_shared,
            origin="pack",
            **values,
        )


class CreditLot(models.Model):
    """Where the credits of a pack come from, and what takes them back."""

    _inherit = "tierslieu.credit.lot"

    sale_line_id = fields.Many2one(
        "sale.order.line", string="Order line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null", ondelete="set null"
    )

    def _take_back(self, amount, reason, invoice_line=None):
        """Take credits of packs that are refunded out of these lots, the last one first.

        :raises UserError: when some of them were used
        """
        left, there = exact(amount), sum(exact(lot.balance) for lot in self)
        if self and left > there:
            raise UserError(
                self.env._(
                    "There are not so many credits left on %(lot)s: %(left)s.",
                    lot=self.sorted("id")[0].display_name, left=figures(self.env, there),
                )
            )
        for lot in self.sorted("id", reverse=True):
            part = min(left, exact(lot.balance))
            if part > 0:
                lot._post("refund", -part, reason=reason, invoice_line=invoice_line)
                left -= part

    def _sold(self, kinds=("grant", "refund"), invoice_line=None, by_invoices=False):
        """Return how many credits of these lots a sale has brought in, less what it took back.

        :param invoice_line: by this line of an invoice or of a credit note alone
        :param by_invoices: by such lines, whichever
        """
        moves = self.move_ids.filtered(lambda move: move.kind in kinds)
        if by_invoices:
            moves = moves.filtered("invoice_line_id")
        if invoice_line:
            moves = moves.filtered(lambda move: move.invoice_line_id == invoice_line)
        return sum(exact(move.amount) for move in moves)

    def _is_held_by(self, partner):
        """Whether this lot is what someone would be granted."""
        self.ensure_one()
        return self.partner_id == (partner.commercial_partner_id if self.is_shared else partner)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    tierslieu_lot_ids = fields.One2many("tierslieu.credit.lot", "sale_line_id", string="Credits", readonly=True)

    def _tierslieu_packs(self):
        return self.filtered(
            lambda line: line.product_id.tierslieu_credit_type_id and not line.tierslieu_booking_id
        )

    def _tierslieu_sell_packs(self, quantity):
        """Grant so many packs of this line more; fewer: take them back."""
        self.ensure_one()
        pack, name = self.product_id.product_tmpl_id, self.order_id.name
        pack._tierslieu_grant(self.order_id.partner_id, quantity, sale_line_id=self.id, reason=name)
        if quantity < 0:
            self.sudo().tierslieu_lot_ids._take_back(-quantity * pack.tierslieu_credits, name)

    @api.model_create_multi
    def create(self, vals_list):
        """Grant the packs added to an order that is confirmed already."""
        lines = super().create(vals_list)
        for line in lines.filtered(lambda line: line.state == "sale")._tierslieu_packs():
            line._tierslieu_sell_packs(line.product_uom_qty)
        return lines

    def write(self, vals):
        """Let the credits follow the number of packs of a confirmed order."""
        packs = self.filtered(lambda line: line.state == "sale")._tierslieu_packs()
        before = {line: line.product_uom_qty for line in packs} if "product_uom_qty" in vals else {}
        result = super().write(vals)
        for line, quantity in before.items():
            line._tierslieu_sell_packs(line.product_uom_qty - quantity)
        return result


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _action_confirm(self):
        """Grant the credits of the packs sold, once."""
        result = super()._action_confirm()
        for line in self.order_line._tierslieu_packs():
            if not line.sudo().tierslieu_lot_ids._sold(("grant", "refund", "expire")):
                line._tierslieu_sell_packs(line.product_uom_qty)
        return result

    def _action_cancel(self):
        """Take the credits back with the order; what was used stands in the way, what expired does not."""
        result = super()._action_cancel()
        for line in self.order_line._tierslieu_packs():
            lots = line.sudo().tierslieu_lot_ids
            lots._take_back(lots._sold(("grant", "refund", "expire")), self.env._("Order cancelled"))
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _post(self, soft=True):
        """Grant the packs of invoices that no order made; take back those of credit notes."""
        posted = super()._post(soft)
        for line in posted.invoice_line_ids._tierslieu_packs():
            if line.move_id.move_type == "out_refund":
                line._tierslieu_take_packs_back()
            else:
                line._tierslieu_grant_packs()
        return posted

    def button_draft(self):
        """Undo what the posting of packs did."""
        lines = self.filtered(lambda move: move.state == "posted").invoice_line_ids._tierslieu_packs()
        result = super().button_draft()
        for line in lines:
            line._tierslieu_undo_packs()
        return result


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    tierslieu_lot_ids = fields.One2many("tierslieu.credit.lot", "invoice_line_id", readonly=True)

    def _tierslieu_packs(self):
        return self.filtered(
            lambda line: line.product_id.tierslieu_credit_type_id
            and line.move_id.move_type in ("out_invoice", "out_refund")
        )

    def _tierslieu_grant_packs(self):
        """Grant what an invoice charges and is not there: its lot is kept when it is posted again.

        An order has granted its packs by itself: only what a credit note took back is missing.
        """
        pack, name = self.product_id.product_tmpl_id, self.move_id.name
        amount = exact(self.quantity * pack.tierslieu_credits)
        line = self.sudo()
        if line.sale_line_ids:
            lots = line.sale_line_ids.tierslieu_lot_ids
            missing = min(amount, -lots._sold(by_invoices=True))
        else:
            lots = line.tierslieu_lot_ids.filtered(
                lambda lot: lot.type_id == pack.tierslieu_credit_type_id and lot._is_held_by(self.move_id.partner_id)
            )
            missing = amount - lots._sold(invoice_line=line)
        if lots and missing > 0:
            lots[-1]._post("grant", missing, reason=name, invoice_line=line)
        elif line.sale_line_ids:
            return
        elif lots:
            lots._take_back(-missing, name, line)
        else:
            pack._tierslieu_grant(self.move_id.partner_id, self.quantity, invoice_line_id=line.id, reason=name)

    def _tierslieu_take_packs_back(self):
        """Take back the credits whose money a line of a credit note gives back: by what it credits."""
        pack, charged = self.product_id.product_tmpl_id, self._tierslieu_charged()
        quantity, price = self.quantity, sum(charged.mapped("price_subtotal"))
        if price:
            quantity = sum(charged.mapped("quantity")) * min(self.price_subtotal / price, 1)
        lots = (self.sale_line_ids | charged.sale_line_ids).sudo().tierslieu_lot_ids
        lots |= charged.sudo().tierslieu_lot_ids
        lots._take_back(quantity * pack.tierslieu_credits, self.move_id.name, self.sudo())

    def _tierslieu_charged(self):
        """Return the lines of the invoice whose money a line of a credit note gives back."""
        return self.move_id.reversed_entry_id.invoice_line_ids.filtered(
            lambda line: line.product_id == self.product_id
        )

    def _tierslieu_undo_packs(self):
        """Undo what this line did when it was posted: what was used meanwhile stays used."""
        moves = self.env["tierslieu.credit.move"].sudo().search([("invoice_line_id", "=", self.id)])
        for lot in moves.lot_id.sorted("id"):
            done = lot._sold(invoice_line=self)
            if done < 0:
                lot._post("grant", -done, reason=self.move_id.name, invoice_line=self)
            else:
                lot._take_back(min(done, exact(lot.balance)), self.move_id.name, self)
