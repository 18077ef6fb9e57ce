from odoo import api, fields, models


class Place(models.Model):
    """A place has an account of its own in the plan of places."""

    _inherit = "tierslieu.place"

    analytic_account_id = fields.Many2one(
        "account.analytic.account", string="Analytic account", copy=False, check_company=True, ondelete="restrict",
        domain=lambda self: [("root_plan_id", "=", self.env.ref("tierslieu_account.plan_place").id)],
        help="What is sold and bought for this place bears it, without being typed.",
    )

    _analytic_account = models.UniqueIndex(
        "(analytic_account_id) WHERE analytic_account_id IS NOT NULL", "Each place has an account of its own."
    )

    def _make_analytic_account(self):
        """Make the accounts of places that have none."""
        plan = self.env.ref("tierslieu_account.plan_place").sudo()
        for place in self.sudo().filtered(lambda place: not place.analytic_account_id):
            place.analytic_account_id = self.env["account.analytic.account"].sudo().create(
                {"name": place.name, "plan_id": plan.id, "company_id": place.company_id.id}
            )

    @api.model_create_multi
    def create(self, vals_list):
        places = super().create(vals_list)
        self.env["account.analytic.account"]._tierslieu_make(places.company_id)
        self.env["tierslieu.books.threshold"]._propose(places.company_id)
        self.env.registry.clear_cache()
        return places

    def write(self, vals):
        """Let the account of a place be called as the place is, unless somebody called it otherwise."""
        same = self.browse()
        if "name" in vals:
            same = self.filtered(lambda place: place.sudo().analytic_account_id.name == place.name)
        result = super().write(vals)
        for place in same:
            place.sudo().analytic_account_id.name = place.name
        if {"active", "company_id", "analytic_account_id"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
