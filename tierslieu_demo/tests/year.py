from datetime import timedelta

from stdnum.fr import siren, siret, tva

from odoo import fields

from ..build_company import SIREN
from ..build_things import THINGS
from ..year_plan import WEEK

# Booked hours of a space by week: what a booking's units are held for, without the time
# kept free around it, and residents' desks; within the opening hours, given as two arrays.
TAKEN = """
    WITH opening AS (SELECT * FROM UNNEST(%s::timestamp[], %s::timestamp[]) AS o(start, stop)),
    held AS (
        SELECT r.tierslieu_space_id AS space_id,
               w.start + MAKE_INTERVAL(
                   mins => CASE WHEN w.kind = 'booking' THEN s.buffer_before ELSE 0 END) AS start,
               COALESCE(w.stop, 'infinity') - MAKE_INTERVAL(
                   mins => CASE WHEN w.kind = 'booking' THEN s.buffer_after ELSE 0 END) AS stop
          FROM tierslieu_occupancy w
          JOIN tierslieu_space_tierslieu_unit_rel r ON r.tierslieu_unit_id = w.unit_id
          JOIN tierslieu_space s ON s.id = r.tierslieu_space_id
         WHERE w.state = 'firm')
    SELECT h.space_id, SUM(EXTRACT(EPOCH FROM LEAST(h.stop, o.stop) - GREATEST(h.start, o.start)))
      FROM held h JOIN opening o ON h.start < o.stop AND o.start < h.stop
     GROUP BY h.space_id
"""


