from odoo.tests import tagged

from .adhesion_common import AdhesionCase

READ, EDIT, ADD, DROP = "read", "write", "create", "unlink"
NOTHING, ALL = set(), {READ, EDIT, ADD, DROP}
# model: what a host and a manager may do; nobody else may do anything.
GRANTS = {
    "tierslieu.adhesion.day": (ALL, ALL),
    "tierslieu.adhesion.sale": (ALL, ALL),
}
# Models of others: what an employee, a host and a manager may do.
THEIRS = {
    "membership.membership_line": ({READ}, {READ}, {READ, EDIT}),
    "product.template": ({READ}, {READ}, {READ, EDIT, ADD}),
    "product.product": ({READ}, {READ}, {READ, EDIT, ADD}),
}


@tagged("post_install", "-at_install")
class TestRights(AdhesionCase):
    def granted(self, user, model):
        records = self.env[model].with_user(user)
        return {operation for operation in ALL if records.has_access(operation)}

    def test_who_may_do_what(self):
        for model, (host, manager) in GRANTS.items():
            for user, expected in (
                (self.host, host), (self.manager, manager), (self.member, NOTHING), (self.visitor, NOTHING),
                (self.employee, NOTHING),
            ):
                with self.subTest(model=model, user=user.name):
                    self.assertEqual(self.granted(user, model), expected)

    def test_what_belongs_to_odoo_and_oca(self):
        for model, (employee, host, manager) in THEIRS.items():
            for user, expected in ((self.employee, employee), (self.host, host), (self.manager, manager)):
                with self.subTest(model=model, user=user.name):
                    self.assertEqual(self.granted(user, model), expected)
        self.assertEqual(self.granted(self.member, "membership.membership_line"), NOTHING)

    def test_adhesions_of_another_company_are_not_seen(self):
        line = self.paid()
        other = self.env["res.company"].create({"name": "La Gare"})
        self.host.write({"company_ids": [(4, other.id)]})
        adhesions = self.Adhesion.with_user(self.host)
        self.assertIn(line, adhesions.with_context(allowed_company_ids=self.company.ids).search([]))
        self.assertNotIn(line, adhesions.with_context(allowed_company_ids=other.ids).search([]))

    def test_every_model_of_the_addon_is_in_the_table(self):
        own = {
            model
            for model, cls in self.env.items()
            if cls._original_module == "tierslieu_membership" and not cls._abstract
            and model.startswith("tierslieu.adhesion")
        }
        self.assertEqual(own, set(GRANTS))
