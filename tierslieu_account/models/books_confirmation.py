from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..kernels.books_plan import FORMS, POINTS, REGIMES, wanted

KEEPERS = "account.group_account_manager"


def require_company(env, company_id):
    """Refuse a company that whoever asks does not work for; nothing is asked when there is none.

    :raises AccessError: it is the company of others
    """
    if company_id and not env.su and company_id not in env.companies.ids:
        raise AccessError(env._("This company is not one of yours."))


class BooksConfirmation(models.Model):
    """Somebody who knows said yes to a setting, by name and on a day; what they read is kept with it.

    A confirmation is never changed. What was said by mistake is taken back, and stays to be read.
    """

    _name = "tierslieu.books.confirmation"
    _description = "Setting of the books, confirmed"
    _order = "confirmed_on desc, id desc"
    _rec_name = "title"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, readonly=True,
        ondelete="cascade",
    )
    key = fields.Char(required=True, readonly=True)
    title = fields.Char(required=True, readonly=True)
    said = fields.Text(string="What is confirmed", required=True, readonly=True)
    confirmed_by = fields.Char(
        string="Confirmed by", required=True, help="First name, name and trade: the accountant as a rule."
    )
    confirmed_on = fields.Date(
        string="On", required=True, default=lambda self: self.env.company._tierslieu_today()
    )
    note = fields.Text(string="Remark")
    user_id = fields.Many2one(
        "res.users", string="Entered by", required=True, readonly=True, default=lambda self: self.env.user
    )
    active = fields.Boolean(default=True, readonly=True)
    state = fields.Selection(
        [("confirmed", "Confirmed"), ("back", "Taken back")], compute="_compute_state"
    )

    _once = models.UniqueIndex("(company_id, key) WHERE active", "This is confirmed already.")

    @api.depends("active")
    def _compute_state(self):
        for confirmation in self:
            confirmation.state = "confirmed" if confirmation.active else "back"

    @api.model
    def _points(self, form, regime, due):
        """Return the rows of the plan to be confirmed; everything counts as long as a choice is missing."""
        return wanted(POINTS, form if form in FORMS else "other", regime if regime in REGIMES else "subject", due)

    @api.model
    def _point(self, key):
        return next((row for row in POINTS if row.key == key), None)

    @api.model
    def _words(self, row):
        """Return the title of a point and what is confirmed, in the language of the reader."""
        lang = self.env.lang or "en_US"
        return {"title": row.title._translate(lang), "said": row.said._translate(lang)}

    @api.model
    def default_get(self, fields):
        """Say what is to be confirmed beside its key."""
        values = super().default_get(fields)
        row = self._point(values.get("key"))
        if row:
            values |= self._words(row)
        return values

    @api.model_create_multi
    def create(self, vals_list):
        """Keep who said yes; what they said yes to comes from the plan, whatever the caller sends."""
        self._require_keeper()
        return super().create([self._checked(values) for values in vals_list])

    @api.model
    def _require_keeper(self):
        if not self.env.su and not self.env.user.has_group(KEEPERS):
            raise AccessError(self.env._("Only those who keep the accounts enter what is confirmed."))

    @api.model
    def _checked(self, values):
        _ = self.env._
        company = self.env["res.company"].browse(values.get("company_id") or self.env.company.id)
        require_company(self.env, company.id)
        row = self._point(values.get("key") or self.env.context.get("default_key"))
        if not row:
            raise UserError(_("Choose what is confirmed in the list of the assistant."))
        name = values.get("confirmed_by")
        name = " ".join(name.split()) if isinstance(name, str) else ""
        if len(name) < 3:
            raise UserError(_("Say who confirms it: a name, not initials."))
        today = company._tierslieu_today()
        day = fields.Date.to_date(values.get("confirmed_on") or today)
        if day > today:
            raise UserError(_("It is confirmed today or before, not later."))
        return {
            "company_id": company.id, "key": row.key, **self._words(row),
            "confirmed_by": name, "confirmed_on": day, "note": values.get("note"), "user_id": self.env.uid,
        }

    def action_done(self):
        """Close the dialog: saving was all there was to do."""
        return {"type": "ir.actions.act_window_close"}

    def action_take_back(self):
        """Take confirmations back: they stay, and the settings wait for another one."""
        self._require_keeper()
        self.check_access("read")
        self.sudo().active = False
        return True


class Books(models.AbstractModel):
    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        """Add what nobody confirmed yet: an official document waits for it."""
        return [*super()._closing_checks(company, first, last), *self._check_settings(company)]

    @api.model
    def _unconfirmed(self, company):
        """Return the rows of the plan that this company uses and nobody confirmed."""
        confirmed = self.env["tierslieu.books.confirmation"].sudo().search([("company_id", "=", company.id)])
        keys = set(confirmed.mapped("key"))
        return [row for row in company.sudo()._tierslieu_points() if row.key not in keys]

    @api.model
    def _check_settings(self, company):
        _ = self.env._
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_account.action_books_assistant")
        return [
            {
                "key": "settings",
                "title": _("Settings that nobody confirmed by name"),
                "count": len(self._unconfirmed(company)),
                "blocking": True,
                "action": action,
                "advice": _("Show them to the accountant: “To confirm” in the assistant of accounts and taxes."),
            }
        ]
