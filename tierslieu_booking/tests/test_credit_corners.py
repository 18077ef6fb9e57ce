from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .change_common import ChangeCase
from .credit_common import CreditCase, create_tickets


@tagged("-at_install", "post_install")
class TestCreditCorners(CreditCase):
    """Where credits could be lost, spent twice, or be somebody else's."""

    def test_what_expired_unused_does_not_open_again(self):
        """What comes back to an expired lot is usable, alone: the nightly run may not have come by."""
        lot = self.grant(3, valid_until=date(2027, 1, 11))
        booking = self.book(9, 11)
        booking.action_confirm()
        with freeze_time("2027-01-13 08:00:00"):
            booking.with_user(self.host).action_cancel()
            self.assertEqual(self.balances(lot), [1.0])
            self.assertEqual(lot.reopened_until, date(2027, 2, 12))
            self.assertEqual(lot.move_ids.sorted("id").mapped("kind"), ["grant", "consume", "expire", "return"])
            self.assertEqual(self.book(9, 11, day=30).amount_total, 0.0)

    def test_day_of_the_place(self):
        """An end of validity is that of the place's day, wherever who books, or cancels, is."""
        self.place.tz = "America/Guadeloupe"
        lot = self.grant(2, valid_from=date(2027, 1, 11), valid_until=date(2027, 1, 12))
        booking = self.book(14, 16, day=1)
        booking.action_confirm()
        # Nine in the evening of the 12th there: the 13th in UTC.
        with freeze_time("2027-01-13 01:00:00"):
            quote = self.desks._quote(
                self.alice, self.at(1, 14), self.at(1, 15), beyond_rules=True, wallet=booking._wallet()
            )
            self.assertEqual(quote["total"], 0.0)
            booking.with_user(self.host).action_cancel()
            self.assertEqual((lot.balance, lot.reopened_until), (2.0, False))

    def test_day_of_the_place_ahead_of_utc(self):
        """The 13th has begun in Nouméa while it is the 12th in UTC: what comes back is not lost."""
        self.place.tz = "Pacific/Noumea"
        lot = self.grant(2, valid_from=date(2027, 1, 11), valid_until=date(2027, 1, 12))
        booking = self.book(14, 16, day=1)
        booking.action_confirm()
        with freeze_time("2027-01-12 20:00:00"):
            booking.with_user(self.host).action_cancel()
            self.assertEqual(lot.reopened_until, date(2027, 2, 12))

    def test_shared_by_one_who_joins_an_organisation(self):
        """Credits that someone alone had for their organisation of one stay theirs."""
        lot = self.grant(2, shared=True)
        self.alice.parent_id = self.env["res.partner"].create({"name": "Fanal", "is_company": True})
        self.assertEqual(self.book(9, 11).amount_total, 0.0)
        self.assertEqual(self.balances(lot), [1.0])

    def test_who_leaves_an_organisation(self):
        """Its credits stay behind; those of a booking made before go back where they came from."""
        firms = self.env["res.partner"].create([{"name": name, "is_company": True} for name in ("Fanal", "Halle")])
        self.alice.parent_id = firms[0]
        lot = self.grant(2, shared=True)
        booking = self.book(9, 11, day=1)
        booking.action_confirm()
        self.alice.parent_id = firms[1]
        self.assertEqual(self.alice.credit_balance(self.tickets), 0.0)
        booking.with_user(self.host).action_move(self.at(2, 9), self.at(2, 11))
        self.assertEqual((booking.amount_total, self.balances(lot)), (6.0, [2.0]))

    def test_partners_merged(self):
        """Who was there twice has the credits of both."""
        twice = self.env["res.partner"].create({"name": "Alice Renaud"})
        lots = self.grant(1), self.grant(1, partner=twice)
        booking = self.book(9, 11, day=1, partner=twice)
        self.env["base.partner.merge.automatic.wizard"]._merge((twice + self.alice).ids, self.alice)
        self.env.invalidate_all()
        self.assertEqual(self.alice.credit_balance(self.tickets), 1.0)
        booking.action_cancel()
        self.assertEqual(self.balances(*lots), [1.0, 1.0])
        self.assertEqual(self.alice.credit_balance(self.tickets), 2.0)
        self.assertEqual(lots[1].move_ids.partner_id, self.alice)

    def test_hold_that_goes_to_somebody_else(self):
        """A cart that changes hands does not spend the credits of who had it."""
        lot = self.grant(2)
        booking = self.book(9, 11)
        order = self.env["sale.order"].create({"partner_id": self.alice.id})
        order._tierslieu_add(booking)
        order.partner_id = self.bruno
        self.env.flush_all()
        self.assertEqual((booking.partner_id, booking.amount_total, order.amount_total), (self.bruno, 6.0, 6.0))
        self.assertEqual(self.balances(lot), [2.0])

    def test_credits_of_another_company(self):
        other = self.env["res.company"].create({"name": "Company B"})
        theirs = self.env["tierslieu.credit.type"].create({"name": "Theirs", "company_id": other.id})
        gift = self.env["tierslieu.credit.gift"].with_user(self.host).create(
            {"partner_id": self.alice.id, "type_id": theirs.id, "amount": 3, "reason": "Help at the fair"}
        )
        with self.assertRaises(AccessError), self.cr.savepoint():
            gift.action_give()
        lot = self.lots._grant(theirs, self.alice, 3)
        self.assertEqual(self.book(9, 11, credit_types=[theirs.id]).amount_total, 6.0)
        with self.assertRaises(AccessError):
            lot.with_user(self.host)._transfer(self.bruno, 1, "Help at the fair")

    def test_a_tenth_and_two_tenths(self):
        """Amounts are exact to the hundredth: 0.1 and 0.2 pay 0.3, to nothing left."""
        self.tickets.value_ids.filtered(lambda value: value.time_unit == "day").unlink()
        self.tickets.value_ids.amount = 0.3
        lots = self.grant(0.1), self.grant(0.2)
        booking = self.book(9, 10)
        self.assertEqual((booking.amount_total, self.balances(*lots)), (0.0, [0.0, 0.0]))
        booking.action_cancel()
        self.assertEqual(self.balances(*lots), [0.1, 0.2])
        self.lots.with_user(self.host).browse(lots[0].id)._transfer(self.bruno, 0.1, "Help at the fair")
        self.assertEqual(self.grant(0.1 + 0.2).balance, 0.3)


