from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError

from .common import NOW, BookingCase


class TestBooking(BookingCase):
    def test_reserve_holds_at_a_frozen_price(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        self.assertEqual(booking.state, "hold")
        self.assertEqual(booking.amount_total, 16.0)
        self.assertEqual(booking.hold_until, NOW + timedelta(minutes=15))
        self.assertEqual(booking.occupancy_ids.state, "hold")
        self.room.rate_ids.product_id.list_price = 99
        self.assertEqual(booking.amount_total, 16.0)
        self.assertClean()

    def test_reserve_accepts_ids_and_strings(self):
        booking = self.Booking.reserve(
            self.room.id, self.alice.id, "2027-01-12 09:00:00", "2027-01-12 10:00:00"
        )
        self.assertEqual(booking.space_id, self.room)

    def test_a_refused_reservation_leaves_nothing(self):
        self.reserve(self.room, self.at(1, 10), 2)
        before = self.Booking.search_count([])
        with self.assertRaisesRegex(UserError, "taken"), self.env.cr.savepoint():
            self.reserve(self.room, self.at(1, 11), 2)
        self.assertEqual(self.Booking.search_count([]), before)

    def test_a_refusal_names_what_is_free(self):
        self.reserve(self.room, self.at(1, 10), 2)
        with self.assertRaises(UserError) as refusal:
            self.reserve(self.room, self.at(1, 11), 1)
        self.assertIn("12:00", str(refusal.exception).replace("\N{NARROW NO-BREAK SPACE}", " "))
        self.assertIn("Salle créative", str(refusal.exception))

    def test_unknown_option_and_record(self):
        with self.assertRaisesRegex(UserError, "colour"):
            self.reserve(self.room, self.at(1, 10), colour="red")
        with self.assertRaisesRegex(UserError, "no longer exists"):
            self.Booking.reserve(0, self.alice.id, self.at(1, 10), self.at(1, 11))

    def test_a_wanted_desk(self):
        desk = self.desks.unit_ids[4]
        booking = self.reserve(self.desks, self.at(1, 10), unit=desk)
        self.assertEqual(booking.unit_ids, desk)
        with self.assertRaises(UserError):
            self.reserve(self.desks, self.at(1, 10), partner=self.bruno, unit=desk.id)
        with self.assertRaises(UserError):
            self.reserve(self.desks, self.at(1, 10), unit=self.room.unit_ids)

    def test_confirm_and_its_guards(self):
        booking = self.reserve(self.room, self.at(1, 10), 2)
        booking.action_confirm()
        booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.assertEqual(booking.occupancy_ids.state, "firm")
        self.assertFalse(booking.occupancy_ids.hold_until)
        self.assertClean()

    def test_a_draft_confirms_by_claiming(self):
        draft = self.Booking.with_user(self.host).create(
            {
                "space_id": self.room.id,
                "partner_id": self.alice.id,
                "start": self.at(1, 10),
                "stop": self.at(1, 11),
            }
        )
        draft.action_confirm()
        self.assertEqual((draft.state, draft.amount_total), ("confirmed", 8.0))
        second = draft.copy()
        self.assertEqual(second.state, "draft")
        with self.assertRaisesRegex(UserError, "taken"):
            second.action_confirm()

    def test_nobody_writes_the_state(self):
        booking = self.reserve(self.room, self.at(1, 10)).with_user(self.host)
        for vals in ({"state": "confirmed"}, {"hold_until": False}, {"amount_total": 0},
                     {"line_ids": [(5, 0, 0)]}, {"occupancy_ids": [(5, 0, 0)]}):
            with self.subTest(vals), self.assertRaises(UserError):
                booking.write(vals)
        with self.assertRaises(UserError):
            self.Booking.with_user(self.host).create(
                {
                    "space_id": self.room.id,
                    "partner_id": self.alice.id,
                    "start": self.at(2, 10),
                    "stop": self.at(2, 11),
                    "state": "confirmed",
                }
            )

    def test_portal_cannot_touch_models(self):
        booking = self.reserve(self.room, self.at(1, 10))
        as_member = booking.with_user(self.member)
        for attempt in (
            lambda: as_member.read(["name"]),
            lambda: as_member.write({"note": "x"}),
            as_member.action_cancel,
            as_member.action_confirm,
            lambda: self.Booking.with_user(self.member).reserve(
                self.room.id, self.alice.id, self.at(2, 10), self.at(2, 11)
            ),
            lambda: self.Booking.with_user(self.member).search([]).read(["name"]),
        ):
            with self.assertRaises(AccessError):
                attempt()

    def test_an_expired_hold_frees_the_slot(self):
        booking = self.reserve(self.room, self.at(1, 10))
        with freeze_time(NOW + timedelta(minutes=14)), self.assertRaises(UserError):
            self.reserve(self.room, self.at(1, 10), partner=self.bruno)
        with freeze_time(NOW + timedelta(minutes=15)):
            other = self.reserve(self.room, self.at(1, 10), partner=self.bruno)
        self.assertEqual((booking.state, other.state), ("expired", "hold"))
        self.assertClean()

    def test_the_cron_expires_holds(self):
        booking = self.reserve(self.room, self.at(1, 10))
        kept = self.reserve(self.lounge, self.at(1, 10))
        kept.action_confirm()
        with freeze_time(NOW + timedelta(minutes=16)):
            self.run_cron("cron_expire_holds")
        self.assertEqual(booking.state, "expired")
        self.assertEqual(booking.occupancy_ids.state, "released")
        self.assertEqual(kept.state, "confirmed")
        self.assertClean()

    def test_a_late_confirmation_claims_again(self):
        booking = self.reserve(self.room, self.at(1, 10))
        with freeze_time(NOW + timedelta(minutes=20)):
            self.run_cron("cron_expire_holds")
            booking.action_confirm()
        self.assertEqual(booking.state, "confirmed")
        self.assertClean()

    def test_a_late_confirmation_of_a_lost_slot_is_refused(self):
        booking = self.reserve(self.room, self.at(1, 10))
        with freeze_time(NOW + timedelta(minutes=20)):
            self.reserve(self.room, self.at(1, 10), partner=self.bruno)
            with self.assertRaisesRegex(UserError, "taken"):
                booking.action_confirm()

    def test_cancel_frees_and_is_idempotent(self):
        booking = self.reserve(self.room, self.at(1, 10))
        booking.action_confirm()
        booking.action_cancel("Malade")
        booking.action_cancel()
        self.assertEqual((booking.state, booking.cancel_reason), ("cancelled", "Malade"))
        self.reserve(self.room, self.at(1, 10), partner=self.bruno)
        with self.assertRaises(UserError):
            booking.action_confirm()
        self.assertClean()

    def test_no_cancel_once_begun(self):
        booking = self.reserve(self.room, self.at(0, 9))
        booking.action_confirm()
        with freeze_time(self.at(0, 9, 30)):
            with self.assertRaises(UserError):
                booking.with_user(self.member).sudo().action_cancel()
            booking.with_user(self.host).action_check_in()
            with self.assertRaises(UserError):
                booking.with_user(self.host).action_cancel()
            booking.with_user(self.host).action_check_out()
        self.assertEqual(booking.state, "done")
        self.assertClean()

    def test_nobody_came(self):
        booking = self.reserve(self.room, self.at(0, 9))
        booking.action_confirm()
        with self.assertRaisesRegex(UserError, "time has not come"):
            booking.with_user(self.host).action_no_show()
        with self.assertRaises(UserError):
            booking.with_user(self.member).action_no_show()
        with freeze_time(self.at(0, 9, 30)):
            booking.with_user(self.host).action_no_show()
            self.assertEqual(booking.state, "no_show")
            self.assertEqual(booking.occupancy_ids.mapped("state"), ["released"])
            with self.assertRaises(UserError):
                booking.with_user(self.host).action_check_in()
            # The price is owed all the same.
            booking.with_user(self.host)._invoice()
        self.assertEqual(booking.payment_status, "to_pay")
        self.assertClean()

    def test_one_invoice_for_each_customer(self):
        mine = self.reserve(self.room, self.at(1, 9)) | self.reserve(self.room, self.at(2, 9))
        theirs = self.reserve(self.room, self.at(3, 9), partner=self.bruno)
        (mine | theirs).action_confirm()
        with self.assertRaises(UserError):
            (mine | theirs).with_user(self.host)._invoice()
        (mine | theirs).with_user(self.host).action_invoice_each()
        self.assertEqual(len(mine.invoice_ids), 1)
        self.assertEqual(mine.invoice_ids.amount_total, sum(mine.mapped("amount_total")))
        self.assertEqual(theirs.invoice_ids.commercial_partner_id, self.bruno.commercial_partner_id)
        self.assertEqual((mine | theirs).invoice_ids.mapped("state"), ["posted", "posted"])
        self.assertClean()

    def test_move_keeps_the_old_slot_until_the_new_is_had(self):
        booking = self.reserve(self.room, self.at(1, 10))
        booking.action_confirm()
        self.reserve(self.room, self.at(1, 14), partner=self.bruno)
        with self.assertRaisesRegex(UserError, "taken"), self.env.cr.savepoint():
            booking.with_user(self.host).action_move(self.at(1, 14), self.at(1, 15))
        self.assertEqual(booking.start, self.at(1, 10))
        self.assertEqual(
            booking.occupancy_ids.filtered(lambda row: row.state == "firm").start,
            self.at(1, 10),
        )
        booking.with_user(self.host).action_move(self.at(1, 10, 30), self.at(1, 11, 30))
        self.assertEqual(booking.start, self.at(1, 10, 30))
        self.assertClean()

    def test_a_booking_is_not_deleted(self):
        booking = self.reserve(self.room, self.at(1, 10))
        with self.assertRaises(UserError):
            booking.unlink()

    def test_every_change_leaves_a_trace(self):
        booking = self.reserve(self.room, self.at(1, 10))
        self.flush_tracking()
        booking.action_confirm()
        self.flush_tracking()
        booking.with_user(self.host).action_move(self.at(1, 14), self.at(1, 15))
        self.flush_tracking()
        booking.action_cancel()
        self.flush_tracking()
        fields = booking.message_ids.sudo().tracking_value_ids.field_id.mapped("name")
        self.assertLessEqual({"state", "start", "stop"}, set(fields))

    def test_query_budget_of_reserve_and_confirm(self):
        self.reserve(self.room, self.at(1, 9)).action_confirm()
        self.env.flush_all()
        start = self.env.cr.sql_log_count
        booking = self.reserve(self.room, self.at(1, 10))
        self.env.flush_all()
        reserved = self.env.cr.sql_log_count - start
        booking.action_confirm()
        self.env.flush_all()
        confirmed = self.env.cr.sql_log_count - start - reserved
        self.assertLessEqual(reserved, 45)
        self.assertLessEqual(confirmed, 15)

    def flush_tracking(self):
        self.env.cr.precommit.run()


class TestSeveralCompanies(BookingCase):
    def test_each_company_sees_its_own(self):
        other = self.env["res.company"].create({"name": "La Grange"})
        booking = self.reserve(self.room, self.at(1, 10))
        stranger = self.env["res.users"].create(
            {
                "name": "Hôte de la Grange",
                "login": "grange",
                "company_id": other.id,
                "company_ids": [(6, 0, other.ids)],
                "group_ids": [(6, 0, self.env.ref("tierslieu_base.group_manager").ids)],
            }
        )
        for model in ("tierslieu.booking", "tierslieu.occupancy", "tierslieu.rate",
                      "tierslieu.booking.line"):
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            booking.with_user(stranger).action_cancel()
