from ..build_adhesions import ADHESIONS, LAST_YEAR, THIS_YEAR
from ..build_joined import ON_LINE


class AdhesionsOfLeQuai:
    """What Le Quai shows of adhesions: most in order, some lapsed, two to pay, a family, an organisation."""

    def test_its_members(self):
        with self.committed() as env:
            lines = env["membership.membership_line"].search([("tierslieu_scope", "!=", False)])
            self.assertEqual(len(lines), len(THIS_YEAR) + len(LAST_YEAR) + len(ON_LINE))
            counts = {}
            for line in lines:
                counts[line.tierslieu_status] = counts.get(line.tierslieu_status, 0) + 1
            self.assertEqual(counts["unpaid"], 2)
            self.assertEqual(counts.get("lapsed", 0) + counts.get("grace", 0), len(LAST_YEAR))
            self.assertGreaterEqual(counts["valid"], 20)
            self.assertEqual({line.tierslieu_scope for line in lines}, {"person", "family", "organisation"})
            free = lines.filtered(lambda line: line.state == "free")
            self.assertTrue(free and all(free.mapped("tierslieu_free_reason")))
            self.assertEqual(len(env["product.template"].search([("tierslieu_adhesion", "!=", False)])), len(ADHESIONS))

    def test_their_prices_and_accounts(self):
        with self.committed() as env:
            article = env.ref("le_quai.adhesion")
            self.assertEqual(article._tierslieu_adhesion_price(env.ref("le_quai.alice")), 20.0)
            self.assertEqual(article._tierslieu_adhesion_price(env.ref("le_quai.lena")), 10.0)
            lines = env["membership.membership_line"].search([("account_invoice_line_id", "!=", False)])
            self.assertEqual(set(lines.account_invoice_line_id.account_id.mapped("code")), {"756100"})
            self.assertFalse(lines.account_invoice_line_id.tax_ids)
            self.assertEqual(set(lines.mapped("member_price")) - {10.0, 20.0, 35.0, 100.0}, {8.0, 15.0})

    def test_who_is_covered_is_a_member(self):
        with self.committed() as env:
            today = env.company._tierslieu_today()
            family = env["membership.membership_line"].search([("tierslieu_scope", "=", "family")])
            self.assertEqual(len(family.tierslieu_covered_ids), 3)
            team = env["res.partner"].search([("commercial_partner_id", "=", env.ref("le_quai.fanal").id)])
            self.assertGreater(len(team), 1)
            for person in team | family.tierslieu_covered_ids | env.ref("le_quai.alice"):
                self.assertTrue(person.is_tierslieu_member_on(today), person.name)
            self.assertFalse(env.ref("le_quai.fatou").is_tierslieu_member_on(today), "Not paid yet.")
