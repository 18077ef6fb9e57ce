from odoo.tests import HttpCase, tagged

from .assistant_common import AssistantCase


@tagged("post_install", "-at_install")
class TestAssistantTour(AssistantCase, HttpCase):
    """The accountant of an association sets its books up, in French."""

    browser_size = "1280x800"

    def test_in_french(self):
        self.keeper.write({"lang": "fr_FR", "password": "keeper_password"})
        self.start_tour(
            "/odoo/action-tierslieu_account.action_books_assistant", "tierslieu_books_assistant", login="keeper",
        )
        self.assertEqual(self.company.tierslieu_legal_form, "association")
        self.assertEqual(self.company.tierslieu_vat_regime, "franchise")
        self.assertEqual(self.account("756100").with_context(lang="fr_FR").name, "Cotisations sans contrepartie")
        [confirmation] = self.env["tierslieu.books.confirmation"].search([("company_id", "=", self.company.id)])
        self.assertEqual((confirmation.key, confirmation.confirmed_by), ("fees", "Maud Le Goff, expert-comptable"))
