from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.import_common import Imports

from .adhesion_common import AdhesionCase

HEAD = ["Membre", "Adhésion", "Depuis", "Adhésion jusqu'au"]
ALICE = "alice@lequai.example"


@tagged("post_install", "-at_install")
class TestImportAdhesions(Imports, AdhesionCase):
    """Until when people are members, as another tool knew it. It is 11 January 2027."""

    def line(self, member=ALICE, adhesion="Adhésion de l'année", start="01/09/2026", until="31/08/2027"):
        return [member, adhesion, start, until]

    def brought(self, partner=None):
        return self.Adhesion.search([("partner_id", "=", (partner or self.alice).id)])

    def test_brought_in_once(self):
        rows = [HEAD, self.line(), self.line("Studio Fanal", "adhesion d'organisation")]
        self.assertEqual(self.counts(self.bring_in("adhesions", rows)), (2, 0, 0))
        line = self.brought()
        self.assertEqual((line.state, line.date_from, line.date_to), (
            "paid", self.day("2026-09-01"), self.day("2027-08-31")))
        self.assertTrue(self.is_member(self.alice, "2027-08-31"))
        self.assertFalse(self.is_member(self.alice, "2026-08-31"))
        self.assertTrue(self.is_member(self.solene, "2027-05-01"))
        self.assertFalse(self.env["account.move"].search([("partner_id", "=", self.alice.id)]))
        self.assertEqual(self.counts(self.bring_in("adhesions", rows)), (0, 0, 2))
        self.assertEqual(len(self.brought()), 1)
        self.assertClean()

    def test_a_renewal_goes_on_from_it(self):
        self.bring_in("adhesions", [HEAD, self.line(adhesion="Adhésion de douze mois", until="31/01/2027")])
        self.assertEqual(self.sell(self.rolling).date_from, self.day("2027-02-01"))

    def test_what_is_wrong_is_said(self):
        self.paid(partner=self.bruno)
        found = self.problems(
            "adhesions",
            [HEAD, self.line("nobody@lequai.example"), self.line(adhesion="Autre"), self.line(until="bientôt"),
             self.line(start="01/09/2027"), self.line("bruno@lequai.example", until="30/06/2028")],
        )
        self.assertEqual(sorted(found), [2, 3, 4, 5, 6])
        self.assertIn("It would end before it begins.", found[5][0])
        self.assertIn("Bruno Costa is a member until December 31, 2027 already.", found[6][0])
