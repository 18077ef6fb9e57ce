import io
import json
import zipfile

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..models.retention import FORGOTTEN
from .common import BookingCase

WORDS = ("quartz", "zéphyr", "zephyr@")


@tagged("post_install", "-at_install")
class TestRetention(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env, "zephyr@lequai.example", groups="base.group_portal", name="Zéphyrine Quartz",
            email="zephyr@lequai.example",
        )
        cls.zoe = cls.user.partner_id

    def rule(self, key):
        return self.env["tierslieu.retention.rule"]._refresh().filtered(lambda row: row.key == key)

    def erase(self):
        return self.env["tierslieu.data.request"].with_user(self.manager)._erase(self.zoe)

    def past_booking(self, paid=True):
        """Return a booking that was had, and paid at the desk when asked."""
        with freeze_time("2027-01-04 07:00:00"):
            start = self.at(-6, 10)
            booking = self.reserve(self.room, start, partner=self.zoe, note="Zéphyrine vient à vélo")
            booking.action_confirm()
            if paid:
                self.env["tierslieu.collect"].create({"booking_ids": booking.ids}).action_collect()
            booking.with_user(self.host).action_check_in()
            booking.with_user(self.host).action_check_out()
        booking.message_post(body="Vu avec Zéphyrine Quartz")
        return booking

    # -- With time

    def test_who_held_is_forgotten_the_next_day(self):
        lapsed = self.reserve(self.room, self.at(1, 9), partner=self.zoe, hold_source="abc")
        left = self.reserve(self.room, self.at(1, 11), partner=self.zoe, hold_source="abc")
        live = self.reserve(self.room, self.at(1, 14), partner=self.zoe, hold_source="abc")
        lapsed._expire()
        left.action_cancel()
        row = self.rule("booking.hold")
        row.action_run()
        self.assertEqual((lapsed | left | live).mapped("hold_source"), ["abc"] * 3)
        with freeze_time("2027-01-12 07:00:01"):
            self.assertEqual(row.due_count, 2)
            row.action_run()
            row.invalidate_recordset()
            self.assertEqual(row.due_count, 0)
        self.assertEqual((lapsed | left | live).mapped("hold_source"), [FORGOTTEN, FORGOTTEN, "abc"])
        tab, _order = self.Booking._portal_tabs()["cancelled"]
        self.assertFalse(left.filtered_domain(tab), "what left a cart was never a booking")

    def test_words_go_after_three_years_and_the_booking_stays(self):
        booking = self.past_booking()
        row = self.rule("booking.booking")
        with freeze_time("2030-01-01"):
            row.action_run()
        self.assertTrue(booking.note)
        amount = booking.amount_total
        with freeze_time("2030-01-12"):
            row.action_run()
            row.invalidate_recordset()
            self.assertEqual(row.due_count, 0)
        self.assertFalse(booking.note)
        self.assertEqual((booking.partner_id, booking.amount_total), (self.zoe, amount))
        self.assertFalse(any(message.body for message in booking.message_ids))

    def run_night(self, day):
        with freeze_time(day):
            self.env.flush_all()
            self.env.ref("tierslieu_base.cron_retention").method_direct_trigger()
            self.env.invalidate_all()

    def test_what_was_said_of_a_desk_goes_and_the_desk_stays_theirs(self):
        desk = self.Occupancy.create(
            {"unit_id": self.desks.unit_ids[0].id, "partner_id": self.zoe.id, "note": "Côté fenêtre",
             "start": self.at(-30, 9), "stop": self.at(-1, 9)}
        )
        still = self.Occupancy.create(
            {"unit_id": self.desks.unit_ids[1].id, "partner_id": self.zoe.id, "note": "Au calme",
             "start": self.at(-30, 9)}
        )
        self.run_night("2030-01-09")
        self.assertEqual(desk.note, "Côté fenêtre")
        self.run_night("2030-01-11")
        self.assertFalse(desk.note)
        self.assertEqual(desk.partner_id, self.zoe)
        self.assertEqual(still.note, "Au calme")

    def test_visits_go_after_thirteen_months(self):
        visitor = self.env["website.visitor"].create(
            {"access_token": "f" * 32, "website_id": self.env["website"].search([], limit=1).id}
        )
        self.env.flush_all()
        self.cr.execute(
            "UPDATE website_visitor SET last_connection_datetime = %s WHERE id = %s",
            ["2027-01-11 07:00:00", visitor.id],
        )
        visitor.invalidate_recordset()
        self.run_night("2028-02-10")
        self.assertTrue(visitor.exists())
        self.run_night("2028-02-12")
        self.assertFalse(visitor.exists())

    def test_no_night_touches_the_books(self):
        """Invoices, orders and payments: the ten years of the law are not for the night to count."""
        booking = self.past_booking()
        invoice = booking.invoice_ids
        kept = (invoice.name, invoice.partner_id, invoice.amount_total, invoice.invoice_date)
        self.run_night("2090-01-01")
        self.assertFalse(booking.note)
        self.assertEqual(
            (invoice.name, invoice.partner_id, invoice.amount_total, invoice.invoice_date), kept
        )
        self.assertEqual((booking.state, booking.partner_id), ("done", self.zoe))
        rows = self.env["tierslieu.retention.rule"].search([])
        done = {row.key: row.last_done for row in rows if row.last_done}
        self.assertIn("booking.booking", done)
        self.run_night("2090-01-02")
        self.assertEqual(sum(rows.mapped("last_done")), 0, "Twice is once.")
        self.assertFalse(rows.filtered("last_failed"))

    # -- Export

    def test_bookings_are_in_the_copy(self):
        booking = self.past_booking()
        self.reserve(self.room, self.at(2, 9), partner=self.alice)
        archive = zipfile.ZipFile(io.BytesIO(self.env["tierslieu.retention"]._export(self.zoe)))
        [row] = json.loads(archive.read("booking-booking.json"))
        self.assertEqual((row["name"], row["amount_total"], row["space_id"]), (booking.name, 8.0, "Petit salon"))
        self.assertNotIn("note", row)
        [invoice] = json.loads(archive.read("booking-invoice.json"))
        self.assertEqual(invoice["amount_total"], 8.0)
        self.assertNotIn("Alice", "".join(archive.read(name).decode("utf-8", "ignore") for name in archive.namelist()))

    # -- What forbids an erasure

    def refused(self, words):
        with self.assertRaisesRegex(UserError, words):
            self.erase()
        self.assertEqual(self.zoe.name, "Zéphyrine Quartz")

    def test_not_while_a_booking_is_to_come(self):
        booking = self.reserve(self.room, self.at(1, 10), partner=self.zoe)
        self.refused("To come")
        booking.action_confirm()
        self.refused("To come")
        booking.action_cancel()
        self.assertTrue(self.erase())

    def test_not_while_something_is_to_pay(self):
        booking = self.past_booking(paid=False)
        self.refused("Not invoiced yet")
        till = self.env["tierslieu.collect"].create({"booking_ids": booking.ids})
        till.action_collect()
        self.assertTrue(self.erase())

    def test_not_while_an_invoice_waits(self):
        self.invoice()
        self.refused("Not settled")

    def invoice(self):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.zoe.id, "invoice_date": "2027-01-04",
                "invoice_line_ids": [(0, 0, {"product_id": self.products["room_hour"].id})],
            }
        )
        move.action_post()
        return move

    def test_not_while_money_is_to_give_back(self):
        self.env["tierslieu.refund"].create(
            {"partner_id": self.zoe.id, "company_id": self.env.company.id, "amount": 8,
             "currency_id": self.env.company.currency_id.id, "state": "manual"}
        )
        self.refused("To give back")

    def test_not_while_a_desk_is_theirs(self):
        desk = self.Occupancy.create(
            {"unit_id": self.desks.unit_ids[0].id, "partner_id": self.zoe.id, "start": self.at(-5, 9),
             "note": "Près de la fenêtre, Zéphyrine"}
        )
        self.refused("is theirs")
        desk.stop = self.at(-1, 9)
        self.erase()
        self.assertFalse(desk.note)

    # -- Erased

    def test_bookings_and_invoices_stay_without_a_name(self):
        booking = self.past_booking()
        invoice = booking.invoice_ids
        self.assertTrue(self.rows_that_say(*WORDS))
        self.erase()
        self.env["mail.mail"].search([("email_to", "=", "zephyr@lequai.example")]).unlink()  # Sent.
        self.assertFalse(self.rows_that_say(*WORDS))
        self.assertEqual((booking.state, booking.partner_id), ("done", self.zoe))
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 8.0))
        self.assertClean()

    def test_the_invoice_as_a_file_keeps_the_name_ten_years(self):
        booking = self.past_booking()
        self.erase()
        file = booking.invoice_ids.invoice_pdf_report_id
        self.assertEqual((file.res_model, file.mimetype), ("account.move", "application/pdf"))
        self.assertIn("Zéphyrine Quartz".encode(), file.raw)

    def test_a_guest_s_purchase_no_longer_joins_the_account(self):
        guest = self.env["res.partner"].create({"name": "Invitée"})
        booking = self.reserve(self.room, self.at(1, 9), partner=guest)
        booking.sudo().claim_partner_id = self.zoe
        key = self.env["tierslieu.token"]._issue(booking, "join")
        self.erase()
        self.assertFalse(booking.sudo().claim_partner_id)
        self.assertIsNone(self.env["tierslieu.token"]._resolve(key, "join"))
        self.assertEqual(booking.partner_id, guest)

    def test_a_sealed_audit_trail_is_left_alone(self):
        self.env.company.restrictive_audit_trail = True
        booking = self.past_booking()
        invoice = booking.invoice_ids
        invoice.ref = "x"
        self.env.flush_all()
        sealed = invoice.message_ids.filtered("account_audit_log_restricted")
        self.assertTrue(sealed)
        self.erase()
        self.assertEqual(sealed.exists(), sealed)
        self.assertIn(self.zoe.name, ("Erased person", "Personne effacée"))

    def test_payments_lose_the_payer(self):
        provider = self.env["payment.provider"].search([("code", "=", "demo")], limit=1) or self.env[
            "payment.provider"].search([], limit=1)
        payment = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id, "payment_method_id": provider.payment_method_ids[:1].id
                or self.env["payment.method"].search([], limit=1).id,
                "reference": "S1-1", "amount": 8, "currency_id": self.env.company.currency_id.id,
                "partner_id": self.zoe.id,
            }
        )
        payment.state = "done"
        self.assertEqual(payment.partner_name, "Zéphyrine Quartz")
        self.erase()
        self.assertFalse(payment.partner_name or payment.partner_email)
        self.assertEqual(payment.amount, 8)
