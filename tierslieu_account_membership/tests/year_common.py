from odoo import Command

from odoo.addons.tierslieu_membership.tests.plan_common import PlanCase

# Accounts where money waits for something, each of which the year moves.
WAITING = ("165100", "419100", "445740", "471000", "487000", "511200", "580000")


class YearCase(PlanCase):
    """A company that pays its VAT on receipts for services, with a bank, a till and cheques."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.tax_exigibility = True
        cls.since = cls.env["account.move"].search([], order="id desc", limit=1).id or 0
        cls.bank = cls.find_journal("bank")
        cls.misc = cls.find_journal("general")
        cls.till = cls.env["account.journal"].create({"name": "Caisse", "type": "cash", "code": "TLC"})
        cls.on_receipt = {rate: cls.receipt_tax(rate) for rate in (20, 10)}
        cls.receivable = cls.alice.property_account_receivable_id.code
        cls.vat = cls.taxes[20].invoice_repartition_line_ids.account_id.code
        cls.cheque = cls.env["account.payment.method.line"].create(
            {
                "name": "Chèque", "journal_id": cls.bank.id, "payment_account_id": cls.an_account("511200").id,
                "payment_method_id": cls.env.ref("account.account_payment_method_manual_in").id,
            }
        )

    @classmethod
    def find_journal(cls, kind):
        return cls.env["account.journal"].search(
            [("type", "=", kind), ("company_id", "=", cls.company.id)], order="sequence, id", limit=1
        )

    @classmethod
    def an_account(cls, code):
        return cls.env["account.account"].search([("code", "=", code), ("company_ids", "in", cls.company.ids)])

    @classmethod
    def receipt_tax(cls, rate):
        """Return a copy of the chart's tax of services, due when it is paid, inside the price."""
        tax = cls.env["account.tax"].with_context(active_test=False).search(
            [
                ("company_id", "=", cls.company.id), ("type_tax_use", "=", "sale"), ("amount", "=", rate),
                ("tax_exigibility", "=", "on_payment"), ("amount_type", "=", "percent"),
            ],
            limit=1,
        )
        return tax.copy({"name": f"TVA {rate} % sur encaissement", "price_include_override": "tax_included",
                         "active": True})

    # -- Acts

    def order(self, *lines):
        """Return a confirmed order of [(product, price)]."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.alice.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": 1, "price_unit": price})
                    for product, price in lines
                ],
            }
        )
        order.action_confirm()
        return order

    def bill_order(self, order, **values):
        """Invoice an order by Odoo's own dialog, and post it."""
        before = order.invoice_ids
        self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        ).create(values).create_invoices()
        invoice = order.invoice_ids - before
        invoice.action_post()
        return invoice

    def pay(self, move, **values):
        """Register the payment of a document; return the payment."""
        action = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"journal_id": self.bank.id, **values}).action_create_payments()
        return self.env["account.payment"].browse(action["res_id"])

    def shown(self, amount, said, journal=None, partner=None):
        """Enter a line of a statement; what it is for is on 471 until somebody says it."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": (journal or self.bank).id, "payment_ref": said, "amount": amount,
                "date": self.company._tierslieu_today(), "partner_id": partner.id if partner else False,
            }
        )

    def sort(self, line, code, *others):
        """Say what a line of a statement is for: its account, and the items that it matches."""
        waiting = line.move_id.line_ids.filtered(lambda one: one.account_id.code == "471000")
        waiting.account_id = self.an_account(code)
        matched = self.env["account.move.line"].union(
            *(move.line_ids.filtered(lambda one: one.account_id.code == code and not one.reconciled) for move in others)
        )
        if matched:
            (waiting | matched).reconcile()

    # -- The books

    def books(self, *moves):
        """Return {account: debit less credit} of some entries, those that come to nothing left out."""
        found = {}
        for line in self.env["account.move"].union(*moves).line_ids:
            code = line.account_id.code
            found[code] = self.company.currency_id.round(found.get(code, 0.0) + line.balance)
        return {code: balance for code, balance in found.items() if balance}

    def made(self):
        """Return all the entries of the year so far, posted."""
        return self.env["account.move"].search(
            [("id", ">", self.since), ("company_id", "=", self.company.id), ("state", "=", "posted")]
        )

    def waiting(self, upto=None):
        """Return {waiting account: balance} of the year so far, those at nothing left out."""
        moves = self.made()
        if upto:
            moves = moves.filtered(lambda move: str(move.date) <= upto)
        return {code: balance for code, balance in self.books(moves).items() if code in WAITING}

    def vat_due(self):
        """Return {rate: VAT due, credit less debit} on 4457, what still waits on 445740 left out."""
        found = {}
        for line in self.made().line_ids.filtered("tax_line_id"):
            if line.account_id.code != "445740":
                rate = int(line.tax_line_id.amount)
                found[rate] = self.company.currency_id.round(found.get(rate, 0.0) - line.balance)
        return {rate: amount for rate, amount in found.items() if amount}
