from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.import_common import Imports

from .plan_common import PlanCase

HEAD = ["Membre", "Formule", "Depuis", "Payé jusqu'au", "Prix convenu", "Poste", "Caution", "Crédits restants"]
ALICE, BRUNO = "alice@lequai.example", "bruno@lequai.example"


@tagged("post_install", "-at_install")
class TestImportSubscriptions(Imports, PlanCase):
    """Subscriptions that ran in another tool. It is 11 January 2027."""

    def line(self, member=ALICE, plan="Poste résident", start="01/09/2025", until="31/01/2027", price="", desk="",
             caution="", left=""):
        return [member, plan, start, until, price, desk, caution, left]

    def brought(self, partner=None):
        return self.Contract.search([("partner_id", "=", (partner or self.alice).id)])

    def test_brought_in_once(self):
        desk = self.desks.unit_ids[4]
        rows = [HEAD, self.line(price="250,00", desk=desk.name, caution="300"),
                self.line(BRUNO, "Nomade", until="10/01/2027", left="4")]
        self.assertEqual(self.counts(self.bring_in("subscriptions", rows)), (2, 0, 0))
        contract = self.brought()
        self.assertEqual((contract.tierslieu_price, contract.tierslieu_units, contract.tierslieu_start), (
            250.0, desk.name, self.day("2025-09-01")))
        self.assertEqual(contract.recurring_next_date, self.day("2027-02-01"))
        self.assertEqual(contract.tierslieu_caution_held, 300.0)
        self.assertFalse(contract.tierslieu_caution_move_ids, "It is in the opening entries.")
        self.assertEqual(self.bruno.credit_balance(self.ticket, at="2027-01-12"), 4)
        self.assertEqual(self.counts(self.bring_in("subscriptions", rows)), (0, 0, 2))
        self.assertEqual(len(self.brought()), 1)
        self.assertClean()

    def day(self, text):
        return self.env["contract.line"]._fields["date_start"].to_date(text)

    def test_the_next_invoice_begins_the_day_after(self):
        self.bring_in("subscriptions", [HEAD, self.line(), self.line(BRUNO, until="20/01/2027")])
        self.bill()
        self.assertFalse(self.moves(self.brought()))
        with self.on("2027-02-01"):
            self.bill()
        self.assertEqual(self.totals(self.brought()), [310.0])
        # 11 days of 31, then February.
        self.assertEqual(self.totals(self.brought(self.bruno)), [110.0, 310.0])
        self.assertEqual(self.moves(self.brought(self.bruno))[0].invoice_date, self.day("2027-01-21"))

    def test_all_the_credits_of_the_period_when_nothing_is_said(self):
        self.bring_in("subscriptions", [HEAD, self.line(plan="Nomade")])
        self.assertEqual(self.alice.credit_balance(self.ticket, at="2027-01-12"), 10)

    def test_the_caution_is_given_back_at_the_end(self):
        self.bring_in("subscriptions", [HEAD, self.line(caution="300")])
        contract = self.brought()
        contract.action_terminate("2027-01-31")
        with self.on("2027-02-02"):
            self.night()
            self.night()
        back = contract.tierslieu_caution_back_id
        self.assertEqual((back.move_type, back.amount_total, contract.tierslieu_caution_held), ("out_refund", 300.0, 0))
        self.assertEqual(back.invoice_line_ids.account_id.code[:6], "165100")

    def test_what_is_wrong_is_said_line_by_line_and_nothing_is_written(self):
        taken = self.desks.unit_ids[0]
        self.env["res.partner"].create({"name": "Carole Petit"})
        self.subscribe(self.resident, partner=self.env["res.partner"].create({"name": "Résidente"}), unit=taken)
        found = self.problems("subscriptions", [
            HEAD,
            self.line(),
            self.line("nobody@lequai.example"),
            self.line(BRUNO, "Formule inconnue"),
            self.line(BRUNO, until=""),
            self.line(BRUNO, until="31/07/2025"),
            self.line(BRUNO, desk="Poste 404"),
            self.line(BRUNO, desk=taken.name),
            self.line("Carole Petit", "Nomade", left="40"),
            self.line(BRUNO, "Nomade", desk="Poste 1"),
            self.line(BRUNO, "Année", start="bientôt"),
            self.line(BRUNO, "Année", price="-3"),
        ])
        self.assertEqual(sorted(found), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
        self.assertTrue(all(len(sentences) == 1 for sentences in found.values()), found)
        self.assertIn("invoiced again", found[5][0])
        self.assertIn("before it began", found[6][0])
        self.assertIn("no desk called", found[7][0])
        self.assertIn("is not free", found[8][0])
        self.assertIn("More would be left", found[9][0])
        self.assertIn("gives no desk", found[10][0])
        self.assertFalse(self.brought(), "Nothing is half written.")

    def test_another_day_for_what_is_here_is_refused(self):
        self.bring_in("subscriptions", [HEAD, self.line()])
        found = self.problems("subscriptions", [HEAD, self.line(start="01/10/2025")])
        self.assertIn("has this plan already", found[2][0])

    def test_it_begins_tomorrow(self):
        self.bring_in("subscriptions", [HEAD, self.line(start="12/01/2027", until="")])
        self.assertEqual(self.brought().recurring_next_date, self.day("2027-01-12"))
        found = self.problems("subscriptions", [HEAD, self.line(BRUNO, start="01/02/2027", until="31/01/2027")])
        self.assertFalse(found)

    def test_the_template_can_be_read(self):
        kind = self.env["tierslieu.import.subscriptions"]
        self.assertIn(kind._name, kind._kinds())
        names = [column.name for column in kind._columns()]
        self.assertEqual(len(set(names)), len(names))
        self.assertEqual(len(kind._by_heading()), len(set(kind._by_heading())))
