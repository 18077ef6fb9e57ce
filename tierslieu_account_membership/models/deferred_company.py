from odoo import fields, models


class Company(models.Model):
    """Whether fees without counterpart are deferred."""

    _inherit = "res.company"

    tierslieu_defer_fees = fields.Boolean(
        string="Defer fees without counterpart",
        help="Without it, such a fee is income of the year in which it is asked for.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_defer_fees = fields.Boolean(related="company_id.tierslieu_defer_fees", readonly=False)
