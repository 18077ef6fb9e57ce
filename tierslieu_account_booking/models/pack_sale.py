from fractions import Fraction
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.tierslieu_booking.models.credit_type import exact

from ..kernels.ledger import counted, left


class PackSale(NamedTuple):
    """The packs of one line of an order, or of one article of an invoice that no order made."""

    root: object
    """The first lot that it opened."""
    lots: object
    """All of its lots, with those that were handed over out of them."""
    lines: object
    """What posted documents dated until the closing charge of it, and take back."""
    bought: Fraction
    """Credits that these documents have paid for, less those that were refunded."""
    left: Fraction
    """How many of them are not used on the closing."""


class CreditLot(models.Model):
    """What a pack was sold for, and how much of it is used on a day, whoever holds the credits by then."""

    _inherit = "tierslieu.credit.lot"

    @api.model
    def _tierslieu_pack_sales(self, company, closing, lines=(), domain=()):
        """Return the `PackSale` of each sale of packs of which a lot may be good after a closing.

        :param lines: domain of the lines of documents that count
        :param domain: of the lots to begin with; by default those that are not over
        """
        domain = Domain(domain or (Domain("last_day", "=", False) | Domain("last_day", ">", closing)))
        packs = Domain("company_id", "=", company.id) & Domain("origin", "in", ("pack", "transfer"))
        roots = self.search(domain & packs)._tierslieu_roots().filtered(lambda lot: lot.origin == "pack")
        # A line of an order may have opened several: they are one sale.
        sold = Domain("sale_line_id", "in", roots.sale_line_id.ids)
        sold |= Domain("invoice_line_id.move_id", "in", roots.invoice_line_id.move_id.ids)
        roots |= self.search(sold & packs)
        found, zone = [], company._tierslieu_zone()
        everything = roots._tierslieu_with_heirs()
        everything.move_ids.booking_id.fetch(["start", "stop", "place_id"])
        root_of = {lot: lot._tierslieu_roots() for lot in everything}
        heirs = everything.grouped(lambda lot: root_of[lot])
        for (_kind, *_ids), group in roots.sorted("id").grouped(lambda lot: lot._tierslieu_sale_key()).items():
            charged = group._tierslieu_charged_lines(lines)
            if not charged:
                continue
            lots = group.browse().union(*(heirs[root] for root in group))
            found.append(group._tierslieu_pack_sale(lots, charged, closing, zone))
        return found

    def _tierslieu_sale_key(self):
        """Return what lots of one sale share: a line of an order, or an article of an invoice."""
        self.ensure_one()
        if self.sale_line_id:
            return "order", self.sale_line_id.id
        return "invoice", self.invoice_line_id.move_id.id, self.invoice_line_id.product_id.id

    def _tierslieu_charged_lines(self, domain):
        """Return the lines of documents that charge the packs of one sale, and those that take it back."""
        if self.sale_line_id:
            candidates = self.sale_line_id.invoice_lines
        else:
            charged = self.invoice_line_id
            candidates = charged.move_id.invoice_line_ids.filtered(lambda line: line.product_id == charged.product_id)
            candidates |= charged.move_id.reversal_move_ids.invoice_line_ids.filtered(
                lambda line: line.product_id == charged.product_id and not line.sale_line_ids
            )
        return candidates.filtered_domain(domain).sorted(lambda line: (line.date, line.id))

    def _tierslieu_pack_sale(self, lots, charged, closing, zone):
        """Return the `PackSale` of these lots, the first ones of one sale."""
        first = min(charged.mapped("date"))
        bought = there = Fraction(0)
        for lot in lots:
            ledger = lot.move_ids._tierslieu_as_kernel(zone)
            if lot in self:
                # An order that is confirmed after the date of its invoice: what it grants was paid for by then.
                ledger = [
                    move._replace(day=min(move.day, first)) if move.kind == "grant" else move for move in ledger
                ]
                bought += sum(counted(move, closing) for move in ledger if move.kind in ("grant", "refund"))
            there += left(ledger, closing, lot.last_day)
        unpaid = max(bought - self._tierslieu_paid_credits(charged), Fraction(0))
        bought = max(bought - unpaid, Fraction(0))
        return PackSale(self[:1], lots, charged, bought, min(max(there - unpaid, Fraction(0)), bought))

    def _tierslieu_paid_credits(self, charged):
        """Return the credits that documents charge, less those that credit notes took back.

        Packs that were ordered and are not invoiced yet are not deferred: those that are invoiced are used first.
        """
        paid = Fraction(0)
        for line in charged:
            if line.move_id.move_type != "out_refund":
                paid += Fraction(exact(line.quantity * line.product_id.tierslieu_credits))
        notes = charged.filtered(lambda line: line.move_id.move_type == "out_refund")
        for move in self.move_ids.filtered(lambda move: move.invoice_line_id in notes):
            paid += Fraction(exact(move.amount))
        return paid
