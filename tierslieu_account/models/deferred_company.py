from odoo import fields, models
from odoo.exceptions import UserError

# Chart of accounts of French companies: income recorded in advance.
ACCOUNT = "487000"
METHODS = [("days", "By days"), ("months", "By months")]


class Company(models.Model):
    """How a company defers the income of later periods."""

    _inherit = "res.company"

    tierslieu_deferral_method = fields.Selection(
        METHODS, string="Deferred income counted", required=True, default="days",
        help="By months, a month of which only some days are in a period counts for its share of days.",
    )
    tierslieu_deferral_account_id = fields.Many2one(
        "account.account", string="Account of deferred income", check_company=True, help="Empty: account 487000."
    )
    tierslieu_deferral_journal_id = fields.Many2one(
        "account.journal", string="Journal of deferred income", check_company=True,
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
        help="Empty: the journal OD, or the first of miscellaneous operations.",
    )

    def _tierslieu_deferral_account(self):
        """Return the account that is raised (C) at a closing.

        :raises UserError: there is none
        """
        self.ensure_one()
        company = self.sudo()
        accounts = self.env["account.account"].with_company(company)
        account = accounts.browse(company.tierslieu_deferral_account_id.id) or accounts.search(
            [*accounts._check_company_domain(company), ("code", "=", ACCOUNT)], limit=1
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no account %(code)s: open it, or name another one in the settings.",
                    company=company.name, code=ACCOUNT,
                )
            )
        return account

    def _tierslieu_deferral_journal(self):
        """Return the journal of the entries of a closing.

        :raises UserError: there is none
        """
        self.ensure_one()
        company = self.sudo()
        journals = self.env["account.journal"]
        general = [("type", "=", "general"), ("company_id", "=", company.id)]
        journal = (
            journals.browse(company.tierslieu_deferral_journal_id.id)
            or journals.search([*general, ("code", "=", "OD")], limit=1)
            or journals.search(general, limit=1)
        )
        if not journal:
            raise UserError(
                self.env._("%(company)s has no journal of miscellaneous operations: open one.", company=company.name)
            )
        return journal


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    tierslieu_deferral_method = fields.Selection(
        related="company_id.tierslieu_deferral_method", readonly=False, required=True
    )
    tierslieu_deferral_account_id = fields.Many2one(
        related="company_id.tierslieu_deferral_account_id", readonly=False
    )
    tierslieu_deferral_journal_id = fields.Many2one(
        related="company_id.tierslieu_deferral_journal_id", readonly=False
    )
