import re
from datetime import timedelta
from html import unescape

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.proof_common import a_pdf, create_profile_data

from .http_common import WebsiteCase

PAGES = ("/place", "/prices", "/agenda")
NONSENSE = ("0", "-1", "nothing", "9" * 30, "x-" + "9" * 30, "%00", "٣", "<script>", "x" * 3000, "a-0")


def text_of(page):
    """Return what a page says, without its tags."""
    main = page.partition("<main")[2]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", main))).replace("\u00a0", " ")


@tagged("post_install", "-at_install")
class TestPlacePages(WebsiteCase):
    """What a place shows of itself: its plan, its prices, its agenda, made from its data."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Other databases may have places of their own in this company.
        cls.env["tierslieu.place"].search([("id", "!=", cls.place.id)]).active = False

    def page(self, path):
        answer = self.get(path)
        self.assertEqual(answer.status_code, 200, path)
        return answer.text

    def another_place(self, company=None, name="La Grange"):
        place = self.env["tierslieu.place"].create(
            {"name": name, "company_id": (company or self.place.company_id).id, "tz": "Europe/Paris"}
        )
        space = self.env["tierslieu.space"].create(
            {"name": f"Atelier de {name}", "place_id": place.id, "unit_count": 1}
        )
        product = self.env["product.product"].create(
            {"name": f"Atelier de {name}, l'heure", "type": "service", "list_price": 9,
             "company_id": place.company_id.id, "taxes_id": [Command.clear()]}
        )
        self.env["tierslieu.rate"].create(
            {"space_id": space.id, "time_unit": "hour", "product_id": product.id}
        )
        return place

    # -- Which place

    def test_one_place_needs_no_choice(self):
        for path in PAGES:
            page = self.page(path)
            self.assertNotIn("Which place?", page)
            self.assertIn("Petit salon" if path != "/agenda" else "Opening hours", page)

    def test_several_places_each_have_their_pages(self):
        other = self.another_place()
        for path in PAGES:
            page = self.page(path)
            self.assertIn("Which place?", page)
            self.assertIn(f"{path}/la-grange-{other.id}", page)
            self.assertNotIn("Atelier de La Grange", page)
            self.assertEqual(self.get(f"{path}/la-grange-{other.id}").status_code, 200)
        self.assertIn("Atelier de La Grange", self.page(f"/place/{other.id}"))
        self.assertNotIn("Petit salon", text_of(self.page(f"/prices/{other.id}")))

    def test_places_of_others_do_not_exist(self):
        elsewhere = self.another_place(self.env["res.company"].create({"name": "Ailleurs"}), "Hangar")
        closed = self.another_place(name="Ancien")
        closed.active = False
        for path in PAGES:
            page = self.page(path)
            self.assertNotIn("Hangar", page)
            self.assertNotIn("Ancien", page)
            for place in (elsewhere, closed):
                self.assertEqual(self.get(f"{path}/{place.id}").status_code, 404)

    def test_nonsense_is_not_found(self):
        for path in PAGES:
            for slug in NONSENSE:
                self.assertEqual(self.get(f"{path}/{slug}").status_code, 404, (path, slug[:50]))

    def test_nonsense_after_the_question_mark_changes_nothing(self):
        for query in ("fare=x", "fare=0", f"fare={'9' * 40}", "fare=%00", "month=2027-13", "month=0000-01",
                      "month=9999-12", "month=%00", "month=" + "9" * 5000, "month=2020-01"):
            for path in PAGES:
                self.assertEqual(self.get(f"{path}?{query}").status_code, 200, (path, query[:50]))

    def test_without_a_place(self):
        self.place.active = False
        for path in PAGES:
            self.assertIn("There is nothing to show here yet", self.page(path))

    # -- The place

    def test_the_place_shows_its_spaces(self):
        self.place.partner_id.write(
            {"street": "3 quai des Tanneurs", "zip": "44000", "city": "Nantes", "phone": "01 99 00 00 01"}
        )
        self.lounge.is_bookable = False
        page = self.page("/place")
        said = text_of(page)
        for words in ("3 quai des Tanneurs", "44000 Nantes", "01 99 00 00 01", "Petit salon", "Coworking",
                      "From Monday to Sunday", "from 3.00 € an hour"):
            self.assertIn(words, said)
        self.assertNotIn("Salle créative", page)
        # The plan twice, for a desk and for a hand, then the list and the cards.
        link = f'href="/book/{self.env["ir.http"]._slug(self.room)}"'
        self.assertEqual(page.count(link), 4)
        self.assertEqual(page.count("<svg"), 2)

    def test_the_place_says_what_is_free(self):
        said = text_of(self.page("/place"))
        state = self.place._plan()["now"]
        self.assertIn(re.sub(r"\s", " ", state[self.room]["word"]), said)

    # -- Prices

    def a_fare(self):
        """Return the fare of students, a third less: 5.333… for the hour of the room."""
        student = create_profile_data(self.env, self.place.company_id)["student"]
        student.pricelist_id = self.env["product.pricelist"].create(
            {
                "name": "Student",
                "item_ids": [
                    Command.create(
                        {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 33.3333}
                    )
                ],
            }
        )
        return student

    def test_prices_are_those_that_are_paid(self):
        student = self.a_fare()
        table = self.place._price_table(self.room + self.desks, self.alix.partner_id)
        self.assertIn(student, table["fares"])
        proof = self.env["tierslieu.proof"]._submit(self.alix.partner_id, student, "carte.pdf", a_pdf())
        proof.action_accept(self.day - timedelta(days=30), self.day + timedelta(days=300))
        nth = table["fares"].ids.index(student.id)
        for block in table["spaces"]:
            for row in block["rows"]:
                hours = {"hour": 1, "day": 9}[row["rate"].time_unit]
                start = self.at(9)
                quote = block["space"].quote(self.alix.partner_id, start, start + timedelta(hours=hours))
                self.assertFalse(quote["errors"])
                self.assertEqual(row["cells"][nth][0], (1, quote["total"]))

    def test_the_page_of_prices(self):
        student = self.a_fare()
        said = text_of(self.page("/prices"))
        for words in ("Prices include VAT", student.name, "Petit salon", "An hour", "A day", "with a proof"):
            self.assertIn(words, said)
        self.assertEqual(said.count("include VAT"), 1)
        self.assertIn("8.00", said)
        # One fare at a time on a phone: the one that is asked.
        asked = self.page(f"/prices?fare={student.id}")
        chosen = re.search(r'<a[^>]*tl-chip is-chosen[^>]*>([^<]+)<', asked)
        self.assertEqual(unescape(chosen[1]).strip(), student.name)

    def test_a_member_sees_their_own_fare_first(self):
        student = self.a_fare()
        proof = self.env["tierslieu.proof"]._submit(self.alix.partner_id, student, "carte.pdf", a_pdf())
        proof.action_accept(self.place.now_local().date(), self.day + timedelta(days=300))
        self.assertNotIn(">your fare<", self.page("/prices"))
        self.new_visitor(self.alix)
        page = self.page("/prices")
        self.assertIn(">your fare<", page)
        self.assertEqual(
            unescape(re.search(r'<a[^>]*tl-chip is-chosen[^>]*>([^<]+)<', page)[1]).strip(), student.name
        )

    def test_prices_by_quantity(self):
        student = self.a_fare()
        student.pricelist_id.item_ids = [
            Command.clear(),
            Command.create({"applied_on": "3_global", "compute_price": "percentage", "percent_price": 25}),
            Command.create(
                {"applied_on": "3_global", "compute_price": "percentage", "percent_price": 50,
                 "min_quantity": 10}
            ),
        ]
        table = self.place._price_table(self.room, self.alix.partner_id)
        nth = table["fares"].ids.index(student.id)
        self.assertEqual(table["spaces"][0]["rows"][0]["cells"][nth], [(1, 6.0), (10, 4.0)])
        self.assertIn("≥ 10 · 4.00 €", text_of(self.page("/prices")))

    def test_prices_of_a_rate_that_is_no_longer_sold(self):
        self.room.rate_ids.filtered(lambda rate: rate.time_unit == "day").active = False
        table = self.place._price_table(self.room, self.alix.partner_id)
        self.assertEqual([row["rate"].time_unit for row in table["spaces"][0]["rows"]], ["hour"])

    # -- Agenda

    def test_hours_of_the_week(self):
        self.assertEqual(
            self.place._weekly_hours(), [("From Monday to Sunday", "9:00\u202fAM to 6:00\u202fPM")]
        )
        lines = self.place.attendance_ids.grouped("dayofweek")
        lines["6"].unlink()
        lines["5"].write({"hour_from": 10, "hour_to": 12.5})
        lines["2"].hour_to = 13
        self.env["resource.calendar.attendance"].create(
            {"name": "Soir", "dayofweek": "2", "hour_from": 14, "hour_to": 24, "day_period": "afternoon",
             "calendar_id": self.place.resource_calendar_id.id}
        )
        self.assertEqual(
            [(days, hours.replace("\u202f", " ")) for days, hours in self.place._weekly_hours()],
            [
                ("From Monday to Tuesday", "9:00 AM to 6:00 PM"),
                ("On Wednesday", "9:00 AM to 1:00 PM, 2:00 PM to 12:00 AM"),
                ("From Thursday to Friday", "9:00 AM to 6:00 PM"),
                ("On Saturday", "10:00 AM to 12:30 PM"),
            ],
        )

    def test_days_that_are_not_as_usual(self):
        first = self.place.now_local().date().replace(day=1) + timedelta(days=45)
        month = first.replace(day=1)
        calendar = self.place.resource_calendar_id
        self.place.closed_day_ids = [
            Command.create(
                {"name": name, "calendar_id": calendar.id, "tierslieu_first_day": month.replace(day=begin),
                 "tierslieu_last_day": month.replace(day=end)}
            )
            for name, begin, end in (("Vacances", 10, 12), ("Inventaire", 20, 20))
        ]
        self.env["tierslieu.opening"].create(
            {"place_id": self.place.id, "name": "Portes ouvertes", "date": month.replace(day=20),
             "hour_from": 14, "hour_to": 16}
        )
        agenda = self.place._agenda(month)
        said = [(line["open"], line["word"].replace("\u202f", " ")) for line in agenda["unusual"]]
        self.assertIn((False, "Closed: Vacances"), said)
        self.assertIn((True, "Open 2:00 PM to 4:00 PM (Portes ouvertes)"), said)
        self.assertIn("From", agenda["unusual"][0]["when"])
        days = [day for week in agenda["weeks"] for day in week if day]
        self.assertEqual([day["date"].day for day in days], list(range(1, agenda["last"].day + 1)))
        self.assertEqual([day["date"].day for day in days if not day["opening"]], [10, 11, 12])
        self.assertTrue(all(len(week) == 7 for week in agenda["weeks"]))
        page = text_of(self.page(f"/agenda?month={month:%Y-%m}"))
        self.assertIn("Closed: Vacances", page)

    def test_what_is_announced(self):
        booking = self.confirmed(self.alix, hour=15)
        booking.announced_as = "Répétition de la chorale"
        secret = self.confirmed(self.noe, self.lounge, hour=15)
        month = f"{self.day:%Y-%m}"
        page = text_of(self.page(f"/agenda?month={month}"))
        self.assertIn("Répétition de la chorale", page)
        self.assertIn("Petit salon", page)
        self.assertNotIn(secret.space_id.name, page)
        for name in ("Alix", "Noé"):
            self.assertNotIn(name, page)
        events = self.website._tierslieu_window()["events"]
        self.assertEqual([event["title"] for event in events], ["Répétition de la chorale"])

    def test_the_agenda_opens_on_what_comes(self):
        """On the last days of a month all that is announced is in the next one."""
        today = self.place.now_local().date()
        last = today + timedelta(days=330)
        month = today.replace(day=1)
        self.assertEqual(self.place._agenda_opens_on(last), month)
        booking = self.confirmed(self.alix, hour=15)
        booking.announced_as = "Répétition de la chorale"
        begins = self.place.to_local(booking.start).date().replace(day=1)
        self.assertEqual(self.place._agenda_opens_on(last), begins)
        eve = self.place.to_local(booking.start).replace(day=1, tzinfo=None) - timedelta(days=1)
        with freeze_time(self.place.to_utc(eve)):
            self.assertEqual(self.place._agenda_opens_on(last), begins)
            self.assertIn("Répétition de la chorale", text_of(self.page("/agenda")))
            self.assertNotIn("Répétition de la chorale", text_of(self.page(f"/agenda?month={eve:%Y-%m}")))

    def test_months_go_a_year_ahead(self):
        today = self.place.now_local().date()
        page = self.page("/agenda")
        self.assertIn("The month after", page)
        self.assertNotIn("The month before", page)
        last = (today.replace(day=1) + timedelta(days=31 * 11)).replace(day=1)
        last = last.replace(month=(today.month + 10) % 12 + 1, year=today.year + (today.month + 10) // 12)
        page = self.page(f"/agenda?month={last:%Y-%m}")
        self.assertIn("The month before", page)
        self.assertNotIn("The month after", page)

    # -- Growth

    def test_queries_do_not_grow(self):
        """Ten more spaces, forty more announcements: not a query more."""
        self.a_fare()
        partner = self.alix.partner_id

        def asked():
            spaces = self.env["tierslieu.space"]._online(self.place.company_id)
            calls = {
                "plan": lambda: self.place._plan(spaces),
                "prices": lambda: self.place._price_table(spaces, partner),
                "agenda": lambda: self.place._agenda(self.day),
                "window": self.website._tierslieu_window,
            }
            counts = {}
            for name, call in calls.items():
                call()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                call()
                counts[name] = self.env.cr.sql_log_count - before
            return counts

        self.confirmed(self.alix, hour=17).announced_as = "Atelier"
        before = asked()
        for nth in range(10):
            space = self.room.copy({"name": f"Salle {nth}"})
            space.unit_count = 1
            for hour in (9, 11, 13, 15):
                self.confirmed(self.alix, space, hour=hour).announced_as = f"Atelier {nth}"
        after = asked()
        for name, count in before.items():
            self.assertLessEqual(after[name], count, (name, before, after))
            self.assertLessEqual(count, 70, name)
