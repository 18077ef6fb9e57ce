from datetime import date

from odoo.tests import Form, tagged

from .credit_desk_common import CreditCase


@tagged("-at_install", "post_install")
class TestCreditDesk(CreditCase):
    """Where the team sees what members have left, and what it will pay before it does."""

    # -- On cards

    def test_left_on_the_card(self):
        hours = self.tickets.copy({"name": "Heures", "sequence": 20})
        self.grant(2.5)
        self.grant(5)
        self.grant(1, valid_until=date(2027, 1, 11)).sudo()
        self.lots._grant(hours, self.alice, 4)
        self.grant(3, valid_from=date(2027, 2, 1))
        partner = self.alice.with_user(self.host)
        self.assertEqual(partner.tierslieu_credits_left, "8,5 × Ticket, 4 × Heures")
        self.assertEqual(partner.tierslieu_credits_said, "8,5 + 4")
        self.assertEqual(self.bruno.with_user(self.host).tierslieu_credits_said, "0")
        self.assertFalse(self.bruno.with_user(self.host).tierslieu_credits_left)

    def test_shared_ones_too(self):
        shared = self.grant(40, partner=self.solene, shared=True)
        mine = self.grant(1, partner=self.solene)
        theirs = self.grant(7, partner=self.fanal)
        self.assertEqual(self.solene.with_user(self.host).tierslieu_credits_said, "41")
        self.assertEqual(self.fanal.with_user(self.host).tierslieu_credits_said, "47")

        def opened(partner):
            return self.lots.search(partner.with_user(self.host).action_view_tierslieu_credits()["domain"])

        self.assertEqual(opened(self.solene), shared | mine)
        self.assertEqual(opened(self.fanal), shared | theirs)

    def test_the_list_asks_once(self):
        partners = self.env["res.partner"].create([{"name": f"Membre {nth}"} for nth in range(45)])
        for partner in partners:
            self.grant(1, partner=partner)

        def queries(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(set(some.with_user(self.host).mapped("tierslieu_credits_left")), {"1 × Ticket"})
            return self.cr.sql_log_count - before

        queries(partners[:5])
        few, many = queries(partners[:5]), queries(partners[5:])
        self.assertEqual(few, many)

    def test_of_another_company_counts_elsewhere(self):
        other = self.env["res.company"].create({"name": "Ailleurs"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Leur ticket", "company_id": other.id})
        self.lots._grant(theirs, self.alice, 9)
        self.assertEqual(self.alice.with_user(self.host).tierslieu_credits_said, "0")

    def test_forms_open(self):
        """The wizards begin with whose card one came from."""
        with Form(self.alice.with_user(self.manager)):
            pass
        action = self.alice.with_user(self.host).action_sell_tierslieu_pack()
        for model in ("tierslieu.credit.sale", "tierslieu.credit.gift"):
            form = Form(self.env[model].with_user(self.host).with_context(**action["context"]))
            self.assertEqual(form.partner_id, self.alice)

    # -- Before confirming

    def test_on_the_booking_form(self):
        self.grant(10)
        form = Form(self.Booking.with_user(self.host))
        form.space_id = self.desks
        form.partner_id = self.bruno
        form.start = self.at(0, 9)
        self.assertFalse(form.may_use_credits)
        form.partner_id = self.alice
        self.assertTrue(form.may_use_credits)
        self.assertIn("1 h for 0,5 × Ticket", form.preview)
        self.assertIn("Left: 9,5 × Ticket.", form.preview)
        form.use_credits = False
        self.assertNotIn("Ticket", form.preview)
        self.assertIn("3,00", form.preview)
        booking = form.save()
        booking.action_confirm()
        self.assertEqual((booking.amount_total, self.alice.credit_balance(self.tickets)), (3.0, 10.0))
        self.assertFalse(booking.may_use_credits)

    def test_a_space_without_credits_offers_none(self):
        self.grant(10)
        form = Form(self.Booking.with_user(self.host))
        form.space_id = self.room
        form.partner_id = self.alice
        form.start = self.at(0, 9)
        self.assertFalse(form.may_use_credits)

    def test_walk_in(self):
        lot = self.grant(1)
        for use, paid, left in ((False, 6.0, 1.0), (True, 0.0, 0.0)):
            form = Form(self.env["tierslieu.walk.in"].with_user(self.host))
            form.partner_id = self.alice
            form.space_id = self.desks
            form.start = self.at(0, 9)
            form.hours = 2
            self.assertTrue(form.may_use_credits)
            self.assertTrue(form.use_credits)
            form.use_credits = use
            self.assertEqual("1 × Ticket" in form.preview, use)
            form.save().action_book()
            booking = self.Booking.search([("partner_id", "=", self.alice.id)], limit=1, order="id desc")
            self.assertEqual((booking.amount_total, lot.balance), (paid, left))
        self.assertClean()

    def test_asked_in_a_few_words(self):
        lot = self.grant(1)
        asked = self.env["tierslieu.place"].with_user(self.host)
        offer = asked.ask("coworking demain 14h 2h alice", self.place.id)["offers"][0]
        self.assertEqual(offer["price"], "1 × Ticket")
        said = asked.book_asked(offer, self.alice.id)
        self.assertFalse(said["due"])
        self.assertEqual(lot.balance, 0.0)
        offer = asked.ask("coworking demain 14h 2h alice", self.place.id)["offers"][0]
        self.assertIn("6,00", offer["price"])
        # Nobody named: the price of who comes in by the door.
        self.grant(5)
        offer = asked.ask("coworking demain 14h 2h", self.place.id)["offers"][0]
        self.assertIn("6,00", offer["price"])
        partly = asked.ask("coworking demain 9h 3h alice", self.place.id)["offers"][0]
        self.assertEqual(partly["price"], "1,5 × Ticket")

    def test_credits_that_pay_a_part(self):
        self.grant(1)
        asked = self.env["tierslieu.place"].with_user(self.host)
        offer = asked.ask("coworking demain 9h 3h alice", self.place.id)["offers"][0]
        self.assertRegex(offer["price"], r"1 × Ticket \+ \D*3,00")
        asked.book_asked(offer, self.alice.id)
        self.assertEqual(self.Booking.search([("partner_id", "=", self.alice.id)]).amount_total, 3.0)

    # -- At the till

    def till(self, bookings, **values):
        return self.env["tierslieu.collect"].with_user(self.host).create(
            {"booking_ids": bookings.ids, "journal": str(self.cash.id), **values}
        )

    def test_a_pack_bought_after_the_booking_pays_it(self):
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        self.assertFalse(self.till(booking).credits_offer)
        lot = self.sell()
        till = self.till(booking)
        self.assertEqual(till.credits_offer, "Coworking: 2 h for 1 × Ticket. Left: 9 × Ticket.")
        self.assertEqual(till.amount, 6.0)
        till.use_credits = True
        self.assertEqual(till.amount, 0.0)
        till.action_collect()
        self.assertEqual((booking.amount_total, booking.payment_status, lot.balance), (0.0, "none", 9.0))
        self.assertFalse(booking.invoice_ids)
        booking.action_cancel()
        self.assertEqual(lot.balance, 10.0)
        self.assertClean()

    def test_also_when_they_are_in(self):
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        booking.with_user(self.host).action_check_in()
        lot = self.grant(1)
        self.till(booking, use_credits=True).action_collect()
        self.assertEqual((booking.amount_total, lot.balance, booking.state), (0.0, 0.0, "in_use"))
        self.assertClean()

    def test_the_rest_is_paid(self):
        booking = self.book(self.desks, 9, 12)
        booking.action_confirm()
        lot = self.grant(1)
        till = self.till(booking, use_credits=True)
        self.assertEqual(till.amount, 3.0)
        till.action_collect()
        self.assertEqual((booking.amount_total, booking.payment_status, lot.balance), (3.0, "paid", 0.0))
        self.assertEqual(booking.invoice_ids.amount_total, 3.0)
        self.assertClean()

    def test_two_bookings_one_credit(self):
        bookings = self.book(self.desks, 9, 11) | self.book(self.desks, 14, 16)
        bookings.action_confirm()
        lot = self.grant(1)
        till = self.till(bookings, use_credits=True)
        self.assertEqual(till.amount, 6.0)
        till.action_collect()
        self.assertEqual((sorted(bookings.mapped("amount_total")), lot.balance), ([0.0, 6.0], 0.0))
        self.assertClean()

    def test_what_is_invoiced_stays(self):
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        booking.with_user(self.host)._invoice()
        lot = self.grant(5)
        till = self.till(booking, use_credits=True)
        self.assertFalse(till.credits_offer)
        till.action_collect()
        self.assertEqual((booking.payment_status, lot.balance), ("paid", 5.0))
        self.assertClean()

    def test_credits_of_somebody_else_pay_nothing(self):
        self.grant(5, partner=self.bruno)
        booking = self.book(self.desks, 9, 11)
        booking.action_confirm()
        self.assertFalse(self.till(booking).credits_offer)

    def test_today_knows_whether_packs_are_sold(self):
        asked = self.env["tierslieu.place"].with_user(self.host)
        self.assertTrue(asked.today(self.place.id)["sells_packs"])
        self.pack.active = False
        self.assertFalse(asked.today(self.place.id)["sells_packs"])
