from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from .credits_common import CreditsWebCase


@tagged("-at_install", "post_install")
class TestCreditsBooking(CreditsWebCase):
    """A member books with credits: at once what they pay, in the cart what they do not."""

    def mails(self, user):
        self.env.flush_all()
        return self.env["mail.mail"].search([("recipient_ids", "in", user.partner_id.ids)])

    def test_what_credits_pay_is_booked_at_once(self):
        lot = self.grant(self.alix)
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk(length="120")
        self.assertEqual(where, f"/my/bookings/{booking.id}")
        self.assertEqual((booking.state, booking.partner_id), ("confirmed", self.alix.partner_id))
        self.assertEqual((booking.amount_total, lot.balance), (0.0, 9.0))
        self.assertFalse(booking.sale_line_ids)
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"firm"})
        page = self.text(where)
        self.assertIn("It is booked, for 1 × Ticket. You have 9 × Ticket left.", page)
        self.assertNotIn("0.00", page)
        self.assertNotIn("It is booked", self.text(where))
        [mail] = self.mails(self.alix)
        self.assertIn("1 × Ticket", mail.body_html)
        self.assertNotIn("0.00", mail.body_html)
        self.assertIn("reservation.ics", mail.attachment_ids.mapped("name"))
        self.assertEqual(self.env["tierslieu.integrity"].run(), [])

    def test_a_button_pressed_twice_books_once(self):
        lot = self.grant(self.alix)
        self.new_visitor(self.alix)
        first, second = self.book_a_desk(), self.book_a_desk()
        self.assertEqual(first, second)
        self.assertEqual(lot.balance, 9.5)
        # Somewhat later it is another wish.
        first[1].held_at -= timedelta(minutes=1)
        self.assertNotEqual(self.book_a_desk()[1], first[1])
        self.assertEqual(lot.balance, 9.0)

    def test_money_when_they_would_rather(self):
        lot = self.grant(self.alix)
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk(pay="money")
        self.assertIn("/shop/checkout", where)
        self.assertEqual((booking.state, booking.amount_total, lot.balance), ("hold", 3.0, 10.0))
        self.assertFalse(booking.use_credits)

    def test_what_credits_do_not_pay_goes_to_the_cart(self):
        lot = self.grant(self.alix, 1)
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk(length="180")
        self.assertIn("/shop/checkout", where)
        self.assertEqual((booking.state, booking.amount_total, lot.balance), ("hold", 3.0, 0.0))
        order = booking.sale_order_id
        self.assertEqual(order.amount_total, 3.0)
        [paid] = order.order_line.filtered("tierslieu_paid_in")
        self.assertEqual(paid.tierslieu_paid_in, "1 × Ticket")
        self.assertIn("paid with credits", paid.name)
        for path in ("/shop/cart", "/shop/checkout", "/shop/payment"):
            page = self.text(path)
            self.assertIn("1 × Ticket", page, path)
            self.assertIn("3.00", page, path)
        self.assertEqual(self.text("/shop/cart").count("0.00"), self.text("/shop/cart").count("Taxes 0.00"))
        self.assertIn("1 × Ticket + 3.00 €", self.text("/my/bookings").replace("€3.00", "3.00 €"))
        # Out of the cart: the credits are theirs again.
        order.order_line.unlink()
        self.assertEqual(lot.balance, 1.0)

    def test_without_an_account_money_pays(self):
        public = self.env.ref("base.public_partner")
        for partner in (public, self.website.user_id.partner_id):
            self.lots._grant(self.tickets, partner, 5)
        self.new_visitor()
        self.assertNotIn("Ticket", self.text(f"/book/{self.desks.id}?day={self.day}"))
        _where, booking = self.book_a_desk()
        self.assertEqual((booking.state, booking.amount_total), ("hold", 3.0))

    def test_cancelling_says_what_comes_back(self):
        lot = self.grant(self.alix, valid_until=self.day + timedelta(days=30))
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk()
        told = self.mails(self.alix)
        page = self.text(f"{where}/cancel")
        self.assertIn("You get 0.5 × Ticket back, good until", page)
        self.assertNotIn("You will owe nothing", page)
        self.post(f"{where}/cancel")
        self.env.invalidate_all()
        self.assertEqual((booking.state, lot.balance), ("cancelled", 10.0))
        page = self.text(where)
        self.assertIn("You get 0.5 × Ticket back", page)
        self.assertNotIn("owe nothing", page)
        mail = self.mails(self.alix) - told
        self.assertIn("You get 0.5 × Ticket back", mail.body_html)

    def test_money_alone_says_nothing_of_credits(self):
        booking = self.confirmed(self.alix)
        self.new_visitor(self.alix)
        page = self.text(f"/my/bookings/{booking.id}/cancel")
        self.assertNotIn("credits", page.replace("Your credits", ""))
        self.assertIn("You will owe nothing", page)

    def test_again_in_one_tap(self):
        lot = self.grant(self.alix)
        self.new_visitor(self.alix)
        where, first = self.book_a_desk()
        page = self.text("/book")
        self.assertIn("Book · 0.5 × Ticket", page)
        answer = self.post(f"/my/bookings/{first.id}/again")
        self.env.invalidate_all()
        booking = self.Booking.search([], order="id desc", limit=1)
        self.assertNotEqual(booking, first)
        self.assertEqual(answer.headers["Location"], f"/my/bookings/{booking.id}")
        self.assertEqual((booking.state, lot.balance), ("confirmed", 9.0))
        self.assertNotEqual(where, answer.headers["Location"])


