from ..build_cancellations import LATE


class CancellationsOfLeQuai:
    """What Le Quai shows of cancellation policies: who has which, and what it has cost."""

    def test_each_space_has_the_policy_of_its_kind(self):
        with self.committed() as env:
            spaces = env.ref("le_quai.place").space_ids
            self.assertTrue(all(spaces.mapped("cancellation_policy_id")))
            said = {space.name: space.cancellation_policy_id.with_context(lang="fr_FR").said for space in spaces}
            self.assertIn("1 h avant", said["Coworking"])
            self.assertIn("2 h avant", said["Bureau Amont"])
            self.assertIn("24 h avant", said["Salle créative"])

    def test_late_cancellations_in_money_and_in_credits(self):
        with self.committed() as env:
            late = env["tierslieu.booking"].search([("state", "=", "cancelled"), ("fee_at", "!=", False)])
            in_money = late.filtered("fee_amount")
            in_credits = late.filtered(lambda booking: any(booking.line_ids.mapped("fee_credits")))
            self.assertIn(env.ref("le_quai.malik"), in_money.partner_id)
            self.assertIn(env.ref("le_quai.esther"), in_credits.partner_id)
            self.assertIn("paid", in_money.mapped("payment_status"))
            kinds = in_credits.credit_move_ids.mapped("kind")
            self.assertTrue({"consume", "return", "fee"} <= set(kinds))
            waived = env["tierslieu.booking"].search([("is_waived", "=", True)])
            self.assertEqual(waived.partner_id, env.ref("le_quai.henri"))
            reasons = env["tierslieu.override"].search([("res_id", "in", waived.ids)]).mapped("reason")
            self.assertEqual(reasons, [one.waived for one in LATE if one.waived])
