from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

# What decides which lines of the books an account is for.
DECIDES = {
    "active", "company_id", "plan_id", "tierslieu_source_ids", "tierslieu_product_ids", "tierslieu_categ_ids",
}


class AnalyticPlan(models.Model):
    _inherit = "account.analytic.plan"

    @api.model
    def _tierslieu_plans(self):
        """Return the plans of places and of activities, in this order."""
        return self.env.ref("tierslieu_account.plan_place").sudo() | self.env.ref(
            "tierslieu_account.plan_activity"
        ).sudo()

    def unlink(self):
        """Keep our plans: looked at first, since Odoo begins by dropping their columns."""
        if not self.env.context.get(MODULE_UNINSTALL_FLAG) and self & self._tierslieu_plans():
            raise UserError(  # pylint: disable=no-raise-unlink
                self.env._("Places and activities are followed by this plan: archive its accounts instead.")
            )
        return super().unlink()


class AnalyticAccount(models.Model):
    """An activity is an account of the plan of activities that knows where its sales come from.

    What is said of a product counts before what is said of its category, and
    that before what a line is known to be of.
    """

    _inherit = "account.analytic.account"

    tierslieu_source_ids = fields.Many2many(
        "tierslieu.activity.source", "tierslieu_activity_source_rel", "account_id", "source_id", string="Comes from",
        copy=False,
    )
    tierslieu_categ_ids = fields.Many2many(
        "product.category", "tierslieu_activity_categ_rel", "account_id", "categ_id", string="Product categories",
        copy=False, help="Whatever a line is of: coffees served with a room are of the bar.",
    )
    tierslieu_product_ids = fields.Many2many(
        "product.template", "tierslieu_activity_product_rel", "account_id", "product_id", string="Products",
        copy=False, check_company=True,
    )

    @api.constrains("company_id", "active", "tierslieu_source_ids", "tierslieu_categ_ids", "tierslieu_product_ids")
    def _check_tierslieu_once(self):
        """Let nothing be of two activities of a company."""
        for account in self.filtered("active"):
            for name in ("tierslieu_source_ids", "tierslieu_categ_ids", "tierslieu_product_ids"):
                if not account[name]:
                    continue
                other = self.sudo().search(
                    [
                        ("id", "!=", account.id), ("company_id", "in", (account.company_id.id, False)),
                        (name, "in", account[name].ids),
                    ],
                    limit=1,
                )
                if other:
                    raise ValidationError(
                        self.env._(
                            "%(what)s: this is of the activity %(activity)s already.",
                            what=(other[name] & account[name])[:1].display_name, activity=other.name,
                        )
                    )

    # -- Which account for what

    @api.model
    @tools.ormcache("company_id")
    def _tierslieu_known(self, company_id):
        """Return what decides the analytics of a company, as plain numbers that stay in memory.

        :return: dict of `place_plan`, `activity_plan` (ids), `plans` ({account: plan} of both),
            `places` ({place: account}), `place` (the account when there is a single place, or False),
            `sources` ({code: account}), `products` and `categories` ({id: account})
        """
        place_plan, activity_plan = self.env["account.analytic.plan"]._tierslieu_plans()
        every = self.sudo().with_context(active_test=False).search(
            [("root_plan_id", "in", (place_plan.id, activity_plan.id))]
        )
        places = self.env["tierslieu.place"].sudo().search([("company_id", "=", company_id)])
        known = {
            "place_plan": place_plan.id,
            "activity_plan": activity_plan.id,
            "plans": {account.id: account.root_plan_id.id for account in every},
            "places": {place.id: place.analytic_account_id.id for place in places if place.analytic_account_id},
            "place": places.analytic_account_id.id if len(places) == 1 else False,
            "sources": {}, "products": {}, "categories": {},
        }
        for account in every.filtered("active"):
            if account.root_plan_id == activity_plan and account.company_id.id in (company_id, False):
                known["sources"] |= dict.fromkeys(account.tierslieu_source_ids.mapped("code"), account.id)
                known["products"] |= dict.fromkeys(account.tierslieu_product_ids.ids, account.id)
                known["categories"] |= dict.fromkeys(account.tierslieu_categ_ids.ids, account.id)
        return known

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        self.env.registry.clear_cache()
        return accounts

    def write(self, vals):
        result = super().write(vals)
        if DECIDES & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    # -- Made for a company

    @api.model
    def _tierslieu_make(self, companies=None):
        """Make what companies with a place lack: an account for each place, activities for what sells.

        What is there stays as it is: this can run again when an addon brings
        new sources. It runs by itself when an addon is installed and when a
        company gets its first place, so that nobody has to set it up.

        :param companies: all that have a place, by default
        """
        every = self.env["tierslieu.place"].sudo().with_context(active_test=False)
        if companies is None:
            companies = every.search([("company_id", "!=", False)]).company_id
        for company in companies.sudo():
            every.search([("company_id", "=", company.id)])._make_analytic_account()
            self._tierslieu_make_activities(company)

    @api.model
    def _tierslieu_make_activities(self, company):
        """Make the activities of the sources that no activity of a company is for."""
        plan = self.env.ref("tierslieu_account.plan_activity").sudo()
        accounts = self.sudo().with_context(active_test=False, lang=company.partner_id.lang or self.env.lang)
        there = accounts.search([("root_plan_id", "=", plan.id), ("company_id", "=", company.id)])
        sources = accounts.env["tierslieu.activity.source"].search([("code", "!=", False)]) - there.tierslieu_source_ids
        for name, its in sources.filtered("activity").grouped("activity").items():
            account = there.filtered(lambda one, name=name: one.name == name)[:1]
            if account:
                account.tierslieu_source_ids |= its
            else:
                there |= accounts.create(
                    {
                        "name": name, "plan_id": plan.id, "company_id": company.id,
                        "tierslieu_source_ids": [Command.set(its.ids)],
                    }
                )
