import re
from datetime import timedelta

import vobject

from odoo import Command
from odoo.tests import tagged

from odoo.addons.tierslieu_booking.tests.http_common import WebsiteCase

from .common import EventCase, create_event


@tagged("post_install", "-at_install")
class TestProgramme(EventCase):
    """One programme, for the agenda, the screen, the calendar and the poster."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        category = cls.env["event.tag.category"].create({"name": "Thème"})
        cls.music, cls.repair = cls.env["event.tag"].create(
            [{"name": name, "category_id": category.id} for name in ("Musique", "Réparer")]
        )

    def announce(self, name, day, tickets=(), **values):
        begin = self.at(day, 18)
        return create_event(
            self.env, name=name, tickets=tickets, is_published=True, date_begin=begin,
            date_end=begin + timedelta(hours=2), tierslieu_place_id=self.place.id, **values,
        )

    def titles(self, **wanted):
        place = self.place.with_context(tierslieu_programme_filter=wanted)
        return [one["title"] for one in place._programme(self.at(0, 0), self.at(60, 0))]

    def populate(self):
        self.announce("Concert", 2, [("Prix libre", 0, 0.0)], tag_ids=[Command.set(self.music.ids)])
        self.env["event.event"].search([("name", "=", "Concert")]).event_ticket_ids.tierslieu_free_price = True
        self.announce("Repair café", 3, tag_ids=[Command.set(self.repair.ids)], tierslieu_audience="families")
        members = self.announce("Assemblée", 4, [("Membre", 0, 0.0)])
        members.event_ticket_ids.tierslieu_public = "members"
        self.full = self.announce("Dîner", 5, [("Adulte", 2, 18.0), ("Enfant", 1, 9.0)], seats=3)
        self.announce("Caché", 6).is_published = False

    def test_filters(self):
        self.populate()
        everything = ["Concert", "Repair café", "Assemblée", "Dîner"]
        self.assertEqual(self.titles(), everything)
        for wanted, expected in (
            ({"theme": self.music.id}, ["Concert"]),
            ({"price": "free"}, ["Repair café", "Assemblée"]),
            ({"price": "open"}, ["Concert"]),
            ({"price": "paid"}, ["Dîner"]),
            ({"children": 1}, ["Repair café"]),
            ({"public": "members"}, ["Assemblée"]),
            ({"public": "all", "price": "free"}, ["Repair café"]),
        ):
            with self.subTest(wanted=wanted):
                self.assertEqual(self.titles(**wanted), expected)
        self.assertEqual(self.place._programme_themes(), self.music | self.repair)

    def test_what_is_said(self):
        self.populate()
        rows = {one["title"]: one for one in self.place._programme(self.at(0, 0), self.at(60, 0))}
        self.assertEqual((rows["Concert"]["price"], rows["Repair café"]["price"]), ("Free price", "Free"))
        self.assertIn("9,00", rows["Dîner"]["price"])
        for ticket in (*[self.full.event_ticket_ids[0]] * 2, self.full.event_ticket_ids[1]):
            self.register(ticket)
        rows = {one["title"]: one for one in self.place._programme(self.at(0, 0), self.at(60, 0))}
        self.assertEqual((rows["Dîner"]["word"], rows["Concert"]["word"]), ("Full", ""))

    def test_as_many_queries_for_twenty_as_for_two(self):
        def count(number):
            for nth in range(number):
                self.announce(
                    f"Soirée {number}-{nth}", 1 + nth, [("Plein", 5, 3.0)], tag_ids=[Command.set(self.music.ids)]
                )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.place._programme(self.at(0, 0), self.at(60, 0))
            return self.cr.sql_log_count - before

        few, many = count(2), count(20)
        self.assertLessEqual(many, few + 2)

    def test_calendar_and_poster(self):
        self.populate()
        calendar = vobject.readOne(self.place._programme_ics().decode())
        events = {event.summary.value: event for event in calendar.vevent_list}
        self.assertEqual(len({event.uid.value for event in events.values()}), 4)
        self.assertEqual(events["Concert"].dtstart.value.replace(tzinfo=None), self.at(2, 18))
        self.assertEqual(self.place._programme_ics(), self.place._programme_ics())
        poster = self.place.with_context(tierslieu_month="2027-01-01")._poster()
        self.assertEqual(sum(len(day["events"]) for column in poster["columns"] for day in column), 4)
        html, _kind = self.env["ir.actions.report"].with_context(tierslieu_month="2027-01-01")._render_qweb_html(
            "tierslieu_events.report_poster", self.place.ids
        )
        self.assertIn("Repair café", html.decode())


@tagged("post_install", "-at_install")
class TestProgrammePages(WebsiteCase):
    """The agenda chosen from, the calendar followed, the poster printed: by anybody."""

    def test_pages(self):
        self.new_visitor()
        page = self.get("/agenda?children=1&price=free&theme=x&public=all")
        self.assertEqual(page.status_code, 200)
        self.assertEqual(len(re.findall("is-chosen", page.text)), 3)
        self.assertEqual(self.get("/agenda?price[]=1&theme=99999999999&month=2026-99").status_code, 200)
        calendar = self.get("/agenda.ics")
        self.assertTrue(calendar.headers["Content-Type"].startswith("text/calendar"))
        vobject.readOne(calendar.text)
        slug = self.env["ir.http"]._slug(self.place)
        self.assertEqual(self.get(f"/agenda/{slug}/agenda.ics").status_code, 200)
        self.assertEqual(self.get("/agenda/nowhere-999999/agenda.ics").status_code, 404)
