from odoo import api, fields, models
from odoo.exceptions import ValidationError

MOST_RETRIES = 5


class Company(models.Model):
    """When a card that was refused is charged again."""

    _inherit = "res.company"

    tierslieu_charge_retries = fields.Char(
        string="A refused card is charged again after", default="3, 5, 7",
        help="Days after it was first refused, from the smallest on. Empty: never.",
    )

    @api.constrains("tierslieu_charge_retries")
    def _check_tierslieu_charge_retries(self):
        for company in self:
            company._tierslieu_retry_days()

    def _tierslieu_retry_days(self):
        """Return the days after the first refusal on which a card is charged again, in order."""
        self.ensure_one()
        said = (self.tierslieu_charge_retries or "").replace(",", " ").split()
        days = [int(word) for word in said if word.isascii() and word.isdigit() and len(word) < 4]
        if len(days) != len(said) or days != sorted(set(days)) or len(days) > MOST_RETRIES or 0 in days or (
            days and days[-1] > 60
        ):
            raise ValidationError(
                self.env._("Write days from 1 to 60, from the smallest on, five at the most: 3, 5, 7.")
            )
        return days


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_charge_retries = fields.Char(related="company_id.tierslieu_charge_retries", readonly=False)
