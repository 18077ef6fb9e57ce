from datetime import date, timedelta
from decimal import Decimal

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.cancel_common import CancelCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .books_common import SourcesBase

# NOW is 11 January 2027: the period closes on the 20th.
CLOSING = date(2027, 1, 20)
LATER = 15
D = Decimal


class BookingSourceCase(SourcesBase, CancelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_accountant()

    def deferred(self, closing=CLOSING):
        return self.total("booking", closing)


@tagged("post_install", "-at_install")
class TestDeferredBooking(BookingSourceCase):
    """Bookings of later dates, through the doors that everybody uses."""

    def test_a_slot_after_the_closing(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2.5)
        self.paid(booking)
        [row] = self.rows("booking", CLOSING)
        # 20.00 with 20 % of VAT.
        self.assertEqual((row["deferred"], row["amount"], row["partner_id"]), (16.67, 16.67, self.alice.id))
        self.assertEqual(row["record"], ("tierslieu.booking", booking.id))
        self.assertEqual(row["explanation"].replace("\xa0", " "), "On Jan 26, 2027: all of 16.67 €")
        self.assertIn(booking.name, row["label"])
        for day, expected in ((-1, D(0)), (0, D("16.67")), (14, D("16.67")), (15, D(0))):
            self.assertEqual(self.deferred(date(2027, 1, 11) + timedelta(days=day)), expected, day)

    def test_the_run_defers_it_and_brings_it_back(self):
        self.paid(self.reserve(self.room, self.at(LATER, 10), 2.5))
        before = self.balance("487000", CLOSING)
        run = self.close(CLOSING)
        self.assertEqual(run.deferred, 16.67)
        self.assertEqual(self.balance("487000", CLOSING) - before, D("16.67"))
        self.assertEqual(self.balance("487000", CLOSING + timedelta(days=1)) - before, 0)

    def test_a_slot_of_the_period_and_what_is_not_invoiced(self):
        self.paid(self.reserve(self.room, self.at(9, 10), 2))
        self.reserve(self.room, self.at(LATER, 10), 2).action_confirm()
        self.cart(self.reserve(self.room, self.at(LATER, 14), 2))
        self.assertFalse(self.rows("booking", CLOSING))

    def test_several_days_over_the_closing(self):
        # Three whole days from Tuesday the 19th: 40 a day with VAT, 100.00 without.
        booking = self.reserve(self.room, self.at(8, 9), 2 * 24 + 9)
        self.paid(booking)
        self.assertEqual(booking.amount_total, 120)
        [row] = self.rows("booking", CLOSING)
        self.assertEqual(row["deferred"], 33.33)
        self.assertEqual(
            row["explanation"].replace("\xa0", " "), "Jan 19, 2027 to Jan 21, 2027: 1 days of 3 of 100.00 €"
        )
        earned = [100 - self.deferred(CLOSING + timedelta(days=day)) for day in (-2, -1, 0, 1)]
        self.assertEqual(earned, [D(0), D("33.33"), D("66.67"), D(100)])

    def test_cancelled_before_the_closing_without_a_fee(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        booking.action_cancel()
        self.assertFalse(self.rows("booking", CLOSING), "Nothing is left: no line is worth two entries.")

    def test_what_stays_due_is_earned_when_it_is_decided(self):
        booking = self.reserve(self.room, self.at(10, 10), 2)
        self.paid(booking)
        closing = date(2027, 1, 20)
        with self.late(booking, 12):
            booking.action_cancel()
        self.assertEqual(booking.fee_amount, 8)
        # Cancelled on the 20th at 22 h for the 21st.
        self.assertEqual(self.deferred(closing), 0)
        self.assertEqual(self.deferred(closing - timedelta(days=1)), D("13.33"))

    def test_all_of_it_stays_due_and_no_document_says_so(self):
        self.policy.step_ids.fee = 100
        booking = self.reserve(self.room, self.at(10, 10), 2)
        self.paid(booking)
        with self.late(booking, 12):
            booking.action_cancel()
        self.assertEqual(len(booking.invoice_ids), 1)
        self.assertEqual(self.deferred(date(2027, 1, 20)), 0)
        self.assertEqual(self.deferred(date(2027, 1, 19)), D("13.33"))

    def test_cancelled_after_the_closing_was_still_to_come(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        with freeze_time("2027-01-22 09:00:00"):
            booking.action_cancel()
            self.env.flush_all()
        self.assertEqual(self.deferred(), D("13.33"))
        self.assertEqual(self.deferred(date(2027, 1, 23)), 0)

    def test_nobody_came_after_the_closing(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        with self.late(booking, -3):
            booking.with_user(self.host).action_no_show()
            self.env.flush_all()
        self.assertEqual(booking.state, "no_show")
        self.assertEqual(self.deferred(), D("13.33"))
        self.assertEqual(self.deferred(date(2027, 1, 26)), 0)

    def test_moved_to_after_the_closing_at_the_same_price(self):
        """No document says that it moved: the slot does."""
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.paid(booking)
        self.assertEqual(self.deferred(), 0)
        start = self.at(LATER, 10)
        booking.with_user(self.host).action_move(start, start + timedelta(hours=2))
        self.assertEqual(len(booking.invoice_ids), 1)
        self.assertEqual(self.deferred(), D("13.33"))

    def test_moved_after_the_closing_to_a_dearer_slot(self):
        """The difference is of the period in which it is invoiced."""
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        start = self.at(LATER + 1, 10)
        with freeze_time("2027-01-22 09:00:00"):
            booking.with_user(self.host).action_move(start, start + timedelta(hours=4))
            self.env.flush_all()
        self.assertEqual(len(booking.invoice_ids), 2)
        self.assertEqual(self.deferred(), D("13.33"))
        self.assertEqual(self.deferred(date(2027, 1, 22)), D("26.67"))
        self.assertEqual(self.deferred(date(2027, 1, 27)), 0)

    def test_moved_before_the_closing_is_its_new_price(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 4)
        self.paid(booking)
        start = self.at(LATER, 14)
        booking.with_user(self.host).action_move(start, start + timedelta(hours=2))
        self.assertEqual(len(booking.invoice_ids), 2)
        # The documents of both: 32.00, less 32.00, and 16.00 with VAT.
        self.assertEqual(self.deferred(), D("13.33"))

    def test_a_credit_note_of_the_accountant(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2.5)
        self.paid(booking)
        note = booking.invoice_ids._reverse_moves([{"invoice_date": date(2027, 1, 12), "date": date(2027, 1, 12)}])
        note.invoice_line_ids.price_unit = 6
        note.action_post()
        self.assertEqual(self.deferred(), D("11.67"))
        self.assertEqual(sorted(row["deferred"] for row in self.rows("booking", CLOSING)), [-5.0, 16.67])
        # It is of the day that it bears.
        self.assertEqual(self.deferred(date(2027, 1, 11)), D("16.67"))

    def test_drafts_are_not_recorded(self):
        booking = self.reserve(self.room, self.at(LATER, 10), 2)
        self.paid(booking)
        note = booking.invoice_ids._reverse_moves()
        self.assertEqual(note.state, "draft")
        self.assertEqual(self.deferred(), D("13.33"))

    def test_two_rates_of_vat_and_an_extra_are_without_tax(self):
        room = self.reserve(self.room, self.at(LATER, 10), 2.5)
        desk = self.reserve(self.desks, self.at(LATER, 9), 3.5)
        self.paid(room, desk)
        self.assertEqual(self.by_record("booking", CLOSING), {room.id: D("16.67"), desk.id: D("9.55")})

    def test_each_company_has_its_own(self):
        other = self.env["res.company"].create({"name": "Le Phare", "country_id": self.env.ref("base.fr").id})
        self.env["account.chart.template"].try_loading("fr", other, install_demo=False)
        self.env.user.company_ids = [Command.link(other.id)]
        there = create_booking_data(self.env(context={**self.env.context, "allowed_company_ids": other.ids}), other)
        mine, theirs = (
            self.reserve(room, self.at(LATER, 10), hours) for room, hours in ((self.room, 2), (there["room"], 4))
        )
        self.paid(mine)
        theirs.action_confirm()
        theirs.with_company(other)._invoice()
        self.assertEqual(theirs.invoice_ids.company_id, other)
        self.assertEqual(self.deferred(), D("13.33"))
        self.assertEqual(self.total("booking", CLOSING, other), D("26.67"))

    def test_only_an_income_account_is_lowered(self):
        """A place that sells future time on 487 by itself is not deferred twice."""
        waiting = self.env["account.account"].search([("code", "=", "487000")], limit=1)
        self.products["room_hour"].property_account_income_id = waiting
        self.paid(self.reserve(self.room, self.at(LATER, 10), 2))
        self.assertFalse(self.rows("booking", CLOSING))


@tagged("post_install", "-at_install")
class TestDeferredBookingClock(BookingSourceCase):
    """Days are those of the clock of the place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.place.resource_calendar_id.attendance_ids.unlink()
        cls.place.resource_calendar_id.attendance_ids = [
            (0, 0, {"name": "Ouvert", "dayofweek": str(day), "hour_from": 0, "hour_to": 24}) for day in range(7)
        ]

    def test_half_past_eleven_at_night(self):
        """23:30 of the last day is of it, 00:30 of the next one is not; a slot over midnight has two days."""
        before = self.reserve(self.room, self.at(9, 22, 30), 1)
        after = self.reserve(self.room, self.at(10, 0, 30), 1)
        over = self.reserve(self.lounge, self.at(9, 23, 30), 1)
        until = self.reserve(self.lounge, self.at(9, 22), 1.5)
        midnight = self.reserve(self.room, self.at(9, 23, 30), 0.5)
        self.paid(before, after, over, until, midnight)
        found = self.by_record("booking", CLOSING)
        # 00:30 on the 21st in Paris is still the 20th in UTC.
        self.assertEqual((after.start.day, after.start.hour), (20, 23))
        self.assertEqual(found, {after.id: D("6.67"), over.id: D("3.33")})

    def test_another_clock(self):
        self.place.tz = "Pacific/Auckland"
        booking = self.reserve(self.room, self.at(10, 9), 1)
        self.paid(booking)
        self.assertEqual(booking.start.day, 20)
        self.assertEqual(self.by_record("booking", CLOSING), {booking.id: D("6.67")})
        self.assertFalse(self.rows("booking", date(2027, 1, 21)))

    def test_the_night_when_clocks_change(self):
        """28 March 2027 has 23 hours: a closing on it, and a slot of two days, count days."""
        booking = self.reserve(self.room, self.at(76, 0), 47)
        self.paid(booking)
        self.assertEqual(self.place.to_local(booking.start).date(), date(2027, 3, 28))
        self.assertEqual(self.place.to_local(booking.stop).date(), date(2027, 3, 30))
        self.assertEqual(booking._tierslieu_days(), (date(2027, 3, 28), date(2027, 3, 29)))
        [row] = self.rows("booking", date(2027, 3, 28))
        self.assertEqual((row["amount"], row["deferred"]), (66.67, 33.33))
