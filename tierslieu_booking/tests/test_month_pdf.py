import io

from pypdf import PdfReader

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.tierslieu_base.tests.heavy import heavy

from .figures_common import FiguresCase

# As long as a name gets: sixty characters.
LONG = "Salle des fêtes et des assemblées du premier étage, côtés {:02d}"


@tagged("post_install", "-at_install")
class TestMonthPdf(FiguresCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What makes the PDF asks the server of the tests for the styles.
        cls.env["ir.config_parameter"].set_param("report.url", HttpCase.base_url())

    def print(self, month):
        report = self.env["ir.actions.report"].with_user(self.manager).with_context(
            force_report_rendering=True, lang="fr_FR"
        )
        # What makes the PDF grumbles about what it does without: TLS, and a font that Odoo
        # would take from elsewhere for other alphabets.
        with self.allow_pdf_render(), mute_logger("odoo.addons.base.models.ir_actions_report"):
            content, kind = report._render_qweb_pdf("tierslieu_booking.report_month", month.ids)
        self.assertEqual(kind, "pdf")
        return PdfReader(io.BytesIO(content))

    def words(self, page):
        return " ".join(page.extract_text().split())

    @heavy
    def test_one_page_whatever_there_is(self):
        """Twenty spaces of every kind with long names, and more than a page holds: one page."""
        self.env["res.lang"]._activate_lang("fr_FR")
        company = self.env.company
        company.write({"street": "12, quai de la Fosse", "zip": "44000", "city": "Nantes"})
        company.report_footer = "SCIC au capital variable, SIREN 123 456 782, RCS Nantes"
        kinds = [key for key, _name in self.room._fields["kind"]._description_selection(self.env)]
        names = [LONG.format(nth) for nth in range(17)]
        for nth, name in enumerate(names):
            space = self.room.copy(
                {"name": name, "kind": kinds[nth % len(kinds)], "unit_count": 1}
            )
            self.env["tierslieu.rate"].create(
                {"space_id": space.id, "time_unit": "hour",
                 "product_id": self.products["room_hour"].id}
            )
            booking = self.reserve(space, self.at(nth % 4, 9 + nth % 7), 1)
            booking.action_confirm()
            booking.with_user(self.host).action_invoice_each()
        self.a_booking(self.room, self.at(-4, 9), self.at(-4, 12), amount=24.0)
        self.count()
        reader = self.print(self.month(2027, 1))
        self.assertEqual(len(reader.pages), 1)
        said = self.words(reader.pages[0])
        for name in names:
            self.assertEqual(len(name), 60)
            self.assertIn(name, said)
        for word in ("Le Quai, janvier 2027", "SIREN 123 456 782", "quai de la Fosse",
                     "Occupation par espace", "décembre 2026", "Nouvelles têtes", "1 / 1"):
            self.assertIn(word, said)
        for nth in range(15):
            self.room.copy({"name": LONG.format(50 + nth)})
        self.count()
        reader = self.print(self.month(2027, 1))
        self.assertEqual(len(reader.pages), 1)
        self.assertIn("14 autres espaces", self.words(reader.pages[0]))

    def test_a_page_each(self):
        """Two months are two pages; an empty one prints too."""
        self.place.resource_calendar_id.attendance_ids.unlink()
        self.count()
        self.assertEqual(len(self.print(self.month(2026, 12) | self.month(2027, 1)).pages), 2)
