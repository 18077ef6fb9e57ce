from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Chart of French associations: fees without counterpart.
ACCOUNT = "756100"


class Company(models.Model):
    """How a company keeps its adhesions."""

    _inherit = "res.company"

    tierslieu_adhesion_grace = fields.Integer(
        string="Grace after the end", default=15, help="Days after its end in which an adhesion still counts."
    )
    tierslieu_adhesion_from_month = fields.Integer(
        string="Next year included from",
        help="Number of the month from which joining for a calendar year counts for the next one too: 10 for October."
        " 0: never.",
    )
    tierslieu_adhesion_early = fields.Integer(
        string="Renewal opens", default=90, help="Days before the end from which an adhesion can be renewed."
    )
    tierslieu_adhesion_first = fields.Integer(
        string="First reminder", default=30, help="Days before the end. 0: none."
    )
    tierslieu_adhesion_second = fields.Integer(
        string="Second reminder", default=7, help="Days before the end. 0: none."
    )
    tierslieu_adhesion_after = fields.Boolean(
        string="A word after the end", default=True, help="Once, while the adhesion still counts or in the month after."
    )
    tierslieu_adhesion_account_id = fields.Many2one(
        "account.account", string="Account of fees without counterpart", check_company=True,
        help="Empty: account 756100 when there is one.",
    )

    @api.constrains(
        "tierslieu_adhesion_grace", "tierslieu_adhesion_from_month", "tierslieu_adhesion_early",
        "tierslieu_adhesion_first", "tierslieu_adhesion_second",
    )
    def _check_tierslieu_adhesion(self):
        _ = self.env._
        for company in self:
            if not 0 <= company.tierslieu_adhesion_grace <= 365:
                raise ValidationError(_("The grace of adhesions is from 0 to 365 days."))
            if company.tierslieu_adhesion_from_month and not 2 <= company.tierslieu_adhesion_from_month <= 12:
                raise ValidationError(_("The next year is included from a month from 2 to 12 on, or never: 0."))
            if not 1 <= company.tierslieu_adhesion_early <= 365:
                raise ValidationError(_("Renewal opens from 1 to 365 days before the end."))
            first, second = company.tierslieu_adhesion_first, company.tierslieu_adhesion_second
            if first < 0 or second < 0 or (first and second and second >= first):
                raise ValidationError(_("The second reminder comes after the first: fewer days before the end."))

    def _tierslieu_adhesion_account(self):
        """Return the account of fees without counterpart; empty when there is none."""
        self.ensure_one()
        company = self.sudo()
        accounts = self.env["account.account"].sudo().with_company(company)
        return company.tierslieu_adhesion_account_id or accounts.search(
            [*accounts._check_company_domain(company), ("code", "=", ACCOUNT)], limit=1
        )

    def _tierslieu_make_adhesion_account(self):
        """Open the account of fees without counterpart in a French chart that lacks it."""
        for company in self.sudo():
            if company._tierslieu_adhesion_account() or company.account_fiscal_country_id.code != "FR":
                continue
            company.env["account.account"].with_company(company).create(
                {
                    "code": ACCOUNT,
                    "name": company.with_context(lang=company.partner_id.lang).env._(
                        "Membership fees without counterpart"
                    ),
                    "account_type": "income",
                    "company_ids": [fields.Command.link(company.id)],
                }
            )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_adhesion_grace = fields.Integer(related="company_id.tierslieu_adhesion_grace", readonly=False)
    tierslieu_adhesion_from_month = fields.Integer(related="company_id.tierslieu_adhesion_from_month", readonly=False)
    tierslieu_adhesion_early = fields.Integer(related="company_id.tierslieu_adhesion_early", readonly=False)
    tierslieu_adhesion_first = fields.Integer(related="company_id.tierslieu_adhesion_first", readonly=False)
    tierslieu_adhesion_second = fields.Integer(related="company_id.tierslieu_adhesion_second", readonly=False)
    tierslieu_adhesion_after = fields.Boolean(related="company_id.tierslieu_adhesion_after", readonly=False)
    tierslieu_adhesion_account_id = fields.Many2one(
        related="company_id.tierslieu_adhesion_account_id", readonly=False
    )
