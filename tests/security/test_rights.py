"""Every model of ours × every group × every operation, beside the decisions written in rights.csv.

A line is a model, a column a group: what a user of that group alone may do, of read, write, create, delete
(`r`, `w`, `c`, `d`). A model or a group without a decision fails, and so does a decision about none. Models of
Odoo are there when our addons grant rights on them.
"""

import csv
from pathlib import Path

from ours import models, records_of

from odoo import Command
from odoo.tests import TransactionCase, new_test_user, tagged

DECISIONS = Path(__file__).with_name("rights.csv")
OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}
# Groups of Odoo that our models know of, beside all of ours.
THEIRS = ("base.group_public", "base.group_portal", "base.group_user", "account.group_account_invoice",
          "base.group_system")
# Models that belong to no company: what they are for has none.
OF_NO_COMPANY = {
    "tierslieu.amenity": "words that every place uses",
    "tierslieu.integrity.result": "promises of the whole database",
    "tierslieu.retention.rule": "how long each kind of data is kept, in the whole database",
    "tierslieu.throttle": "counters of requests, read by nobody",
    "tierslieu.token": "keys, read by nobody",
}


@tagged("-at_install", "post_install")
class TestRights(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        ours = records_of(cls.env, "res.groups")
        cls.groups = [*THEIRS, *sorted(ours.get_external_id().values())]
        access = records_of(cls.env, "ir.model.access")
        cls.models = sorted({*models(cls.env), *access.model_id.mapped("model")})
        with DECISIONS.open(encoding="utf-8", newline="") as file:
            cls.decisions = {line.pop("model"): line for line in csv.DictReader(file)}

    def rights(self):
        """Return {model: {group: letters}} as Odoo applies them."""
        users = {
            group: new_test_user(self.env, f"sweep {group}", groups=group) for group in self.groups
        }
        return {
            model: {
                group: "".join(
                    letter
                    for operation, letter in OPERATIONS.items()
                    if self.env[model].with_user(user).has_access(operation)
                ) or "-"
                for group, user in users.items()
            }
            for model in self.models
        }

    def test_every_model_and_group_has_its_decision(self):
        self.assertEqual(sorted(self.decisions), self.models, f"Decide in {DECISIONS.name} who may do what.")
        for model, line in self.decisions.items():
            self.assertEqual(sorted(line), sorted(self.groups), model)

    def test_rights_are_those_decided(self):
        found = self.rights()
        wrong = [
            f"{model}, {group}: {found[model][group]}, decided {decided}"
            for model, line in self.decisions.items()
            for group, decided in line.items()
            if found.get(model, {}).get(group) != decided
        ]
        self.assertFalse(wrong, "\n".join(wrong))

    def test_members_and_visitors_may_do_nothing(self):
        for model in models(self.env):
            for group in ("base.group_public", "base.group_portal"):
                self.assertEqual(self.decisions[model][group], "-", f"{model}: members never write models.")

    def test_each_company_keeps_to_itself(self):
        """A manager of another company sees no record of any model: each has its rule, or a reason not to."""
        company = self.env["res.company"].create({"name": "Ailleurs"})
        stranger = new_test_user(
            self.env, "ailleurs", groups="tierslieu_base.group_manager",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        for model in models(self.env):
            if self.env[model]._transient or model in OF_NO_COMPANY:
                continue
            with self.subTest(model):
                rules = self.env["ir.rule"].sudo().search([("model_id.model", "=", model), ("groups", "=", False)])
                self.assertIn("company", " ".join(rules.mapped("domain_force")), "It has no rule of companies.")
                if self.env[model].with_user(stranger).has_access("read"):
                    seen = self.env[model].with_user(stranger).search([])
                    self.assertFalse(seen.sudo().filtered(lambda record: company not in companies_of(record)))
        self.assertFalse(OF_NO_COMPANY.keys() - set(models(self.env)), "Models that are no more.")


def companies_of(record):
    """Return the companies of a record: its own, or its place's."""
    return record.company_id if "company_id" in record._fields else record.place_id.company_id
