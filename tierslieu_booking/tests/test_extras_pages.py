import re
from urllib.parse import urlencode

from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import crossed, heavy

from .extras_common import create_extras
from .http_common import WebsiteCase
from .test_routes_hostile import HTML, LONG
from .tour_common import ShopTourCase


class ExtrasOnline(WebsiteCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_extras(cls.env, cls.place, cls.taxes, cls.place.company_id).items():
            setattr(cls, name, value)

    def setUp(self):
        super().setUp()
        self.new_visitor()

    def slot(self, space=None, **values):
        return {"space": (space or self.room).id, "start": self.as_form(self.at(10)), "length": "60"} | values

    def page(self, **values):
        return self.get(f"/book/extras?{urlencode(self.slot(**values))}")

    def shown(self, page):
        """Return the price in the button of a page, as its form sends it back."""
        found = re.search(r'name="shown" value="([^"]*)"', page.text)
        return found and found[1]

    def last(self):
        self.env.invalidate_all()
        return self.Booking.search([("space_id", "=", self.room.id)], order="id desc", limit=1)

    def key(self, extra):
        return f"extra_{extra.id}"


@tagged("-at_install", "post_install")
class TestExtrasPages(ExtrasOnline):
    """The page between the slot and its payment, without any script."""

    def test_the_way_without_a_script(self):
        page = self.get(f"/book/{self.room.id}?day={self.day}&length=60")
        self.assertIn("Continue", page.text)
        held = self.post("/book/hold", self.slot(people=3))
        self.assertEqual(held.status_code, 303)
        self.assertIn("/book/extras?", held.headers["Location"])
        page = self.get(held.headers["Location"])
        self.assertIn("noindex", page.text)
        text = page.text.replace("\N{NO-BREAK SPACE}", " ")
        for words in ("Anything else?", "3.50 € per person", "5.00 € per hour", "2 free", "Free of charge"):
            self.assertIn(words, text)
        chosen = {self.key(self.coffee): "1", self.key(self.projector): "2"}
        page = self.post("/book/extras", self.slot(people=3) | chosen)
        # 8.00, coffee 10.50, projectors 10.00.
        self.assertIn("28.50", self.shown(page))
        self.assertFalse(self.Booking.search([("space_id", "=", self.room.id)]))
        held = self.post("/book/hold", self.slot(people=3, shown=self.shown(page)) | chosen)
        self.assertIn("/shop/checkout", held.headers["Location"])
        booking = self.last()
        self.assertEqual((booking.state, booking.amount_total), ("hold", 28.5))
        order = booking.sale_line_ids.order_id
        self.assertEqual((order.amount_total, order.cart_quantity), (28.5, 1))
        cart = self.get("/shop/cart")
        self.assertIn("2 × Projector", cart.text)

    def test_nothing_is_held_at_another_price_than_the_one_shown(self):
        page = self.page()
        answer = self.assertWritesNothing(
            lambda: self.post("/book/hold", self.slot(shown=self.shown(page)) | {self.key(self.set_up): "1"})
        )
        self.assertIn("/book/extras?", answer.headers["Location"])
        page = self.get(answer.headers["Location"])
        self.assertIn("With what you chose it comes to", page.text)
        self.assertIn("38.00", self.shown(page))
        self.assertIn('checked="checked"', page.text)

    def test_what_is_not_free_cannot_be_chosen(self):
        start = self.at(10)
        self.Booking.reserve(
            self.lounge, self.noe.partner_id, start, self.at(11), extras={self.projector.id: 2, self.phone.id: 1}
        )
        page = self.page()
        self.assertEqual(page.text.count("None is free at that time."), 2)
        self.assertNotIn(f'name="{self.key(self.projector)}"', page.text)
        chosen = {self.key(self.phone): "1"}
        answer = self.assertWritesNothing(lambda: self.post("/book/hold", self.slot(shown="x") | chosen))
        page = self.get(answer.headers["Location"])
        self.assertIn("Conference phone: none is free at that time.", page.text)
        self.assertIsNone(self.shown(page))

    def test_credits_pay_the_room_and_money_the_rest(self):
        tickets = self.env["tierslieu.credit.type"].create(
            {"name": "Ticket", "value_ids": [(0, 0, {"space_id": self.room.id, "time_unit": "hour", "amount": 1})]}
        )
        self.env["tierslieu.credit.lot"]._grant(tickets, self.alix.partner_id, 10)
        self.new_visitor(self.alix)
        page = self.page()
        self.assertEqual(self.shown(page), "1 × Ticket")
        page = self.page(**{self.key(self.set_up): 1})
        self.assertIn("1 × Ticket + ", self.shown(page))
        answer = self.post("/book/hold", self.slot(shown=self.shown(page)) | {self.key(self.set_up): "1"})
        self.assertIn("/shop/checkout", answer.headers["Location"])
        self.assertEqual(self.last().amount_total, 30.0)
        page = self.page(pay="money", **{self.key(self.set_up): 1, "start": self.as_form(self.at(12))})
        self.assertIn("38.00", self.shown(page))

    def test_a_space_that_offers_nothing_has_no_such_page(self):
        self.env["tierslieu.extra"].search([]).space_ids = self.lounge
        page = self.get(f"/book/{self.room.id}?day={self.day}&length=60")
        self.assertNotIn("Continue", page.text)
        self.assertIn("/shop/checkout", self.hold().headers["Location"])

    def test_the_booking_of_a_member_says_them(self):
        booking = self.Booking.reserve(
            self.room, self.alix.partner_id, self.at(10), self.at(11), extras={self.projector.id: 2}
        )
        booking.action_confirm()
        self.new_visitor(self.alix)
        for path in ("/my/bookings", f"/my/bookings/{booking.id}"):
            self.assertIn("2 × Projector", self.get(path).text)
        booking._send_mail("tierslieu_booking.mail_template_confirmed")
        mail = self.env["mail.mail"].search([("model", "=", booking._name), ("res_id", "=", booking.id)], limit=1)
        self.assertIn("With: 2 × Projector", mail.body_html)

    def test_the_same_again_comes_with_them(self):
        booking = self.Booking.reserve(
            self.room, self.alix.partner_id, self.at(10), self.at(11), extras={self.projector.id: 2, self.coffee.id: 1}
        )
        booking.action_confirm()
        # What is offered no more is left out.
        self.coffee.active = False
        self.new_visitor(self.alix)
        for page in (self.get("/book"), self.get(f"/my/bookings/{booking.id}")):
            again = page.text.partition('class="tl-again"')[2].partition("</form>")[0]
            self.assertIn("With 2 × Projector", again)
            self.assertIn("Continue", again)
        for form in ({}, {"start": self.as_form(self.at(10, day=7)), "length": "60"}):
            with self.subTest(form=form):
                answer = self.assertWritesNothing(lambda form=form: self.post(f"/my/bookings/{booking.id}/again", form))
                self.assertIn("/book/extras?", answer.headers["Location"])
                page = self.get(answer.headers["Location"])
                # 8.00 of room, projectors 10.00.
                self.assertIn("18.00", self.shown(page))
                self.assertIn(f"{self.key(self.projector)}", page.text)
        self.new_visitor(self.noe)
        self.assertEqual(self.post(f"/my/bookings/{booking.id}/again", {}).status_code, 404)

    def test_what_they_cost_is_on_the_page_of_prices(self):
        page = self.get("/prices").text.replace("\N{NO-BREAK SPACE}", " ")
        for words in ("With your booking", "Projector", "5.00 € per hour", "3.50 € per person", "Free of charge"):
            self.assertIn(words, page)
        cheaper = self.env["product.pricelist"].create(
            {"name": "Reduced", "item_ids": [(0, 0, {"compute_price": "percentage", "percent_price": 20})]}
        )
        full = cheaper.copy({"name": "Full", "item_ids": False})
        self.env["tierslieu.profile"].create(
            [{"name": fare.name, "pricelist_id": fare.id, "company_id": self.place.company_id.id}
             for fare in full | cheaper]
        )
        page = self.get("/prices").text.replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn("from 4.00 € per hour", " ".join(page.split()))

    def test_as_many_queries_for_many_extras(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.room._extras_to_choose(self.alix.partner_id, self.at(10), self.at(11), 1, {}, 99)
            return self.cr.sql_log_count - before

        count()
        few = count()
        for _nth in range(3):
            create_extras(self.env, self.place, self.taxes, self.place.company_id)
        count()
        self.assertEqual(count(), few)


@tagged("-at_install", "post_install")
class TestExtrasHostile(ExtrasOnline):
    """Whatever is asked: one sentence or an ordinary page, nothing written, nothing told."""

    def of_another_company(self):
        company = self.env["res.company"].create({"name": "Ailleurs"})
        place = self.env["tierslieu.place"].create({"name": "Ailleurs", "company_id": company.id})
        product = self.env["product.product"].create({"name": "Secret", "type": "service", "taxes_id": False})
        return self.env["tierslieu.extra"].create(
            {"name": "Top secret", "place_id": place.id, "product_id": product.id}
        )

    def test_an_extra_of_another_company(self):
        extra = self.of_another_company()
        for answer in (
            self.page(**{self.key(extra): 1}),
            self.post("/book/extras", self.slot() | {self.key(extra): "1"}),
        ):
            self.assertEqual(answer.status_code, 200)
            self.assertNotIn("Top secret", answer.text)
            self.assertIn("This extra is not offered with Petit salon.", answer.text)
        answer = self.assertWritesNothing(
            lambda: self.post("/book/hold", self.slot(shown="8") | {self.key(extra): "1"})
        )
        self.assertNotIn("checkout", answer.headers["Location"])

    def test_garbage(self):
        self.new_visitor(self.alix)
        values = ["", "-1", "1e9", "9" * 30, "%00", "' OR 1=1 --", "9999-12-31T23:59Z", "٣", HTML, LONG, "1 2", "+1"]
        names = (self.key(self.set_up), "people", "pay", "extra_0", "extra_9999999999", "extra_-1")
        for value, name in crossed(values, names):
            with self.subTest(name=name, value=value[:40]):
                answer = self.post("/book/extras", self.slot() | {name: value[:2000]})
                self.assertIn(answer.status_code, (200, 303, 404), answer.text[:300])
                self.assertNotIn("<script>alert(1)", answer.text)
        for value, name in crossed(values, ("start", "length", "space")):
            with self.subTest(name=name, value=value[:40]):
                answer = self.post("/book/extras", self.slot() | {name: value[:2000]})
                self.assertIn(answer.status_code, (200, 303, 404), answer.text[:300])

    def test_a_refused_number_is_said_once_and_holds_nothing(self):
        for value in ("-3", "1.5", "beaucoup", "1000", "999"):
            with self.subTest(value=value):
                chosen = {self.key(self.projector): value}
                answer = self.assertWritesNothing(
                    lambda chosen=chosen: self.post("/book/hold", self.slot(shown="8") | chosen)
                )
                self.assertEqual(answer.status_code, 303)
                self.assertIn("/book/extras", answer.headers["Location"])
                page = self.get(answer.headers["Location"])
                self.assertEqual(page.status_code, 200)
                self.assertEqual(page.text.count("tl-sentence"), 1)
                self.assertIsNone(self.shown(page))

    def test_extras_of_a_space_that_has_none(self):
        self.env["tierslieu.extra"].search([]).space_ids = self.lounge
        answer = self.assertWritesNothing(
            lambda: self.post("/book/hold", self.slot() | {self.key(self.set_up): "1"})
        )
        self.assertIn("Room set up is not offered with Petit salon.", self.get(answer.headers["Location"]).text)

    def test_a_slot_that_is_over_goes_back_to_the_times(self):
        page = self.page(start=self.as_form(self.at(10, day=-20)))
        self.assertIn(f"/book/{self.env['ir.http']._slug(self.room)}", page.url)
        self.assertIn("tl-sentence", page.text)


@tagged("-at_install", "post_install")
class TestExtrasTour(ShopTourCase):
    """A projector and coffee added, booked, paid, invoiced: on a phone and on a desk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, value in create_extras(cls.env, cls.place, cls.taxes, cls.place.company_id).items():
            setattr(cls, name, value)

    def walk(self):
        self.start_tour("/book", "tierslieu_extras", login=self.alix.login)
        booking = self.alix.partner_id.tierslieu_booking_ids
        # 16.00 of room, two projectors 20.00, coffee 3.50.
        self.assertEqual((booking.state, booking.amount_total), ("confirmed", 39.5))
        invoice = booking.invoice_ids
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 39.5))
        self.assertIn("Projector", " ".join(invoice.invoice_line_ids.mapped("name")))
        self.assertEqual(booking._own_equipment().unit_id, self.projector.unit_ids)
        self.assertEqual(set(booking.occupancy_ids.mapped("state")), {"firm"})

    def test_on_a_phone(self):
        self.on_a_phone()
        self.walk()

    @heavy
    def test_on_a_desk(self):
        self.on_a_desk()
        self.walk()