@tagged("-at_install", "post_install")
class TestCreditsSlots(CreditsWebCase):
    """What the pages show is what quoting says, in as many queries whatever the slots."""

    def assertAgrees(self, length, user, **options):
        slots = self.desks.day_slots(self.day, length, user.partner_id, **options)
        self.assertTrue(slots)
        for slot in slots:
            quote = self.desks.quote(user.partner_id, slot["start"], slot["stop"], **options)
            drawn = {}
            for draw in quote["credits"]:
                drawn[draw["type_id"]] = drawn.get(draw["type_id"], 0) + draw["amount"]
            self.assertEqual(slot["price"], quote["total"])
            self.assertEqual({key: float(amount) for key, amount in slot["credits"].items()}, drawn)
            money = self.desks.quote(user.partner_id, slot["start"], slot["stop"], use_credits=False)
            self.assertEqual(slot["in_money"], bool(drawn) and money["total"])
        return slots

    def test_slots_say_what_quote_says(self):
        for amount in (0.5, 1, 1, 10):
            self.grant(self.alix, amount)
            for length in ("60", "120", "180", "day"):
                with self.subTest(amount=amount, length=length):
                    self.assertAgrees(length, self.alix)
        slots = self.assertAgrees("60", self.alix, use_credits=False)
        self.assertEqual({slot["said"] for slot in slots}, {self.place.company_id.currency_id.format(3.0)})

    def test_validity_on_the_day_of_the_slot(self):
        self.grant(self.alix, 10, valid_until=self.day - timedelta(days=1))
        self.assertEqual({slot["price"] for slot in self.assertAgrees("60", self.alix)}, {3.0})

    def test_pages(self):
        self.grant(self.alix, 1)
        self.new_visitor(self.alix)
        page = self.text(f"/book/{self.desks.id}?day={self.day}&length=60")
        self.assertIn("Your credits pay here: you have 1 × Ticket .", page)
        self.assertIn("Book · 0.5 × Ticket", page)
        self.assertRegex(page, r"Pay (3\.00 €|€ ?3\.00) instead")
        self.assertRegex(
            self.text(f"/book/{self.desks.id}?day={self.day}&length=180"),
            r"Book · 1 × Ticket \+ (3\.00 €|€ ?3\.00)",
        )
        room = self.text(f"/book/{self.room.id}?day={self.day}&length=60")
        self.assertNotIn("Ticket", room)
        found = self.text(f"/book?length=60&day={self.day}")
        self.assertIn("Book · 0.5 × Ticket", found)
        self.assertRegex(found, r"Pay (3\.00 €|€ ?3\.00) instead")
        self.new_visitor(self.noe)
        for path in (f"/book/{self.desks.id}?day={self.day}&length=60", f"/book?length=60&day={self.day}"):
            self.assertNotIn("Ticket", self.text(path))

    def queries(self, length, user):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(user.partner_id.name)
        before = self.env.cr.sql_log_count
        slots = self.desks.day_slots(self.day, length, user.partner_id)
        return len(slots), self.env.cr.sql_log_count - before

    def test_queries_do_not_grow_with_slots(self):
        self.grant(self.alix)
        self.queries("60", self.alix)
        few, one = self.queries("day", self.alix)
        many, more = self.queries("60", self.alix)
        self.assertGreater(many, few + 10)
        self.assertLessEqual(more, one)
        _count, without = self.queries("60", self.noe)
        self.assertLessEqual(without, more)
        self.tickets.value_ids.unlink()
        self.queries("60", self.noe)
        _count, nothing = self.queries("60", self.noe)
        self.assertEqual(nothing, without - 1)

    def test_move_says_what_it_changes(self):
        lot = self.grant(self.alix, 1)
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk()
        page = self.text(f"{where}/move?length=60")
        self.assertIn("Move · same price", page)
        page = self.text(f"{where}/move?length=120")
        self.assertIn("Move · + 0.5 × Ticket", page)
        # Three hours: what is drawn already and money for the rest.
        page = self.text(f"{where}/move?length=180")
        self.assertRegex(page, r"Move · \+ (6\.00 €|€ ?6\.00)")
        form = {"space": self.desks.id, "start": self.as_form(self.at(14)), "length": "120"}
        answer = self.post(f"{where}/move", form)
        self.env.invalidate_all()
        self.assertEqual((booking.start, lot.balance), (self.at(14), 0.0))
        self.assertIn("It costs 1 × Ticket now.", self.text(answer.headers["Location"]))
        self.assertIn("0.5 × Ticket back", self.text(f"{where}/move?length=60"))


