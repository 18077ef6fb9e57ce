from odoo import fields, models

from odoo.addons.tierslieu_booking.models.credit_type import DIGITS


class PlanAllowance(models.Model):
    """Credits that a plan gives each period: four hours of meeting room a month, ten tickets a quarter."""

    _name = "tierslieu.plan.allowance"
    _description = "Credits of a plan"
    _order = "plan_id, id"
    _rec_name = "type_id"

    plan_id = fields.Many2one("tierslieu.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    type_id = fields.Many2one(
        "tierslieu.credit.type", string="Credit type", required=True, index=True, ondelete="restrict",
        domain="[('company_id', '=', company_id)]",
    )
    amount = fields.Float(string="Credits", required=True, default=1.0, digits=DIGITS)
    period = fields.Selection(
        [("month", "A month"), ("quarter", "A quarter"), ("year", "A year")], required=True, default="month",
        string="For",
    )
    carry_over = fields.Boolean(
        help="What is left stays good for as long as they subscribe. Else each period has its own."
    )

    _positive = models.Constraint("CHECK (amount > 0)", "A plan gives some credit, or none at all.")
    _once = models.Constraint(
        "UNIQUE (plan_id, type_id)", "A plan gives credits of a type once each period."
    )
