from ..build_cards import CARDS, NEWCOMER, STEPS_DONE


class CardsOfLeQuai:
    """What Le Quai shows of cards: most people charged, one refused and tried again, a newcomer being welcomed."""

    def test_cards_are_charged_once(self):
        with self.committed() as env:
            contracts = env["contract.contract"].search([("tierslieu_token_id", "!=", False)])
            self.assertEqual(len(contracts), len(CARDS))
            charges = env["tierslieu.charge"].search([])
            states = {charge.partner_id: charge.state for charge in charges}
            refused = env.ref("le_quai.marius")
            self.assertEqual(states.pop(refused), "due")
            self.assertEqual(set(states.values()), {"paid"})
            self.assertGreaterEqual(len(states), 5)
            again = charges.filtered(lambda charge: charge.partner_id == refused)
            self.assertEqual((again[0].tries, again[0].transaction_ids[0].state), (1, "error"))
            self.assertGreater(again[0].next_on, env.company._tierslieu_today())

    def test_a_newcomer_is_being_welcomed(self):
        with self.committed() as env:
            steps = env["mail.activity"].search([("tierslieu_onboarding", "=", True)])
            contract = env["contract.contract"].browse(set(steps.mapped("res_id")))
            self.assertEqual(contract.partner_id, env.ref(f"le_quai.{NEWCOMER}"))
            plan = env.company.tierslieu_onboarding_plan_id
            self.assertEqual(len(steps), len(plan.template_ids) - STEPS_DONE)
            self.assertIn("Accueil", plan.name)

    def test_recurring_revenue_of_the_year(self):
        with self.committed() as env:
            months = env["tierslieu.figures.recurring"]._read_group(
                [], ["date:month"], ["amount:sum", "running:sum"], order="date:month"
            )
            self.assertGreater(len(months), 11)
            self.assertGreater(months[-1][1], months[-10][1], "The place grows.")
