from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_deferred_pack import PackSourceCase

JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)
D = Decimal


class PackUseCase(PackSourceCase):
    """Packs of ten for 100.00 that pay desks at 10 % and the room at 20 %: two hours a ticket."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets.value_ids = [Command.create({"space_id": cls.room.id, "time_unit": "hour", "amount": 0.5})]
        cls.pack.write({"list_price": 100, "tierslieu_voucher_vat": "use"})
        cls.uses = cls.env["tierslieu.pack.use"]
        cls.income = cls.pack.product_tmpl_id.with_context(tierslieu_income_of_voucher=True)._get_product_accounts()[
            "income"
        ].code
        cls.vat = {
            rate: tax.invoice_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax").account_id.code
            for rate, tax in cls.taxes.items()
        }

    def use_room(self, day, tickets=1):
        start = self.at(day, 9)
        booking = self.Booking.reserve(self.room, self.alice, start, start + timedelta(hours=2 * tickets))
        booking.action_confirm()
        self.assertEqual(sum(booking._drawn_credits().values()), tickets)
        return booking

    def prepare(self, day=JANUARY):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.uses._prepare(self.company, day)

    def said(self, move):
        """Return {account: what it gets, credit above zero}; VAT by rate, as {(account, rate): …}."""
        found = {}
        for line in move.line_ids:
            code = line.account_id.code
            key = (code, int(line.tax_line_id.amount)) if line.tax_line_id else code
            found[key] = found.get(key, D(0)) - D(str(line.balance))
        return {key: value for key, value in found.items() if value}


@tagged("post_install", "-at_install")
class TestPackUse(PackUseCase):
    """VAT at each use: by the rate of what was used, account by account."""

    def test_sold_without_vat_on_an_account_that_waits(self):
        self.assertFalse(self.pack.taxes_id)
        lot = self.sell()
        invoice = lot.sale_line_id.invoice_lines.move_id
        customer = self.alice.property_account_receivable_id.code
        self.assertEqual(self.entries(invoice), {customer: (100.0, 0.0), "419100": (0.0, 100.0)})
        self.assertFalse(self.rows("pack", JANUARY), "It is no income: there is nothing to defer.")

    def test_each_use_bears_the_vat_of_what_is_used(self):
        self.sell()
        self.use(1, 1)
        self.use_room(2, 1)
        move = self.prepare()
        self.assertEqual((move.state, move.date, move.journal_id.code), ("draft", JANUARY, "OD"))
        self.assertEqual(
            self.said(move),
            {"419100": D(-20), self.income: D("9.09") + D("8.33"), (self.vat[10], 10): D("0.91"),
             (self.vat[20], 20): D("1.67")},
        )
        move.action_post()
        self.assertEqual(self.said(move)["419100"], -20)
        # The return of the VAT finds bases and taxes by their tags, as on an invoice of the same.
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.alice.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 10, "tax_ids": [Command.set(self.taxes[rate].ids)]})
                    for rate in (10, 20)
                ],
            }
        )
        for rate in (10, 20):
            of_rate = [
                {
                    kind: document.line_ids.filtered(
                        lambda line, rate=rate, kind=kind: self.taxes[rate] in (line.tax_ids, line.tax_line_id)
                        and bool(line.tax_line_id) == (kind == "tax")
                    ).tax_tag_ids
                    for kind in ("base", "tax")
                }
                for document in (invoice, move)
            ]
            self.assertEqual(*of_rate)

    def test_money_of_each_customer(self):
        self.sell()
        self.sell(partner=self.bruno)
        self.use(1, 1)
        self.use(2, 2, partner=self.bruno)
        move = self.prepare()
        waiting = move.line_ids.filtered(lambda line: line.account_id.code == "419100")
        self.assertEqual({line.partner_id: line.debit for line in waiting}, {self.alice: 10, self.bruno: 20})

    def test_run_twice_changes_nothing(self):
        self.sell()
        self.use(1, 1)
        move = self.prepare()
        before = move.line_ids.ids, self.said(move)
        self.assertEqual(self.prepare(), move)
        self.assertEqual((move.line_ids.ids, self.said(move)), before)
        move.action_post()
        self.assertFalse(self.prepare())
        self.assertEqual(self.uses._entries(self.company), move)

    def test_a_draft_follows_the_uses_and_what_is_posted_stays(self):
        self.sell()
        self.use(1, 1)
        first = self.prepare()
        booking = self.use(2, 2)
        second = self.prepare()
        self.assertFalse(first.exists())
        self.assertEqual(self.said(second)["419100"], -30)
        second.action_post()
        booking.with_user(self.host).action_cancel()
        third = self.prepare()
        self.assertEqual(self.said(third), {"419100": D(20), self.income: D("-18.18"), (self.vat[10], 10): D("-1.82")})
        third.action_post()
        self.assertFalse(self.prepare())

    def test_nothing_left_of_a_draft(self):
        self.sell()
        booking = self.use(1, 1)
        move = self.prepare()
        booking.action_cancel()
        self.assertFalse(self.prepare())
        self.assertFalse(move.exists())

    def test_month_after_month_the_last_use_takes_the_rest(self):
        self.pack.list_price = 99.99
        self.sell()
        booked = []
        for nth in range(10):
            self.use(1 + 5 * nth, 1)
        for nth in range(12):
            move = self.prepare(date(2027, 1, 15) + timedelta(days=5 * nth))
            if move:
                move.action_post()
                booked.append(-self.said(move)["419100"])
        self.assertEqual((len(booked), sum(booked)), (10, D("99.99")))
        self.assertLessEqual(set(booked), {D("9.99"), D("10.00")})
        self.assertEqual(self.balance("419100", date(2027, 12, 31)), 0)
        # The VAT of all of them is that of what was paid.
        moves = self.uses._entries(self.company)
        taxes = sum(-D(str(line.balance)) for line in moves.line_ids if line.tax_line_id)
        self.assertEqual(taxes, D("9.09"))

    def test_a_slot_to_come_is_not_used(self):
        self.sell()
        self.use(30, 1)
        self.assertFalse(self.prepare())
        self.assertEqual(self.said(self.prepare(FEBRUARY))["419100"], -10)

    def test_over(self):
        """What nobody used in time is income without VAT: nothing was supplied."""
        lot = self.sell()
        self.use(1, 4)
        self.prepare().action_post()
        move = self.prepare(lot.last_day)
        self.assertEqual(self.said(move), {"419100": D(-60), self.income: D(60)})
        self.assertFalse(move.line_ids.tax_ids)

    def test_a_fee_bears_the_vat_of_the_slot(self):
        self.desks.cancellation_policy_id = self.policy
        self.sell()
        booking = self.use(10, 4)
        with self.late(booking, 12):
            booking.action_cancel()
            self.env.flush_all()
        self.assertEqual(
            self.said(self.prepare()), {"419100": D(-20), self.income: D("18.18"), (self.vat[10], 10): D("1.82")}
        )

    def test_refunded(self):
        lot = self.sell()
        self.use(1, 2)
        self.note(lot, price=50)
        self.assertEqual(lot.balance, 3)
        move = self.prepare()
        self.assertEqual(self.said(move)["419100"], -20)
        move.action_post()
        self.assertEqual(self.balance("419100", JANUARY), 30)

    def test_not_invoiced_yet(self):
        self.sell(invoiced=False)
        self.use(1, 1)
        self.assertFalse(self.prepare())

    def test_a_draft_of_an_earlier_month_counts(self):
        self.sell()
        self.use(1, 1)
        self.use(30, 2)
        january = self.prepare()
        february = self.prepare(FEBRUARY)
        self.assertEqual(self.said(february)["419100"], -20)
        january.unlink()
        self.assertEqual(self.said(self.prepare(FEBRUARY))["419100"], -30)

    def test_handed_over(self):
        lot = self.sell()
        lot._transfer(self.bruno, 4, "They share a desk")
        self.use(1, 2, partner=self.bruno)
        move = self.prepare()
        self.assertEqual(self.said(move)["419100"], -20)
        self.assertEqual(move.line_ids.partner_id, self.alice)

    def test_an_exempt_space(self):
        self.products["desk_hour"].taxes_id = False
        self.sell()
        self.use(1, 1)
        self.assertEqual(self.said(self.prepare()), {"419100": D(-10), self.income: D(10)})

    def test_a_month_that_is_closed(self):
        self.sell()
        self.use(1, 1)
        self.company.fiscalyear_lock_date = JANUARY
        with self.assertRaisesRegex(UserError, "closed until"):
            self.prepare()

    def test_another_company(self):
        self.sell()
        self.use(1, 1)
        other = self.env["res.company"].create({"name": "Le Phare", "country_id": self.env.ref("base.fr").id})
        self.env["account.chart.template"].try_loading("fr", other, install_demo=False)
        self.assertFalse(self.uses._prepare(other, JANUARY))

    def test_vat_that_is_due_on_payment_is_due(self):
        """The money came with the pack: VAT goes where it is due, not where it waits for a payment."""
        transition = self.env["account.account"].search([("code", "=", "445740")], limit=1)
        transition.reconcile = True
        self.company.tax_exigibility = True
        self.taxes[10].write({"tax_exigibility": "on_payment", "cash_basis_transition_account_id": transition.id})
        self.sell()
        self.use(1, 1)
        move = self.prepare()
        move.action_post()
        self.assertEqual(self.said(move), {"419100": D(-10), self.income: D("9.09"), (self.vat[10], 10): D("0.91")})
        self.assertTrue(all(line.tax_tag_ids for line in move.line_ids if line.tax_ids or line.tax_line_id))


@tagged("post_install", "-at_install")
class TestPackPurpose(PackUseCase):
    """A pack is of one purpose or of several: chosen before it is sold."""

    def a_pack(self, **values):
        return self.env["product.template"].create(
            {
                "name": "Carnet", "type": "service", "list_price": 10, "tierslieu_credit_type_id": self.tickets.id,
                "taxes_id": [Command.set(self.taxes[20].ids)], "company_id": self.company.id,
            } | values
        )

    def test_taxes_follow_the_purpose(self):
        pack = self.a_pack()
        self.assertEqual((pack.tierslieu_voucher_vat, pack.taxes_id), ("sale", self.taxes[20]))
        pack.tierslieu_voucher_vat = "use"
        self.assertFalse(pack.taxes_id)
        pack.tierslieu_voucher_vat = "sale"
        self.assertEqual(pack.taxes_id, self.company._tierslieu_time_taxes())
        self.assertFalse(self.a_pack(tierslieu_voucher_vat="use").taxes_id)

    def test_it_does_not_change_once_sold(self):
        self.sell()
        with self.assertRaisesRegex(UserError, "no longer changes"):
            self.pack.tierslieu_voucher_vat = "sale"
        self.pack.tierslieu_voucher_vat = "use"

    def test_no_vat_on_a_pack_of_several_purposes(self):
        with self.assertRaisesRegex(ValidationError, "sold without VAT"):
            self.pack.taxes_id = self.taxes[20]
        with self.assertRaisesRegex(ValidationError, "no voucher"):
            self.products["desk_hour"].tierslieu_voucher_vat = "use"

    def test_another_account(self):
        account = self.env["account.account"].search([("code", "=", "487000")], limit=1)
        self.company.tierslieu_voucher_account_id = account
        lot = self.sell()
        self.assertEqual(lot.sale_line_id.invoice_lines.account_id, account)
        self.use(1, 1)
        self.assertEqual(self.said(self.prepare())["487000"], -10)

    def test_made_by_the_manager(self):
        wizard = self.env["tierslieu.credit.pack"].create(
            {"name": "Carnet libre", "type_id": self.tickets.id, "price": 50, "voucher_vat": "use"}
        )
        wizard.action_save()
        pack = self.env["product.template"].search([("name", "=", "Carnet libre")])
        self.assertEqual((pack.tierslieu_voucher_vat, pack.taxes_id.ids), ("use", []))
        form = Form(self.env["tierslieu.credit.pack"].with_context(default_product_tmpl_id=pack.id))
        self.assertEqual(form.voucher_vat, "use")
        form.voucher_vat = "sale"
        form.save().action_save()
        self.assertEqual(pack.tierslieu_voucher_vat, "sale")

    def checks(self):
        found = self.env["tierslieu.books"]._closing_checks(self.company, date(2027, 1, 1), JANUARY)
        return {check["key"]: check["count"] for check in found if check["key"].startswith("pack_")}

    def test_what_is_looked_at_before_closing(self):
        self.assertEqual(self.checks(), {"pack_purpose": 0, "pack_uses": 0, "pack_use_drafts": 0})
        self.a_pack()
        self.sell()
        self.use(1, 1)
        self.assertEqual(self.checks(), {"pack_purpose": 1, "pack_uses": 1, "pack_use_drafts": 0})
        move = self.prepare()
        self.assertEqual(self.checks(), {"pack_purpose": 1, "pack_uses": 1, "pack_use_drafts": 1})
        move.action_post()
        self.assertEqual(self.checks(), {"pack_purpose": 1, "pack_uses": 0, "pack_use_drafts": 0})

    def test_booked_by_an_accountant(self):
        self.sell()
        self.use(1, 1)
        wizards = self.env["tierslieu.pack.use.prepare"]
        with freeze_time("2027-02-03 09:00:00"):
            wizard = wizards.with_user(self.accountant).create({})
            self.assertEqual(wizard.day, JANUARY)
            action = wizard.action_prepare()
        move = self.env["account.move"].browse(action["res_id"])
        self.assertEqual((move.state, move.tierslieu_pack_day), ("draft", JANUARY))
        move.action_post()
        with self.assertRaisesRegex(UserError, "Nothing to book"):
            wizard.action_prepare()
        with self.assertRaises(AccessError):
            wizards.with_user(self.host).create({})