@tagged("-at_install", "post_install")
class TestCreditsPage(CreditsWebCase):
    """/my/credits: one's own credits and those that one's organisation shares, and no others."""

    def test_nothing_yet(self):
        self.new_visitor(self.alix)
        page = self.text("/my/credits")
        self.assertIn("No credits yet", page)
        self.assertIn("Ask the team where to get some", page)
        self.assertNotIn("History", page)
        pack = self.a_pack()
        page = self.get("/my/credits").text
        self.assertIn(pack.website_url, page)
        self.assertNotIn("Ask the team where", page)

    def test_what_is_left_and_where_it_went(self):
        today = fields.Date.today()
        self.grant(self.alix, 10, valid_until=today + timedelta(days=60), origin="pack", reason="S0042")
        self.grant(self.alix, 4, valid_from=today + timedelta(days=9), reason="Thanks, Bruno asked for it")
        over = self.grant(self.alix, 3, valid_from=today - timedelta(days=9), valid_until=today - timedelta(days=5))
        over._expire()
        self.new_visitor(self.alix)
        where, booking = self.book_a_desk(length="120")
        page = self.text("/my/credits")
        for words in (
            "9 Ticket left of 10", "Until", "4 Ticket left of 4", "From", "Yours alone",
            "Used up or expired 1", "Expired on", "For the open space.", "Coworking", "An hour 0.5 × Ticket",
            "A day 2 × Ticket", "Pack bought", "+ 10 × Ticket", "Given by the team", "− 1 × Ticket",
            "Booked: Coworking", "Expired: nobody used them in time",
        ):
            self.assertIn(words, page)
        self.assertNotIn("Bruno", page)
        self.assertIn(f'href="{where}"', self.get("/my/credits").text)
        booking.action_cancel()
        self.assertIn("Given back: Coworking", self.text("/my/credits"))

    def test_shared_by_the_organisation(self):
        self.organisation(self.alix, self.noe)
        self.grant(self.alix, 10, shared=True)
        mine = self.grant(self.noe, 7)
        self.new_visitor(self.noe)
        mine._post("expire", -7)
        where, booking = self.book_a_desk()
        self.assertEqual(booking.state, "confirmed")
        self.new_visitor(self.alix)
        answer = self.get("/my/credits").text
        page = self.text("/my/credits")
        self.assertIn("9.5 Ticket left of 10", page)
        self.assertIn("Shared by Fanal", page)
        self.assertIn("Booked: booking of a colleague", page)
        main = page.split("Your credits", 1)[1]
        for secret in ("Noé", "7 Ticket", booking.name):
            self.assertNotIn(secret, main)
        self.assertNotIn(where, answer)

    def test_another_s_credits_do_not_show(self):
        self.grant(self.alix, 6)
        self.lots._grant(self.tickets, self.alix.partner_id, 5, shared=True)
        stranger = self.organisation(self.noe)
        self.lots._grant(self.tickets, stranger, 8)
        self.new_visitor(self.noe)
        for path in ("/my/credits", "/my/credits/page/2", f"/my/credits?partner_id={self.alix.partner_id.id}"):
            page = self.text(path)
            self.assertIn("No credits yet", page)
            self.assertNotIn("× Ticket", page)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["tierslieu_credit_count"]})
        self.assertEqual(counters, {"tierslieu_credit_count": 0})

    def test_home_card_counts_what_is_left(self):
        self.grant(self.alix, 2.5)
        self.organisation(self.alix)
        self.grant(self.alix, 2, shared=True)
        self.new_visitor(self.alix)
        self.assertIn("/my/credits", self.get("/my").text)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["tierslieu_credit_count"]})
        self.assertEqual(counters, {"tierslieu_credit_count": "4.5"})

    def test_no_card_where_no_credits_are(self):
        types = self.env["tierslieu.credit.type"].search([])
        types.filtered(lambda one: not one.lot_ids).unlink()
        if types.exists():
            types.exists().company_id = self.env["res.company"].create({"name": "Ailleurs"})
        self.new_visitor(self.alix)
        self.assertNotIn("/my/credits", self.get("/my").text)

    @mute_logger("odoo.http")
    def test_visitors_and_garbage(self):
        self.new_visitor()
        answer = self.url_open("/my/credits", allow_redirects=False)
        self.assertIn("/web/login", answer.headers["Location"])
        self.new_visitor(self.alix)
        for tail in ("/page/0", "/page/999999999", "?page=-1", "?page=x", "?tab=<b>"):
            answer = self.assertWritesNothing(lambda tail=tail: self.get(f"/my/credits{tail}"))
            self.assertEqual(answer.status_code, 200)

    def test_many(self):
        for _nth in range(45):
            self.grant(self.alix, 1)
        self.new_visitor(self.alix)
        page = self.get("/my/credits").text
        self.assertEqual(page.count("tl-move-row__amount"), 20)
        self.assertIn("/my/credits/page/2", page)

    @mute_logger("odoo.addons.base.models.ir_access", "odoo.addons.base.models.ir_model")
    def test_a_member_asks_the_models_nothing(self):
        lot = self.grant(self.alix, 5)
        move = lot.move_ids
        calls = [
            (lot, "read", [["balance"]]), (lot, "write", [{"balance": 99}]), (lot, "search_read", [[]]),
            (lot, "action_transfer", []), (move, "read", [["amount"]]), (move, "search_read", [[]]),
            (self.tickets, "write", [{"name": "x"}]), (self.alix.partner_id, "credit_balance", [self.tickets.id]),
            (lot, "create", [{"type_id": self.tickets.id, "partner_id": self.noe.partner_id.id}]),
        ]
        for records, name, args in calls:
            records = records.with_user(self.noe)
            ids = [] if name in ("search_read", "create") else [records.ids]
            with self.subTest(f"{records._name}.{name}"), self.assertRaises(UserError):
                call_kw(records, name, [*ids, *args], {})
        self.assertEqual(lot.balance, 5.0)
