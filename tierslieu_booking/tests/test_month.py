from ast import literal_eval
from datetime import date

from lxml import html

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .figures_common import FiguresCase

# What a list of months, and the page of one, may ask, however long the past is.
LIST, PAGE = 12, 40
ASKED = ("figures.occupancy", "figures.revenue", "figures.booking", "month", "day.hours")


@tagged("post_install", "-at_install")
class TestMonth(FiguresCase):
    def words(self, month):
        return " ".join(html.fromstring(month.page).text_content().split())

    def test_what_the_page_says(self):
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18), amount=48.0)
        self.a_booking(self.room, self.at(-6, 9), self.at(-6, 18), "no_show", amount=48.0)
        self.a_booking(self.room, self.at(-36, 9), self.at(-36, 18), partner=self.bruno)
        self.count()
        month = self.month(2027, 1)
        sheet = month._sheet()
        cards = {card["key"]: card for card in sheet["cards"]}
        # 21 weekdays of January, 9 hours each; 23 of December.
        self.assertEqual(sheet["opening"], "189\N{NO-BREAK SPACE}h of opening")
        self.assertEqual(cards["rate"]["value"], "0.2%")
        self.assertEqual(cards["rate"]["note"], "9\N{NO-BREAK SPACE}h taken of 4,158\N{NO-BREAK SPACE}h")
        self.assertEqual(cards["no_show_rate"]["value"], "50%")
        self.assertEqual((cards["people"]["value"], cards["new_faces"]["value"]), ("1", "1"))
        self.assertEqual((cards["people"]["before"], cards["people"]["last_year"]), ("1", "–"))
        self.assertEqual((sheet["before"], sheet["last_year"]), ("December 2026", "A year before"))
        rooms = {row["name"]: row["said"] for row in sheet["spaces"]}
        self.assertEqual(rooms, {"Petit salon": "4.8%", "Salle créative": "0%", "Coworking": "0%"})
        self.assertIn("This month is not over", self.words(month))
        self.assertRegex(sheet["owed"], r"\b80[.,]00\b")

    def test_the_running_month_opens(self):
        action = self.Month.with_user(self.manager).action_open_current()
        month = self.Month.browse(action["res_id"])
        self.assertEqual(month.date, date(2027, 1, 1))
        self.assertEqual(month.company_id, self.env.company)

    def test_before_the_place_opened(self):
        """There is no month before the first, and the first says so of what it compares with."""
        self.count()
        first = self.month(2026, 11)
        self.assertTrue(first.is_first)
        self.assertFalse(self.month(2026, 10))
        self.assertEqual(first._sheet()["before"], "Month before")
        self.assertEqual({card["before"] for card in first._sheet()["cards"]}, {"–"})
        self.assertFalse(self.month(2027, 2), "months to come are not told")
        self.assertTrue(self.month(2027, 1).is_last)

    def test_an_empty_month(self):
        """A month without hours, bookings or money says what to do."""
        self.place.resource_calendar_id.attendance_ids.unlink()
        self.count()
        month = self.month(2026, 12)
        self.assertTrue(month._sheet()["empty"])
        self.assertIn("count again", self.words(month))
        self.assertEqual((month.rate, month.revenue, month.people), (0, 0, 0))

    def test_no_place(self):
        company = self.env["res.company"].create({"name": "Vide"})
        self.manager.write({"company_ids": [Command.link(company.id)], "company_id": company.id})
        months = self.Month.with_user(self.manager).with_company(company)
        action = months.with_context(allowed_company_ids=company.ids).action_open_current()
        self.assertIn("Configuration", action["help"])

    def test_two_places_and_two_companies(self):
        """Each place has its month; a manager sees those of their companies."""
        beside = self.env["tierslieu.place"].create({"name": "L'Annexe", "tz": "Pacific/Noumea"})
        company = self.env["res.company"].create({"name": "Ailleurs"})
        away = self.env["tierslieu.place"].create({"name": "Là-bas", "company_id": company.id})
        for place in beside | away:
            self.env["tierslieu.space"].create(
                {"name": "Salle", "place_id": place.id, "unit_count": 1}
            )
            self.since(place, "2026-12-01 00:00:00")
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18))
        self.a_booking(beside.space_ids, self.at(-7, 9), self.at(-7, 18))
        self.a_booking(away.space_ids, self.at(-7, 9), self.at(-7, 18))
        self.count(self.place | beside | away)
        self.assertEqual(self.month(2027, 1).bookings, 1)
        self.assertEqual(self.month(2027, 1, beside).bookings, 1)
        hidden = self.month(2027, 1, away)
        with self.assertRaises(AccessError):
            hidden.read(["name"])
        for model in ASKED:
            rows = self.env[f"tierslieu.{model}"].with_user(self.manager).search([])
            self.assertNotIn(away, rows.sudo().place_id)
            self.assertIn(beside, rows.sudo().place_id if "revenue" not in model else beside)
        self.manager.company_ids = [Command.link(company.id)]
        both = self.month(2027, 1, away).with_context(
            allowed_company_ids=[self.env.company.id, company.id]
        )
        self.assertEqual(both.bookings, 1)

    def test_only_managers(self):
        """Hosts, members and visitors get nothing, by screen, by call or on paper."""
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18))
        self.count()
        month = self.month(2027, 1)
        report = self.env["ir.actions.report"]
        for user in (self.host, self.member, self.visitor, self.employee):
            with self.subTest(user=user.name):
                for model in ASKED:
                    with self.assertRaises(AccessError):
                        self.env[f"tierslieu.{model}"].with_user(user).search_read([], ["id"])
                    with self.assertRaises(AccessError):
                        self.env[f"tierslieu.{model}"].with_user(user).formatted_read_group(
                            [], ["place_id"], ["__count"]
                        )
                for name in ("action_open_current", "action_open_all", "action_open_occupancy"):
                    with self.assertRaises(UserError):
                        getattr(self.Month.with_user(user), name)()
                for name in ("action_count_again", "action_view_to_invoice", "action_view_revenue"):
                    with self.assertRaises(UserError):
                        getattr(month.with_user(user), name)()
                with self.assertRaises(AccessError):
                    report.with_user(user)._render_qweb_html(
                        "tierslieu_booking.report_month", month.ids
                    )
        menu = self.env.ref("tierslieu_booking.menu_figures")
        self.assertIn(menu.id, self.env["ir.ui.menu"].with_user(self.manager)._visible_menu_ids())
        self.assertNotIn(menu.id, self.env["ir.ui.menu"].with_user(self.host)._visible_menu_ids())

    def test_nobody_writes(self):
        self.count()
        month = self.month(2027, 1)
        hours = self.Hours.with_user(self.manager).search([], limit=1)
        for attempt in (lambda: hours.write({"hours": 0}), hours.unlink,
                        lambda: month.write({"date": "2020-01-01"}), month.unlink,
                        lambda: hours.create({"place_id": self.place.id})):
            with self.assertRaises(AccessError):
                attempt()

    def test_filters(self):
        """The filters of the screens are understood, each of them and together with a group."""
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18))
        self.count()
        for name in ("occupancy", "revenue", "booking"):
            view = self.env.ref(f"tierslieu_booking.view_figures_{name}_search")
            model = self.env[view.model].with_user(self.manager)
            for node in html.fromstring(view.arch).iter("filter"):
                if node.get("domain"):
                    domain = literal_eval(node.get("domain"))
                    model._read_group(domain, ["date:month", "space_id"], ["__count"])
            month = [("date", ">=", "today =1d"), ("date", "<", "today =1d +1m")]
            days = {day for (day,) in model._read_group(month, ["date:month"])}
            self.assertLessEqual(days, {date(2027, 1, 1)})

    def queries(self, function):
        """Return how many queries a function needs once what is remembered of any place is remembered."""
        function()
        self.env.flush_all()
        self.env.invalidate_all()
        self.manager.has_group("tierslieu_base.group_manager")
        before = self.cr.sql_log_count
        function()
        return self.cr.sql_log_count - before

    def test_queries_do_not_grow(self):
        """A list of a year, and the page of a month, ask as much of a young place as of an old one."""
        self.a_booking(self.room, self.at(-7, 9), self.at(-7, 18))
        # As long a past for both: the page compares with a year before when there was one.
        self.since(self.place, "2025-11-01 00:00:00")
        self.count()

        def look():
            months = self.Month.with_user(self.manager).search([("place_id", "=", self.place.id)])
            return months.mapped("rate")

        few = self.queries(look), self.queries(lambda: self.month(2027, 1)._sheet())
        self.since(self.place, "2024-01-01 00:00:00")
        for nth in range(12):
            space = self.room.copy({"name": f"Salle {nth}", "unit_count": 1})
            for week in range(1, 9):
                self.a_booking(space, self.at(-7 * week, 9 + nth % 8), self.at(-7 * week, 18))
        self.count()
        self.assertGreater(len(look()), 30)
        many = self.queries(look), self.queries(lambda: self.month(2027, 1)._sheet())
        self.assertLessEqual(many[0], few[0] + 1)
        self.assertLessEqual(many[1], few[1] + 1)
        self.assertLessEqual(many[0], LIST)
        self.assertLessEqual(many[1], PAGE)