@tagged("-at_install", "post_install")
class TestCreditChanges(ChangeCase):
    """A move to pay, a fare to take, with credits in it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = create_tickets(cls.env, cls.desks)
        cls.lots = cls.env["tierslieu.credit.lot"]

    def paid_in_credits(self, **lot):
        lot = self.lots._grant(self.tickets, self.member.partner_id, 1, **lot)
        booking = self.reserve(self.desks, self.at(1, 9), 2, partner=self.member.partner_id)
        booking.action_confirm()
        return lot, booking

    def test_a_move_to_pay_beyond_the_validity(self):
        """What is drawn does not pay a slot of a day when its lot is over."""
        lot, booking = self.paid_in_credits(valid_until=date(2027, 1, 12))
        change = self.ask(self.at(2, 9), 4, booking=booking)
        self.assertEqual((change.amount_after, change.quote["credits"]), (12.0, []))
        self.order(change).action_confirm()
        self.env.invalidate_all()
        self.assertEqual((booking.amount_total, lot.balance), (12.0, 1.0))
        self.assertClean()

    def test_a_move_to_pay_keeps_what_it_has_drawn(self):
        lot, booking = self.paid_in_credits()
        change = self.ask(self.at(2, 9), 4, booking=booking)
        self.assertEqual(change.amount_after, 6.0)
        self.order(change).action_confirm()
        self.env.invalidate_all()
        self.assertEqual((booking.amount_total, lot.balance), (6.0, 0.0))
        booking.action_cancel()
        self.assertEqual(lot.balance, 1.0)
        self.assertClean()

    def visitor_holds(self):
        guest = self.website.user_id.partner_id
        booking = self.reserve(self.desks, self.at(1, 9), 2, guest)
        order = self.cart(booking)
        order.partner_id = self.member.partner_id
        self.env.flush_all()
        return order, booking

    def test_credits_of_who_logs_in(self):
        """Slots held as a visitor are offered for the credits of who logs in."""
        lot = self.lots._grant(self.tickets, self.member.partner_id, 5)
        order, booking = self.visitor_holds()
        self.assertEqual(booking.amount_total, 6.0)
        offer = order._tierslieu_fare_offer(self.member.partner_id)
        self.assertTrue(offer["lower"])
        self.assertIn("credits", offer["sentence"])
        order._tierslieu_take_fare(self.member.partner_id)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((booking.amount_total, order.amount_total, lot.balance), (0.0, 0.0, 4.0))
        self.assertIsNone(order._tierslieu_fare_offer(self.member.partner_id))
        self.assertClean()

    def test_no_offer_to_pay_more_than_credits(self):
        """Who holds with credits is not told of a fare in money."""
        partner = self.member.partner_id
        self.lots._grant(self.tickets, partner, 5)
        partner.property_product_pricelist = self.env["product.pricelist"].create({"name": "Membres"})
        booking = self.reserve(self.desks, self.at(1, 9), 2, partner)
        order = self.cart(booking)
        self.assertEqual(booking.amount_total, 0.0)
        self.assertIsNone(order._tierslieu_fare_offer(partner))

    def test_the_last_day_of_a_late_return(self):
        """Thirty days are counted from the day when credits come back."""
        lot, booking = self.paid_in_credits(valid_until=date(2027, 1, 12))
        with freeze_time(datetime(2027, 1, 20, 8)):
            booking.with_user(self.host).action_cancel()
            self.assertEqual(lot.last_day, date(2027, 1, 20) + timedelta(days=30))