class YearOfLeQuai:
    """What the year of Le Quai promises, counted by SQL in the database that the class builds."""

    def count(self, env, sql, *values):
        env.flush_all()
        env.cr.execute(sql, values)
        return env.cr.fetchone()[0]

    def test_a_year_of_bookings(self):
        with self.committed() as env:
            now = fields.Datetime.now()
            past = "SELECT COUNT(*) FROM tierslieu_booking WHERE stop <= %s"
            total = self.count(env, past, now)
            self.assertGreaterEqual(total, 600)
            for state, least, most in (
                ("cancelled", 0.01, 0.12), ("no_show", 0.005, 0.08), ("done", 0.8, 0.98)
            ):
                share = self.count(env, past + " AND state = %s", now, state) / total
                self.assertTrue(least <= share <= most, (state, share))
            span = self.count(env, "SELECT MAX(start) - MIN(start) FROM tierslieu_booking WHERE stop <= %s", now)
            self.assertGreater(span, timedelta(days=355))
            self.assertEqual(
                self.count(env, "SELECT COUNT(*) FROM tierslieu_booking WHERE create_date >= start"), 0
            )

    def test_what_is_over_is_closed_and_what_comes_is_not(self):
        with self.committed() as env:
            now = fields.Datetime.now()
            # Built some minutes ago: what ended since is still in use.
            over = now - timedelta(minutes=30)
            self.assertEqual(
                self.count(
                    env,
                    "SELECT COUNT(*) FROM tierslieu_booking WHERE stop <= %s"
                    " AND state NOT IN ('done', 'cancelled', 'no_show')",
                    over,
                ),
                0,
            )
            self.assertEqual(
                self.count(
                    env,
                    "SELECT COUNT(*) FROM tierslieu_booking WHERE start > %s"
                    " AND state NOT IN ('confirmed', 'cancelled') AND approval IS NULL",
                    now,
                ),
                0,
            )

    def test_fares_taxes_and_unpaid(self):
        with self.committed() as env:
            self.assertGreaterEqual(
                self.count(
                    env,
                    "SELECT COUNT(*) FROM (SELECT profile_id FROM tierslieu_booking WHERE stop <= %s"
                    " GROUP BY profile_id HAVING COUNT(*) >= 5) fares",
                    fields.Datetime.now(),
                ),
                3,
            )
            env.cr.execute(
                "SELECT DISTINCT t.amount FROM account_move_line l"
                "  JOIN account_move m ON m.id = l.move_id"
                "  JOIN account_tax t ON t.id = l.tax_line_id"
                " WHERE m.move_type = 'out_invoice' AND m.state = 'posted' ORDER BY 1"
            )
            self.assertEqual([row[0] for row in env.cr.fetchall()], [10, 20])
            invoices = "SELECT COUNT(*) FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'"
            total = self.count(env, invoices)
            unpaid = self.count(env, invoices + " AND payment_state = 'not_paid'")
            self.assertGreater(total, 50)
            self.assertTrue(0 < unpaid < total * 0.2, (unpaid, total))

    def test_invoices_and_payments_are_dated_in_their_time(self):
        with self.committed() as env:
            months = self.count(
                env,
                "SELECT COUNT(DISTINCT DATE_TRUNC('month', invoice_date)) FROM account_move"
                " WHERE move_type = 'out_invoice' AND state = 'posted'",
            )
            self.assertGreaterEqual(months, 12)
            paid = self.count(
                env,
                "SELECT COUNT(DISTINCT DATE_TRUNC('month', m.date)) FROM account_move m"
                " JOIN account_journal j ON j.id = m.journal_id"
                " WHERE j.type IN ('bank', 'cash') AND m.state = 'posted'",
            )
            self.assertGreaterEqual(paid, 11)
            self.assertEqual(
                self.count(
                    env,
                    "SELECT COUNT(*) FROM account_move m JOIN sale_order_line_invoice_rel r"
                    "    ON r.invoice_line_id IN (SELECT id FROM account_move_line WHERE move_id = m.id)"
                    "  JOIN sale_order_line l ON l.id = r.order_line_id"
                    "  JOIN tierslieu_booking b ON b.id = l.tierslieu_booking_id"
                    " WHERE b.state = 'done' AND m.invoice_date - b.stop::date NOT BETWEEN -60 AND 120",
                ),
                0,
            )
            env.cr.execute(
                "SELECT SUM(debit) - SUM(credit) FROM account_move_line WHERE parent_state = 'posted'"
            )
            self.assertEqual(env.cr.fetchall(), [(0,)])
            # One invoice of bookings a month for who has them by the month.
            self.assertEqual(
                self.count(
                    env,
                    "SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) AS n FROM account_move m"
                    "  WHERE m.move_type = 'out_invoice' AND m.partner_id IN %s AND EXISTS ("
                    "   SELECT FROM account_move_line l JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id"
                    "   JOIN sale_order_line s ON s.id = r.order_line_id"
                    "   WHERE l.move_id = m.id AND s.tierslieu_booking_id IS NOT NULL)"
                    "  GROUP BY m.partner_id, DATE_TRUNC('month', m.invoice_date)) months",
                    tuple(env.ref(f"le_quai.{who}").id for who in ("escale", "fanal", "sillage")),
                ),
                1,
            )

    def test_each_space_is_taken_for_a_quarter_to_seven_tenths_each_week(self):
        with self.committed() as env:
            place = env.ref("le_quai.place")
            today = place.now_local().date()
            monday = today - timedelta(days=today.weekday())
            seen = 0
            for nth in range(-52, 0):
                share = self.shares(env, place, monday + nth * WEEK, monday + (nth + 1) * WEEK)
                for space in self.rooms(env, place):
                    taken = share.get(space.id, 0)
                    self.assertTrue(0.25 <= taken <= 0.70, (space.name, monday + nth * WEEK, taken))
                    seen += 1
            self.assertEqual(seen, 52 * (len(place.space_ids) - len(THINGS)))
            coming = self.shares(env, place, today, today + WEEK)
            for space in self.rooms(env, place):
                self.assertGreaterEqual(coming.get(space.id, 0), 0.25, space.name)

    def rooms(self, env, place):
        """Return the spaces that have lived the whole year."""
        return place.space_ids.filtered(lambda space: space not in [env.ref(f"le_quai.{code}") for code in THINGS])

    def shares(self, env, place, first, last):
        """Return {space id: share of the opening hours that is taken}."""
        units = {space.id: len(space.unit_ids) for space in place.space_ids}
        opening = place.open_intervals(place.day_bounds(first)[0], place.day_bounds(last)[0])
        seconds = sum((row[1] - row[0]).total_seconds() for row in opening)
        env.cr.execute(TAKEN, ([row[0] for row in opening], [row[1] for row in opening]))
        return {key: float(taken) / seconds / units[key] for key, taken in env.cr.fetchall()}

    def test_nobody_comes_when_it_is_closed(self):
        with self.committed() as env:
            place = env.ref("le_quai.place")
            for booking in env["tierslieu.booking"].search([]):
                start, stop = place.to_local(booking.start), place.to_local(booking.stop)
                self.assertLess(start.weekday(), 6, booking.display_name)
                self.assertTrue(start.hour >= 9 and stop.hour <= 23, booking.display_name)

    def test_people_of_every_kind(self):
        with self.committed() as env:
            self.assertGreaterEqual(
                self.count(
                    env,
                    "SELECT COUNT(*) FROM ir_model_data d JOIN res_partner p ON p.id = d.res_id"
                    " WHERE d.module = 'le_quai' AND d.model = 'res.partner' AND NOT p.is_company",
                ),
                40,
            )
            for name in ("escale", "fanal", "sillage"):
                self.assertTrue(env.ref(f"le_quai.{name}").child_ids)
            env.cr.execute(
                "SELECT p.phone, p.email FROM ir_model_data d JOIN res_partner p ON p.id = d.res_id"
                " WHERE d.module = 'le_quai' AND d.model = 'res.partner'"
            )
            for phone, email in env.cr.fetchall():
                self.assertRegex(phone, r"^(\+33 1|01) 99 00 ")
                self.assertTrue(email.endswith("lequai.example"), email)

    def test_the_numbers_of_the_company_pass_their_checks(self):
        with self.committed() as env:
            company = env.company
            self.assertTrue(siren.is_valid(SIREN))
            self.assertTrue(siret.is_valid(company.company_registry))
            self.assertTrue(tva.is_valid(company.vat))
            self.assertTrue(company.company_registry.startswith(SIREN))
            account = company.bank_ids
            self.assertEqual(len(account), 1)
            # Said by Odoo only of a number whose keys are right.
            self.assertEqual(account.acc_type, "iban")
            self.assertEqual(account.acc_number.replace(" ", "")[4:9], "00000")
            invoice = env["account.move"].search(
                [("move_type", "=", "out_invoice"), ("state", "=", "posted")], limit=1
            )
            self.assertIn("pénalités", invoice.narration)
            self.assertIn("RCS Nantes", company.report_footer)

    def test_no_mail_of_the_past_waits_to_be_sent(self):
        with self.committed() as env:
            self.assertFalse(env["mail.mail"].search_count([("state", "=", "outgoing")]))
