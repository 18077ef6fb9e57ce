from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_account.tests.analytic_common import activity_of, shares_of
from odoo.addons.tierslieu_booking.tests.cancel_common import CancelCase
from odoo.addons.tierslieu_booking.tests.move_common import MoveCase


class Bearing:
    """Lines of bookings, and the place and activity that they bear."""

    def assertBears(self, lines, place, activity):
        self.assertTrue(lines)
        key = ",".join(str(one.id) for one in (place.analytic_account_id if place else None, activity) if one)
        for line in lines:
            self.assertEqual(line.analytic_distribution, {key: 100.0}, (line.name, shares_of(line)))

    def lines(self, booking):
        return booking.sudo().invoice_ids.invoice_line_ids.filtered(lambda line: line.display_type == "product")


@tagged("post_install", "-at_install")
class TestAnalyticBooking(Bearing, MoveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        # A second site: a line has no place but that of its booking.
        cls.second = cls.env["tierslieu.place"].create(
            {"name": "La Halle", "company_id": cls.company.id, "tz": "Europe/Paris"}
        )
        cls.rooms = activity_of(cls.env, cls.company, "meeting")
        cls.coworking = activity_of(cls.env, cls.company, "coworking")

    def test_a_booking_is_of_its_place_and_of_the_kind_of_its_space(self):
        self.assertNotEqual(self.rooms, self.coworking)
        self.assertBears(self.lines(self.paid()), self.place, self.rooms)
        self.assertBears(self.lines(self.paid(space=self.desks)), self.place, self.coworking)
        self.assertBears(self.lines(self.at_the_desk(space=self.lounge)), self.place, self.rooms)

    def test_a_move_bears_both(self):
        booking = self.paid()
        self.move(booking, self.at(2, 10), 2, space=self.desks)
        lines = self.lines(booking)
        for line in lines:
            self.assertTrue(shares_of(line), line.name)
        for activity in (self.rooms, self.coworking):
            theirs = lines.filtered(lambda line, one=activity: str(one.id) in str(line.analytic_distribution))
            self.assertBears(theirs, self.place, activity)
        net = {
            activity.id: sum(
                line.amount for line in lines.analytic_line_ids
                if line[activity.plan_id._column_name()] == activity
            )
            for activity in (self.rooms, self.coworking)
        }
        self.assertAlmostEqual(net[self.rooms.id], 0, places=2)
        self.assertAlmostEqual(net[self.coworking.id], -sum(lines.mapped("balance")), places=2)

    def test_a_cancelled_booking_gives_back_where_it_took(self):
        booking = self.paid()
        booking.with_user(self.host).action_cancel()
        self.env.flush_all()
        lines = self.lines(booking)
        self.assertGreater(len(lines.move_id), 1)
        self.assertBears(lines, self.place, self.rooms)
        self.assertAlmostEqual(sum(lines.analytic_line_ids.mapped("amount")), -sum(lines.mapped("balance")), places=2)

    def test_an_extra_is_of_the_room_until_said_otherwise(self):
        product = self.env["product.product"].create(
            {"name": "Café", "type": "service", "list_price": 6, "sale_ok": True, "company_id": self.company.id,
             "taxes_id": [Command.set(self.taxes[10].ids)]}
        )
        extra = self.env["tierslieu.extra"].create(
            {"name": "Café", "place_id": self.place.id, "product_id": product.id}
        )

        def coffee(day):
            booking = self.reserve(self.room, self.at(day, 10), 2, extras={extra.id: 1})
            booking.action_confirm()
            booking._invoice()
            return self.lines(booking).filtered(lambda line: line.product_id == product)

        self.assertBears(coffee(1), self.place, self.rooms)
        bar = self.rooms.create(
            {"name": "Bar", "plan_id": self.rooms.plan_id.id, "company_id": self.company.id,
             "tierslieu_source_ids": [Command.set(self.env.ref("tierslieu_account_booking.source_extra").ids)]}
        )
        self.assertBears(coffee(2), self.place, bar)
        bar.tierslieu_source_ids = False
        self.coworking.tierslieu_product_ids = product.product_tmpl_id
        self.assertBears(coffee(3), self.place, self.coworking)

    def hand(self, product):
        return self.env["account.move"].create(
            {"move_type": "out_invoice", "partner_id": self.alice.id,
             "invoice_line_ids": [Command.create({"product_id": product.id, "quantity": 1})]}
        ).invoice_line_ids

    def test_by_hand_with_a_product_of_the_grid(self):
        self.assertBears(self.hand(self.products["desk_day"]), self.place, self.coworking)

    def test_a_pack_is_of_the_place_where_it_is_of_use(self):
        ticket = self.env["tierslieu.credit.type"].create(
            {"name": "Ticket", "company_id": self.company.id, "value_ids": [
                Command.create({"space_id": self.desks.id, "time_unit": "hour", "amount": 1})]}
        )
        pack = self.env["product.product"].create(
            {"name": "Carnet", "type": "service", "list_price": 30, "company_id": self.company.id,
             "tierslieu_credit_type_id": ticket.id, "tierslieu_credits": 10}
        )
        self.assertBears(self.hand(pack), self.place, self.coworking)

    def test_what_is_typed_on_an_order_is_kept_and_completed(self):
        order = self.cart(self.reserve(self.room, self.at(1, 10), 2))
        order.order_line.analytic_distribution = {str(self.coworking.id): 100.0}
        order.action_confirm()
        invoice = order._create_invoices()
        self.assertEqual(shares_of(invoice.invoice_line_ids), {(self.coworking.name, "Le Quai"): 100.0})

    def test_the_queries_of_an_invoice_do_not_grow(self):
        counts = {}
        for number in (10, 20):
            bookings = self.env["tierslieu.booking"].union(
                *(self.reserve(self.desks, self.at(1 + number // 20, 9), 1) for _nth in range(number))
            )
            order = self.cart(*bookings)
            order.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            counts[number] = self.analytic_queries(order)
        self.assertLessEqual(counts[20], counts[10] + 1, counts)

    def analytic_queries(self, order):
        """Return how many queries our rules cost while an order is invoiced, those of Odoo left out."""
        lines = self.env.registry["account.move.line"]
        spent = []
        proposed = lines._tierslieu_proposed

        def counted(records):
            before = records.env.cr.sql_log_count
            result = proposed(records)
            spent.append(records.env.cr.sql_log_count - before)
            return result

        self.patch(lines, "_tierslieu_proposed", counted)
        order._create_invoices()
        self.env.flush_all()
        return sum(spent)


@tagged("post_install", "-at_install")
class TestAnalyticFees(Bearing, CancelCase):
    def setUp(self):
        super().setUp()
        self.rooms = activity_of(self.env, self.env.company, "meeting")

    def test_the_fee_of_a_late_cancellation(self):
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.billed(booking)
        with self.late(booking):
            booking.with_user(self.host).action_cancel()
        self.env.flush_all()
        lines = self.lines(booking)
        self.assertGreater(len(lines.move_id), 1)
        self.assertBears(lines, self.place, self.rooms)
        self.assertAlmostEqual(-sum(lines.mapped("balance")), 16 / 1.2 / 2, places=2)

    def test_the_fee_of_nobody(self):
        self.policy.no_show_fee = 25
        booking = self.reserve(self.room, self.at(3, 10), 2)
        self.billed(booking)
        with self.late(booking, -1):
            booking.with_user(self.host).action_no_show()
        self.env.flush_all()
        self.assertBears(self.lines(booking), self.place, self.rooms)
