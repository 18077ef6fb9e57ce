from odoo import Command
from odoo.tests import tagged

from .year_common import WAITING, YearCase


@tagged("post_install", "-at_install")
class TestYear(YearCase):
    """2027 at Le Quai: each account where money waits is moved, and left as it should be.

    Amounts are written by hand: 20 % of VAT in 240.00 is 40.00, and so on.
    """

    def workshop(self, name, rate):
        return self.env["product.product"].create(
            {
                "name": name, "type": "service", "invoice_policy": "order", "list_price": 240,
                "taxes_id": [Command.set(self.on_receipt[rate].ids)],
                "property_account_income_id": self.an_account("706000").id,
            }
        )

    def test_the_year(self):
        with self.on("2027-01-12"):
            order = self.down_payment_asked()
        with self.on("2027-01-20"):
            self.down_payment_received(order)
        with self.on("2027-03-01"):
            last = self.final_invoice(order)
        with self.on("2027-03-08"):
            cheque = self.cheque_received(last)
        with self.on("2027-03-15"):
            self.cheque_deposited(cheque)
        with self.on("2027-04-02"):
            unknown = self.unknown_transfer()
        with self.on("2027-04-30"):
            self.transfer_known(unknown)
        with self.on("2027-05-04"):
            out = self.till_to_bank()
        with self.on("2027-05-05"):
            self.bank_has_it(out)
        with self.on("2027-06-01"):
            contract = self.caution_asked_and_paid()
        with self.on("2027-08-15"):
            self.caution_kept_in_part(contract)
        with self.on("2027-09-01"):
            invoice = self.year_invoiced()
        with self.on("2027-12-31"):
            self.closing(invoice)

    # -- 419100 and 445740

    def down_payment_asked(self):
        """240.00 at 20 % and 110.00 at 10 %, 30 % in advance: 72.00 and 33.00."""
        order = self.order((self.workshop("Atelier", 20), 240), (self.workshop("Buffet", 10), 110))
        self.first = self.bill_order(order, advance_payment_method="percentage", amount=30)
        self.assertEqual(
            self.books(self.first), {self.receivable: 105.0, "419100": -90.0, "445740": -15.0}
        )
        self.assertEqual(self.waiting(), {"419100": -90.0, "445740": -15.0})
        self.assertEqual(self.vat_due(), {})
        return order

    def down_payment_received(self, _order):
        """VAT of services is due once the money is there: 12.00 and 3.00."""
        line = self.shown(105.0, "VIR ACOMPTE", partner=self.alice)
        self.assertEqual(self.waiting()["471000"], -105.0)
        self.sort(line, self.receivable, self.first)
        self.assertEqual(self.first.amount_residual, 0.0)
        self.assertEqual(self.waiting(), {"419100": -90.0})
        self.assertEqual(self.vat_due(), {20: 12.0, 10: 3.0})

    def final_invoice(self, order):
        """All of it, less the down payment: 419100 is cleared."""
        last = self.bill_order(order, advance_payment_method="delivered")
        self.assertEqual(
            self.books(last), {self.receivable: 245.0, "706000": -300.0, "419100": 90.0, "445740": -35.0}
        )
        self.assertEqual(self.waiting(), {"445740": -35.0})
        self.assertEqual(self.vat_due(), {20: 12.0, 10: 3.0})
        return last

    # -- 511200

    def cheque_received(self, last):
        payment = self.pay(last, payment_method_line_id=self.cheque.id)
        self.assertEqual(self.books(payment.move_id), {"511200": 245.0, self.receivable: -245.0})
        self.assertEqual(self.waiting(), {"511200": 245.0})
        self.assertEqual(self.vat_due(), {20: 40.0, 10: 10.0})
        return payment

    def cheque_deposited(self, cheque):
        line = self.shown(245.0, "REMISE CHEQUES")
        self.sort(line, "511200", cheque.move_id)
        self.assertEqual(self.books(line.move_id)["511200"], -245.0)
        self.assertEqual(self.waiting(), {})

    # -- 471000

    def unknown_transfer(self):
        line = self.shown(60.0, "VIR INST 0042")
        self.assertEqual(self.books(line.move_id)["471000"], -60.0)
        self.assertEqual(self.waiting(), {"471000": -60.0})
        self.assertFalse(line.is_reconciled)
        return line

    def transfer_known(self, line):
        """It was for a gift: an association writes to say so."""
        self.sort(line, "758000")
        self.assertTrue(line.is_reconciled)
        self.assertEqual(self.waiting(), {})

    # -- 580000

    def till_to_bank(self):
        line = self.shown(-200.0, "Versement à la banque", journal=self.till)
        self.sort(line, "580000")
        self.assertEqual(self.waiting(), {"580000": 200.0})
        return line

    def bank_has_it(self, _out):
        line = self.shown(200.0, "VERSEMENT ESPECES")
        self.sort(line, "580000")
        self.assertEqual(self.waiting(), {})

    # -- 165100

    def caution_asked_and_paid(self):
        self.resident.caution_amount = 150
        contract = self.subscribe(self.resident, "2027-06-01", billed_until="2027-07-31")
        asked = contract.tierslieu_caution_move_id
        self.assertEqual(self.books(asked), {self.receivable: 150.0, "165100": -150.0})
        line = self.shown(150.0, "VIR CAUTION", partner=self.alice)
        self.sort(line, self.receivable, asked)
        self.assertEqual(self.waiting(), {"165100": -150.0})
        contract.action_keep_caution()
        contract.action_terminate("2027-07-31")
        return contract

    def caution_kept_in_part(self, contract):
        """60.00 for two chairs; 90.00 go back. No VAT on what makes up for a damage."""
        due = self.vat_due()
        kept = contract.with_user(self.manager).action_keep_caution_amount(60, "Deux chaises cassées")
        self.assertEqual(self.books(kept), {"165100": 60.0, "758000": -60.0})
        back = contract.tierslieu_caution_back_id
        self.assertEqual(self.books(back), {self.receivable: -90.0, "165100": 90.0})
        self.assertEqual(self.waiting(), {})
        line = self.shown(-90.0, "VIR RENDU CAUTION", partner=self.alice)
        self.sort(line, self.receivable, back)
        self.assertEqual((back.amount_residual, self.waiting(), self.vat_due()), (0.0, {}, due))

    # -- 487000

    def year_invoiced(self):
        """A locker, 1,200.00 from 1 September 2027 to 31 August 2028, VAT on the invoice: 200.00 at once."""
        locker = self.workshop("Casier, à l'année", 20)
        locker.taxes_id = self.taxes[20]
        invoice = self.bill_order(self.order((locker, 1200)), advance_payment_method="delivered")
        self.assertEqual(self.books(invoice), {self.receivable: 1200.0, "706000": -1000.0, self.vat: -200.0})
        self.assertEqual(self.vat_due(), {20: 240.0, 10: 10.0})
        return invoice

    def closing(self, invoice):
        """244 days of 366 belong to 2028: 666.67. VAT is no matter of it."""
        line = invoice.invoice_line_ids
        wizard = self.env["account.automatic.entry.wizard"].with_context(
            active_model="account.move.line", active_ids=line.ids
        ).create(
            {
                "action": "change_period", "date": "2028-01-01", "journal_id": self.misc.id, "total_amount": 666.67,
                "revenue_accrual_account": self.an_account("487000").id,
            }
        )
        before, due = self.made(), self.vat_due()
        wizard.do_action()
        (self.env["account.move"].search([("id", ">", self.since), ("state", "=", "draft")])).action_post()
        made = self.made() - before
        of_2027 = made.filtered(lambda move: move.date.year == 2027)
        income = line.account_id.code
        self.assertEqual(self.books(of_2027), {income: 666.67, "487000": -666.67})
        self.assertEqual(self.books(made - of_2027), {income: -666.67, "487000": 666.67})
        self.assertEqual(self.waiting("2027-12-31"), {"487000": -666.67})
        self.assertEqual(self.waiting(), {})
        self.assertEqual(self.vat_due(), due)
        moved = set(self.made().line_ids.account_id.mapped("code"))
        self.assertEqual(set(WAITING) - moved, set())
        self.assertEqual(self.company.currency_id.round(sum(self.made().line_ids.mapped("balance"))), 0.0)
        self.assertClean()
