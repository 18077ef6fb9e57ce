import io
from datetime import timedelta

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import EventCase, create_event

# As long as a name gets: sixty characters.
LONG = "Fabriquer son meuble en bois de palette, journée ouverte {:02d}"


@tagged("post_install", "-at_install")
class TestPaper(EventCase):
    """What is printed: the ticket, the sheet of the door, the poster of a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What makes the PDF asks the server of the tests for the styles.
        cls.env["ir.config_parameter"].set_param("report.url", HttpCase.base_url())
        cls.env.company.report_footer = (
            "<p>Le Quai, société coopérative d'intérêt collectif à responsabilité limitée, à capital variable<br/>"
            "3 quai des Tanneurs, 44000 Nantes · RCS Nantes 012 345 674 · SIRET 01234567400019 · TVA FR09012345674</p>"
        )

    def print(self, report, records, **context):
        reports = self.env["ir.actions.report"].with_context(force_report_rendering=True, **context)
        # What makes the PDF grumbles about what it does without: TLS, and a font for other alphabets.
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = reports._render_qweb_pdf(f"tierslieu_events.{report}", records.ids)
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(content))

    def words(self, page):
        return " ".join(page.extract_text().split())

    def heights(self, page, *words):
        """Return how high the lines that hold one of these words are, in points from the bottom of the page."""
        found = []

        def visit(text, matrix, at, _font, _size):
            if any(word in text for word in words):
                found.append(matrix[1] * at[4] + matrix[3] * at[5] + matrix[5])

        page.extract_text(visitor_text=visit)
        return found

    def assertFootIsFree(self, page, *words):
        """What has these words ends above the rule of the foot: 40 px, of 90 an inch, above the name of the place."""
        foot = min(self.heights(page, self.place.name))
        lowest = min(self.heights(page, *words))
        self.assertGreater(lowest, foot + 40 / 90 * 72)

    def announce(self, name, begin, tickets=(), **values):
        return create_event(
            self.env, name=name, tickets=tickets, is_published=True, date_begin=begin,
            date_end=begin + timedelta(hours=2), tierslieu_place_id=self.place.id, **values,
        )

    def test_ticket_on_one_page(self):
        event = self.announce(LONG.format(1), self.at(3, 18), [("Plein tarif", 5, 12.0)])
        seat = self.register(event.event_ticket_ids)
        paper = self.print("report_seat", seat)
        self.assertEqual(len(paper.pages), 1)
        words = self.words(paper.pages[0])
        for said in (seat.barcode, seat.name, "SIRET"):
            self.assertIn(said, words)

    def test_poster_on_one_page(self):
        for number in (0, 1, 20):
            with self.subTest(number=number):
                self.env["event.event"].search([("tierslieu_place_id", "=", self.place.id)]).is_published = False
                for nth in range(number):
                    self.announce(
                        LONG.format(nth), self.at(21 + nth, 18), [("Plein tarif", 50, 12.0), ("Réduit", 50, 8.0)],
                        subtitle="Une journée pour apprendre à scier, poncer et assembler, et repartir avec son meuble",
                    )
                paper = self.print("report_poster", self.place, tierslieu_month="2027-02-01")
                self.assertEqual(len(paper.pages), 1)
                width, height = paper.pages[0].mediabox[2:]
                self.assertAlmostEqual(float(width) / 72 * 25.4, 297, delta=1)
                self.assertAlmostEqual(float(height) / 72 * 25.4, 420, delta=1)
                words = self.words(paper.pages[0])
                for nth in range(number):
                    self.assertIn(f"ouverte {nth:02d}", words)

    def test_poster_of_a_crowded_month(self):
        """Forty of them are smaller and say less: still one page."""
        for nth in range(40):
            self.announce(f"Atelier numéro {nth:02d}", self.at(21 + nth // 2, 14 + 4 * (nth % 2)), subtitle="On répare")
        paper = self.print("report_poster", self.place, tierslieu_month="2027-02-01")
        self.assertEqual(len(paper.pages), 1)
        words = self.words(paper.pages[0])
        self.assertTrue(all(f"Atelier numéro {nth:02d}" in words for nth in range(40)))
        self.assertNotIn("On répare", words)
        self.assertNotIn("by the end of the month", words)
        self.assertFootIsFree(paper.pages[0], "Atelier")

    def test_poster_of_a_month_whose_events_are_all_on_one_day(self):
        for nth in range(14):
            begin = self.at(24, 8) + timedelta(minutes=30 * nth)
            self.announce(f"Atelier numéro {nth:02d}", begin, subtitle="On répare")
        poster = self.place.with_context(tierslieu_month="2027-02-01")._poster()
        self.assertEqual([[day["date"].day for day in column] for column in poster["columns"]], [[4], [4]])
        titles = [event["title"] for column in poster["columns"] for day in column for event in day["events"]]
        self.assertEqual(titles, [f"Atelier numéro {nth:02d}" for nth in range(14)])
        paper = self.print("report_poster", self.place, tierslieu_month="2027-02-01")
        self.assertEqual(len(paper.pages), 1)
        words = self.words(paper.pages[0])
        self.assertNotIn("Nothing is announced", words)
        self.assertTrue(all(title in words for title in titles))
        self.assertFootIsFree(paper.pages[0], "Atelier")

    def test_poster_of_a_month_that_no_size_fits(self):
        """The last ones are left out, and counted: nothing is printed over the address, whatever the number."""
        events = [
            self.announce(LONG.format(nth), self.at(21 + nth // 3, 8 + 4 * (nth % 3)), [("Plein tarif", 50, 12.0)])
            for nth in range(66)
        ]
        for number in (66, 44, 38):
            with self.subTest(number=number):
                for event in events[number:]:
                    event.is_published = False
                poster = self.place.with_context(tierslieu_month="2027-02-01")._poster()
                shown = [event["title"] for column in poster["columns"] for day in column for event in day["events"]]
                self.assertEqual(shown, [LONG.format(nth) for nth in range(len(shown))])
                paper = self.print("report_poster", self.place, tierslieu_month="2027-02-01")
                self.assertEqual(len(paper.pages), 1)
                words = self.words(paper.pages[0])
                for nth in range(number):
                    self.assertEqual(f"ouverte {nth:02d}" in words, nth < len(shown))
                self.assertFootIsFree(paper.pages[0], "ouverte", "12.00", "more")
                said = f"And {number - len(shown)} more by the end of the month: see the agenda."
                self.assertEqual(said in words, number > len(shown))
                self.assertGreater(len(shown), 30)

    def test_poster_says_that_nothing_is_announced_only_then(self):
        paper = self.print("report_poster", self.place, tierslieu_month="2027-02-01")
        self.assertIn("Nothing is announced this month.", self.words(paper.pages[0]))

    def test_attendance_sheet_keeps_its_columns(self):
        """A cell without anything to say is still a cell."""
        event = self.announce("Concert", self.at(3, 20), [("Prix libre", 0, 0.0)])
        for _nth in range(3):
            self.register(event.event_ticket_ids)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html("tierslieu_events.report_attendance", event.ids)
        rows = html.decode().partition("<tbody>")[2].partition("</tbody>")[0].split("</tr>")[:-1]
        self.assertEqual([row.count("<td") for row in rows], [5] * (3 + 5))
        self.assertEqual(len(self.print("report_attendance", event).pages), 1)
