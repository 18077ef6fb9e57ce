from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command, Domain
from odoo.tools import float_compare

# Shares of a threshold at which the manager is told, once a year each.
NEAR, REACHED = 80.0, 100.0


class Threshold(models.Model):
    """An amount of sales in a calendar year after which taxes change, and how much of it is there.

    The sales of the ledger count, on the day of their document, credit notes
    below zero: a rule that counts money received is reached later, never
    sooner. Amounts are settings, since laws move them; each says where it was
    read, and an accountant confirms it.
    """

    _name = "tierslieu.books.threshold"
    _description = "Threshold of turnover"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(readonly=True, copy=False, help="What the suite proposes has one: it is proposed once.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(required=True, tracking=True, help="Of a calendar year, VAT excluded.")
    tolerated = fields.Monetary(
        string="Tolerated up to", tracking=True, help="Above it, the change comes at once. 0: there is no such amount."
    )
    account_prefixes = fields.Char(
        string="Accounts", required=True, default="70", help="Beginnings of accounts of class 7, such as 706, 708."
    )
    tax_ids = fields.Many2many(
        "account.tax", string="Taxes", check_company=True, domain=[("type_tax_use", "=", "sale")],
        help="Only sales with one of these taxes count. None: all sales do.",
    )
    activity_account_ids = fields.Many2many(
        "account.analytic.account", string="Activities that count", check_company=True,
        domain=lambda self: [("root_plan_id", "=", self.env.ref("tierslieu_account.plan_activity").id)],
        help="Only these, for example those that compete with businesses. None: all of them do.",
    )
    source = fields.Char(help="Where the amount was read, and when.")

    near_year = fields.Integer(readonly=True, copy=False, help="Last year for which the manager was told of 80 %.")
    reached_year = fields.Integer(readonly=True, copy=False, help="Last year for which the manager was told of 100 %.")
    turnover = fields.Monetary(string="This year", compute="_compute_turnover")
    share = fields.Float(string="Reached", compute="_compute_turnover", help="In percent of the amount.")
    state = fields.Selection(
        [("below", "Far from it"), ("near", "Near"), ("over", "Reached"), ("beyond", "Above what is tolerated")],
        compute="_compute_turnover",
    )

    _amounts = models.Constraint(
        "CHECK (amount > 0 AND (COALESCE(tolerated, 0) = 0 OR tolerated >= amount))",
        "A threshold is above zero, and what is tolerated is above the threshold.",
    )
    _proposed_once = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "This threshold is there already."
    )

    @api.constrains("account_prefixes")
    def _check_account_prefixes(self):
        for threshold in self:
            prefixes = threshold._prefixes()
            if not prefixes or not all(each.isdigit() and each.startswith("7") for each in prefixes):
                raise ValidationError(
                    self.env._("Accounts are written by how they begin, with commas, in class 7: 70, 7588.")
                )

    @api.depends("amount", "tolerated", "account_prefixes", "tax_ids", "activity_account_ids", "company_id")
    def _compute_turnover(self):
        for threshold in self:
            company = threshold.company_id
            threshold.turnover = (company and threshold._turnover_of(company._tierslieu_today().year)) or 0.0
            threshold.share = threshold._share_of(threshold.turnover)
            threshold.state = threshold._state_of(threshold.turnover)

    # -- How much of it is there

    def _prefixes(self):
        return [each.strip() for each in (self.account_prefixes or "").split(",") if each.strip()]

    def _domain_of(self, year):
        """Return what counts in a calendar year, as a domain of `tierslieu.figures.activity`."""
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id), ("date", ">=", date(year, 1, 1)),
                ("date", "<=", date(year, 12, 31)), ("income", "!=", 0),
            ]
        ) & Domain.OR([("account_id.code", "=like", f"{prefix}%")] for prefix in self._prefixes())
        if self.tax_ids:
            domain &= Domain("line_id.tax_ids", "in", self.tax_ids.ids)
        if self.activity_account_ids:
            domain &= Domain("activity_id", "in", self.activity_account_ids.ids)
        return domain

    def _turnover_of(self, year):
        """Return the sales that count in a calendar year, in the currency of the company."""
        self.ensure_one()
        figures = self.env["tierslieu.figures.activity"].sudo().with_company(self.company_id)
        [(total,)] = figures._read_group(self._domain_of(year), [], ["income:sum"])
        return self.currency_id.round(total or 0.0)

    def _share_of(self, turnover):
        return round(100.0 * turnover / self.amount, 1) if self.amount else 0.0

    def _state_of(self, turnover):
        """Tell how far an amount is: compared with the threshold itself, not with a rounded share."""
        def at_least(amount):
            return float_compare(turnover, amount, precision_rounding=self.currency_id.rounding or 0.01) >= 0

        if not self.amount or not at_least(self.amount * NEAR / REACHED):
            return "below"
        if not at_least(self.amount):
            return "near"
        if self.tolerated and not self.currency_id.compare_amounts(turnover, self.tolerated) > 0:
            return "over"
        return "beyond" if self.tolerated else "over"

    # -- Telling of it

    @api.model
    def _cron_watch(self):
        self.search([("company_id", "!=", False)])._watch()

    def _watch(self):
        """Tell the manager that a threshold is close, or reached: once each in a calendar year.

        When sales go down again by a credit note, and up once more, nothing new is said.
        """
        for threshold in self:
            year = threshold.company_id._tierslieu_today().year
            turnover = threshold._turnover_of(year)
            state = threshold._state_of(turnover)
            if state in ("over", "beyond") and threshold.reached_year != year:
                threshold.write({"reached_year": year, "near_year": year})
                threshold._tell(turnover, year, reached=True)
            elif state == "near" and threshold.near_year != year:
                threshold.near_year = year
                threshold._tell(turnover, year, reached=False)

    def _tell(self, turnover, year, reached):
        """Give the manager an activity that says how much there is and what to do."""
        user = self.company_id._tierslieu_responsible()
        said = self.with_context(lang=user.lang or self.env.lang)
        currency, _ = said.currency_id, said.env._
        values = {
            "name": said.name, "year": year, "turnover": currency.format(turnover),
            "amount": currency.format(self.amount), "share": f"{NEAR:.0f}",
        }
        if reached:
            summary = _("%(name)s: reached in %(year)s", **values)
            values["tolerated"] = currency.format(self.tolerated)
            if self._state_of(turnover) == "beyond":
                note = _(
                    "%(turnover)s of sales in %(year)s: more than the %(tolerated)s that is tolerated."
                    " See the accountant today.", **values,
                )
            elif self.tolerated:
                note = _(
                    "%(turnover)s of sales in %(year)s: the threshold is %(amount)s, and up to %(tolerated)s is"
                    " tolerated. See the accountant now.", **values,
                )
            else:
                note = _(
                    "%(turnover)s of sales in %(year)s: the threshold is %(amount)s. See the accountant now.", **values
                )
        else:
            summary = _("%(name)s: %(share)s %% reached in %(year)s", **values)
            note = _(
                "%(turnover)s of sales in %(year)s of the %(amount)s of the threshold. Ask the accountant what"
                " comes after it.", **values,
            )
        said.activity_schedule("mail.mail_activity_data_todo", user_id=user.id, summary=summary, note=note)

    def action_open_sales(self):
        """Show what counts this year, line by line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "tierslieu.figures.activity",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": list(self._domain_of(self.company_id._tierslieu_today().year)),
        }

    # -- Proposed

    @api.model
    def _propose(self, companies=None):
        """Make the thresholds that companies with a place lack: what was changed or archived stays so.

        A company with a VAT number is under no franchise: its threshold is
        there, archived.
        """
        if companies is None:
            companies = self.env["tierslieu.place"].sudo().with_context(active_test=False).search(
                [("company_id", "!=", False)]
            ).company_id
        for company in companies.sudo():
            there = self.sudo().with_context(active_test=False).search([("company_id", "=", company.id)])
            lang = company.partner_id.lang or self.env.lang
            for values in self.with_context(lang=lang)._proposals(company):
                if values["code"] not in there.mapped("code"):
                    self.sudo().create(values | {"company_id": company.id, "tax_ids": [Command.clear()]})

    @api.model
    def _proposals(self, company):
        """Return the values of what concerns a company."""
        proposals = []
        if company.tierslieu_legal_form == "association":
            proposals.append(
                {
                    "code": "association", "sequence": 10, "amount": 80011.0,
                    "name": self.env._("Business taxes of an association"),
                    "source": self.env._(
                        "Amount of 2025 and 2026, as read on solidatech.fr: confirm it with an accountant."
                    ),
                }
            )
        proposals.append(
            {
                "code": "franchise", "sequence": 20, "amount": 37500.0, "tolerated": 41250.0,
                "active": not company.vat,
                "name": self.env._("VAT franchise, services"),
                "source": self.env._("Amounts of 2026, as read on legifiscal.fr: confirm them with an accountant."),
            }
        )
        return proposals


class Company(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Watch what concerns the legal form that a company takes."""
        result = super().write(vals)
        if vals.get("tierslieu_legal_form"):
            places = self.env["tierslieu.place"].sudo().with_context(active_test=False)
            self.env["tierslieu.books.threshold"]._propose(places.search([("company_id", "in", self.ids)]).company_id)
        return result


class Books(models.AbstractModel):
    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        checks = super()._closing_checks(company, first, last)
        every = self.env["tierslieu.books.threshold"].sudo().search([("company_id", "=", company.id)])
        every._watch()
        close = every.filtered(lambda one: one._state_of(one._turnover_of(last.year)) != "below")
        checks.append(
            {
                "key": "threshold",
                "title": self.env._("Thresholds that are close or reached"),
                "count": len(close),
                "blocking": False,
                "action": {
                    "type": "ir.actions.act_window",
                    "name": self.env._("Thresholds"),
                    "res_model": "tierslieu.books.threshold",
                    "view_mode": "list,form",
                    "views": [(False, "list"), (False, "form")],
                    "domain": [("id", "in", close.ids)],
                },
                "advice": self.env._("Check what changes for VAT and taxes, and from which day."),
            }
        )
        return checks
