from odoo import fields, models


class Place(models.Model):
    """What its landlord takes of the turnover of a place."""

    _inherit = "tierslieu.place"

    rent_percent = fields.Float(string="Share of the turnover", digits=(5, 2), help="In percent, VAT excluded.")
    rent_floor = fields.Monetary(string="At least, each month", help="0: there is no floor.")
    rent_activity_ids = fields.Many2many(
        "account.analytic.account", "tierslieu_place_rent_activity_rel", "place_id", "account_id",
        string="Of these activities", check_company=True,
        domain=lambda self: [("root_plan_id", "=", self.env.ref("tierslieu_account.plan_activity").id)],
        help="None: of all of them, and of what is of no activity.",
    )
    rent_partner_id = fields.Many2one("res.partner", string="Landlord", check_company=True)

    _rent = models.Constraint(
        "CHECK (COALESCE(rent_percent, 0) BETWEEN 0 AND 100 AND COALESCE(rent_floor, 0) >= 0)",
        "A share of the turnover is from 0 to 100 percent, and a floor is not below zero.",
    )
