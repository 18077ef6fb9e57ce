from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .adhesion import GOOD

CONTRACT, PERSON = "contract.contract", "res.partner"


class Company(models.Model):
    """What is done for those who are new: one of Odoo's activity plans, the team's own to change."""

    _inherit = "res.company"

    tierslieu_onboarding = fields.Boolean(
        string="Newcomers are welcomed", help="Who subscribes or joins gets the steps of the plan, by itself."
    )
    tierslieu_onboarding_plan_id = fields.Many2one(
        "mail.activity.plan", string="Steps for who subscribes", domain=[("res_model", "=", CONTRACT)],
        ondelete="set null", help="Empty: ours, to be changed as you like.",
    )
    tierslieu_onboarding_person_plan_id = fields.Many2one(
        "mail.activity.plan", string="Steps for who joins", domain=[("res_model", "=", PERSON)],
        ondelete="set null", help="Empty: ours, to be changed as you like.",
    )

    def _tierslieu_onboarding_steps(self):
        """Return {model: (name, ((days after the beginning, what to do), …))} in the language of the company."""
        _ = self.with_context(lang=self._tierslieu_responsible().lang).env._
        return {
            CONTRACT: (
                _("Welcome: a new subscription"),
                (
                    (0, _("Say welcome, show where the coffee is")),
                    (0, _("Hand over the key or the badge")),
                    (0, _("Show the place: rooms, printer, kitchen, rules")),
                    (0, _("Show the desk and the locker")),
                    (1, _("Give the member card, and see that it opens")),
                    (7, _("Introduce them to the others")),
                    (30, _("Ask how it goes")),
                ),
            ),
            PERSON: (
                _("Welcome: a new member"),
                (
                    (0, _("Say welcome, and what the place lives from")),
                    (0, _("Give the member card")),
                    (7, _("Show the place: rooms, printer, kitchen, rules")),
                ),
            ),
        }

    def _tierslieu_onboarding_plan(self, model):
        """Return the plan for newcomers of a kind; ours is made when there is none."""
        self.ensure_one()
        company = self.sudo()
        name = "tierslieu_onboarding_plan_id" if model == CONTRACT else "tierslieu_onboarding_person_plan_id"
        if not company[name]:
            title, steps = company._tierslieu_onboarding_steps()[model]
            company[name] = company.env["mail.activity.plan"].create(
                {
                    "name": title,
                    "res_model": model,
                    "company_id": company.id,
                    "template_ids": [
                        Command.create(
                            {
                                "sequence": 10 * nth, "summary": summary, "responsible_type": "on_demand",
                                "activity_type_id": company.env.ref("mail.mail_activity_data_todo").id,
                                "delay_count": days, "delay_unit": "days", "delay_from": "after_plan_date",
                            }
                        )
                        for nth, (days, summary) in enumerate(steps, start=1)
                    ],
                }
            )
        return company[name]

    def _tierslieu_welcome(self, records, day):
        """Begin the welcome of some records, once each.

        :param records: subscriptions or contacts
        :param day: local date from which the days of the steps count
        """
        self.ensure_one()
        records = records.sudo()
        begun = self.env["mail.activity"].sudo().with_context(active_test=False).search(
            [("res_model", "=", records._name), ("res_id", "in", records.ids), ("tierslieu_onboarding", "=", True)]
        )
        plan = self._tierslieu_onboarding_plan(records._name)
        host = self._tierslieu_responsible("tierslieu_base.group_host")
        for record in records.browse(set(records.ids) - set(begun.mapped("res_id"))):
            for template in plan.template_ids:
                record.with_context(mail_activity_quick_update=True).activity_schedule(
                    activity_type_id=template.activity_type_id.id,
                    summary=template.summary,
                    note=template.note,
                    user_id=(template.responsible_id or host).id,
                    date_deadline=template._get_date_deadline(day),
                    automated=False,
                    tierslieu_onboarding=True,
                )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_onboarding = fields.Boolean(related="company_id.tierslieu_onboarding", readonly=False)


class Activity(models.Model):
    _inherit = "mail.activity"

    tierslieu_onboarding = fields.Boolean(
        string="Welcome", readonly=True, index="btree_not_null", help="A step of the welcome of somebody new."
    )


class Plan(models.Model):
    _inherit = "tierslieu.plan"

    @api.model
    def subscribe(self, plan, partner, start, unit=None, **options):
        """Begin the welcome of who subscribes, where the place does."""
        contract = super().subscribe(plan, partner, start, unit=unit, **options)
        company = contract.sudo().company_id
        if company.tierslieu_onboarding and not self.env.context.get("tierslieu_no_welcome"):
            company._tierslieu_welcome(contract, max(contract.sudo().tierslieu_start, company._tierslieu_today()))
        return contract


class Contract(models.Model):
    _inherit = "contract.contract"

    tierslieu_steps_left = fields.Integer(string="Steps of the welcome", compute="_compute_tierslieu_steps_left")

    @api.depends("activity_ids.tierslieu_onboarding")
    def _compute_tierslieu_steps_left(self):
        for contract in self:
            contract.tierslieu_steps_left = len(contract.sudo().activity_ids.filtered("tierslieu_onboarding"))

    def action_welcome(self):
        """Begin the welcome by hand."""
        for contract in self._tierslieu_require_team():
            contract.company_id._tierslieu_welcome(contract, contract._tierslieu_today())
        return True

    @api.model
    def _cron_subscriptions(self):
        """Begin the welcome of those who have just joined, too."""
        result = super()._cron_subscriptions()
        for company in self.env["res.company"].search([("tierslieu_onboarding", "=", True)]):
            people = self.env["membership.membership_line"]._tierslieu_newcomers(company)
            if people:
                company._tierslieu_welcome(people, company._tierslieu_today())
            self.env["ir.cron"]._commit_progress()
        return result


class Adhesion(models.Model):
    _inherit = "membership.membership_line"

    @api.model
    def _tierslieu_newcomers(self, company):
        """Return who is covered by a first adhesion, paid or given today or yesterday, and does not subscribe."""
        today = company._tierslieu_today()
        ours = [("tierslieu_scope", "!=", False), ("company_id", "=", company.id), ("state", "in", GOOD)]
        lines = self.sudo().search([*ours, ("tierslieu_paid_on", ">=", today - timedelta(days=1))])
        people = lines.partner_id | lines.tierslieu_covered_ids
        known = self.sudo().search([*ours, ("id", "not in", lines.ids), ("partner_id", "in", people.ids)])
        subscribers = self.env["contract.contract"].sudo().search(
            [("tierslieu_plan_id", "!=", False), ("partner_id", "in", people.ids)]
        )
        return people - known.partner_id - subscribers.partner_id


class Partner(models.Model):
    _inherit = "res.partner"

    def action_tierslieu_welcome(self):
        """Begin the welcome of someone by hand."""
        if not self.env.user.has_group("tierslieu_base.group_host"):
            raise UserError(self.env._("Only the team welcomes newcomers."))
        self.check_access("read")
        company = self.env.company
        company._tierslieu_welcome(self, company._tierslieu_today())
        return True
