from odoo.tests import tagged

from .plan_common import PlanCase

READ, EDIT, ADD, DROP = "read", "write", "create", "unlink"
NOTHING, ALL = set(), {READ, EDIT, ADD, DROP}
# model: what a host and a manager may do; nobody else may do anything.
GRANTS = {
    "tierslieu.charge": ({READ}, {READ}),
    "tierslieu.figures.recurring": (NOTHING, {READ}),
    "tierslieu.billing.run": ({READ}, {READ}),
    "tierslieu.plan": ({READ}, ALL),
    "tierslieu.plan.allowance": ({READ}, ALL),
    "tierslieu.plan.sale": (ALL, ALL),
    "tierslieu.subscription.change": (ALL, ALL),
    "tierslieu.subscription.end": (ALL, ALL),
}
# Models of others that the team reads: what it does with them goes through their actions.
THEIRS = {"contract.contract": ({READ}, {READ}), "contract.line": ({READ}, {READ})}


@tagged("post_install", "-at_install")
class TestPlanRights(PlanCase):
    def granted(self, user, model):
        records = self.env[model].with_user(user)
        return {operation for operation in ALL if records.has_access(operation)}

    def test_who_may_do_what(self):
        for model, (host, manager) in (GRANTS | THEIRS).items():
            for user, expected in ((self.host, host), (self.manager, manager), (self.employee, NOTHING),
                                   (self.visitor, NOTHING)):
                with self.subTest(model=model, user=user.name):
                    self.assertEqual(self.granted(user, model), expected)
        for model in GRANTS:
            self.assertEqual(self.granted(self.member, model), NOTHING)

    def test_every_model_of_the_addon_is_in_the_table(self):
        ours = {
            name for name, model in self.env.registry.items()
            if model._original_module == "tierslieu_membership" and not model._abstract
            and not name.startswith("tierslieu.adhesion")
        }
        self.assertEqual(ours, set(GRANTS))

    def test_each_company_has_its_own(self):
        company = self.env["res.company"].create({"name": "Ailleurs"})
        contract = self.subscribe(self.resident)
        stranger = self.manager.copy(
            {"login": "ailleurs", "company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        )
        for records in (self.resident, contract, contract.contract_line_ids, self.nomad.allowance_ids):
            with self.subTest(records._name):
                self.assertFalse(records.with_user(stranger).search([("id", "in", records.ids)]))
                self.assertTrue(records.with_user(self.manager).search([("id", "in", records.ids)]))

    def test_the_team_sees_subscriptions_and_no_other_contract(self):
        other = self.Contract.create({"name": "Nettoyage", "partner_id": self.bruno.id})
        self.assertFalse(self.Contract.with_user(self.host).search([("id", "=", other.id)]))
