from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from odoo.addons.tierslieu_base.tools import wait_for_turn

from ..kernels.books_plan import DUES, FORMS, REGIMES
from ..models.books_confirmation import KEEPERS, require_company

KINDS = [
    ("chart", "Chart"),
    ("account", "Account"),
    ("journal", "Journal"),
    ("tax", "Tax"),
    ("position", "Fiscal position"),
    ("setting", "Setting"),
    ("mention", "Mention"),
]
STATES = [
    ("create", "To create"), ("set", "To set"), ("differs", "Differs, left alone"), ("there", "Already there"),
]
SOURCES = [
    ("V", "Read in the chart"), ("S", "Read in articles"), ("M", "Usage, to be checked"),
]


class BooksAssistant(models.TransientModel):
    """What the books of a company want by its legal form and its VAT: shown first, made once somebody agrees.

    What the screen shows is never what is made: it is looked for again then, so that two people, or a screen
    left open for a day, make nothing twice.
    """

    _name = "tierslieu.books.assistant"
    _description = "Assistant of accounts and taxes"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    legal_form = fields.Selection(
        lambda self: self.env["res.company"]._fields["tierslieu_legal_form"]._description_selection(self.env)
    )
    vat_regime = fields.Selection(
        lambda self: self.env["res.company"]._fields["tierslieu_vat_regime"]._description_selection(self.env),
        string="VAT",
    )
    vat_due = fields.Selection(
        lambda self: self.env["res.company"]._fields["tierslieu_vat_due"]._description_selection(self.env),
        string="VAT of services is due",
    )
    line_ids = fields.One2many(
        "tierslieu.books.assistant.line", "assistant_id", compute="_compute_lines", store=True
    )
    there_ids = fields.One2many(
        "tierslieu.books.assistant.line", "there_id", compute="_compute_lines", store=True
    )
    point_ids = fields.One2many(
        "tierslieu.books.assistant.point", "assistant_id", compute="_compute_lines", store=True
    )
    todo_count = fields.Integer(compute="_compute_lines", store=True)
    differs_count = fields.Integer(compute="_compute_lines", store=True)
    problem = fields.Char(compute="_compute_lines", store=True)
    unconfirmed_count = fields.Integer(compute="_compute_unconfirmed_count")
    may_apply = fields.Boolean(compute="_compute_may_apply")
    done_said = fields.Char(readonly=True)

    @api.model
    def default_get(self, fields):
        """Begin with what the company said already, in the set-up or here."""
        values = super().default_get(fields)
        company = self.env.company.sudo()
        return values | {
            "company_id": company.id,
            "legal_form": company.tierslieu_legal_form,
            "vat_regime": company.tierslieu_vat_regime,
            "vat_due": company._tierslieu_expected_due(),
        }

    def _compute_display_name(self):
        for assistant in self:
            assistant.display_name = self.env._("Accounts and taxes")

    @api.depends_context("uid")
    def _compute_may_apply(self):
        self.may_apply = self.env.user.has_group(KEEPERS)

    @api.depends("point_ids.confirmation_id")
    def _compute_unconfirmed_count(self):
        for assistant in self:
            assistant.unconfirmed_count = len(assistant.point_ids.filtered(lambda point: not point.confirmation_id))

    def _choices(self):
        """Return the three answers that everything follows from."""
        return self.legal_form, self.vat_regime, self.vat_due or "receipts"

    @api.depends("legal_form", "vat_regime", "vat_due", "company_id")
    def _compute_lines(self):
        for assistant in self:
            findings, problem, points = [], False, []
            if assistant.legal_form and assistant.vat_regime:
                try:
                    findings = self.env["tierslieu.books.look"]._look(assistant.company_id, *assistant._choices())
                except UserError as refusal:
                    problem = str(refusal)
                points = self.env["tierslieu.books.confirmation"]._points(*assistant._choices())
            doing = [finding for finding in findings if finding["make"]]
            differs = [finding for finding in findings if finding["state"] == "differs"]
            there = [finding for finding in findings if finding["state"] == "there"]
            assistant.line_ids = assistant._as_lines([*doing, *differs])
            assistant.there_ids = assistant._as_lines(there)
            assistant.point_ids = [
                Command.clear(),
                *(
                    Command.create({
                        "key": row.key, "source": row.source,
                        **self.env["tierslieu.books.confirmation"]._words(row),
                    })
                    for row in points
                ),
            ]
            assistant.todo_count = len(doing)
            assistant.differs_count = len(differs)
            assistant.problem = problem

    @api.model
    def _as_lines(self, findings):
        return [
            Command.clear(),
            *(
                Command.create(
                    {"sequence": sequence}
                    | {name: finding[name] for name in ("kind", "name", "state", "why", "said", "source")}
                )
                for sequence, finding in enumerate(findings)
            ),
        ]

    @api.model_create_multi
    def create(self, vals_list):
        """Show nobody the books of a company that they do not work for."""
        for values in vals_list:
            require_company(self.env, values.get("company_id"))
        return super().create(vals_list)

    def write(self, vals):
        require_company(self.env, vals.get("company_id"))
        return super().write(vals)

    # -- What is done

    def _checked(self):
        """Return this assistant once whoever asks may write the books of its company."""
        _ = self.env._
        if not self.env.user.has_group(KEEPERS):
            raise AccessError(_("Only those who keep the accounts change them."))
        self.ensure_one()
        self.check_access("write")
        require_company(self.env, self.company_id.id)
        # A script may send anything: a list of a function is not checked by Odoo.
        if self.legal_form not in FORMS or self.vat_regime not in REGIMES:
            raise UserError(_("Choose the legal form and the VAT first."))
        if self.vat_regime == "subject" and self.vat_due not in DUES:
            raise UserError(_("Say when the VAT is due: when it is paid, or when it is invoiced."))
        return self

    def action_apply(self):
        """Make what is missing, all of it or nothing; what is there is left as it is."""
        assistant = self._checked()
        company = assistant.company_id.sudo()
        wait_for_turn(self.env, f"books of company {company.id}")
        values = {
            "tierslieu_legal_form": assistant.legal_form, "tierslieu_vat_regime": assistant.vat_regime,
            "tierslieu_vat_due": assistant.vat_regime == "subject" and assistant.vat_due,
        }
        changed = {name: value for name, value in values.items() if company[name] != value}
        if changed:
            company.write(changed)
        look = self.env["tierslieu.books.look"]
        doing = [one for one in look._look(company, *assistant._choices()) if one["make"]]
        for finding in doing:
            finding["make"]()
        assistant._compute_lines()
        assistant.done_said = (
            self.env._("Done: %(count)s made or set; the rest was left as it was.", count=len(doing))
            if doing
            else self.env._("Nothing was missing: nothing was touched.")
        )
        return True


class BooksAssistantLine(models.TransientModel):
    """One thing that the books want, and whether it is there."""

    _name = "tierslieu.books.assistant.line"
    _description = "What the books want"
    _order = "sequence, id"

    assistant_id = fields.Many2one("tierslieu.books.assistant", ondelete="cascade", index=True)
    there_id = fields.Many2one("tierslieu.books.assistant", ondelete="cascade", index=True)
    sequence = fields.Integer()
    kind = fields.Selection(KINDS)
    name = fields.Char()
    state = fields.Selection(STATES)
    why = fields.Char(string="What for")
    said = fields.Char(string="Remark")
    source = fields.Selection(SOURCES, string="Where it comes from")


class BooksAssistantPoint(models.TransientModel):
    """One thing that somebody is to confirm by name, and who did."""

    _name = "tierslieu.books.assistant.point"
    _description = "Setting to confirm"

    assistant_id = fields.Many2one("tierslieu.books.assistant", ondelete="cascade", index=True)
    key = fields.Char()
    title = fields.Char(string="Setting")
    said = fields.Char(string="What is confirmed")
    source = fields.Selection(SOURCES, string="Where it comes from")
    confirmation_id = fields.Many2one("tierslieu.books.confirmation", compute="_compute_confirmation_id")
    confirmed_by = fields.Char(related="confirmation_id.confirmed_by")
    confirmed_on = fields.Date(related="confirmation_id.confirmed_on")
    may_apply = fields.Boolean(related="assistant_id.may_apply")

    @api.depends("key", "assistant_id.company_id")
    def _compute_confirmation_id(self):
        found = self.env["tierslieu.books.confirmation"].search(
            [("company_id", "in", self.assistant_id.company_id.ids), ("key", "in", self.mapped("key"))]
        )
        by_key = {(one.company_id, one.key): one for one in found}
        for point in self:
            point.confirmation_id = by_key.get((point.assistant_id.company_id, point.key))

    def action_confirm(self):
        """Ask who says yes to it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Who confirms it?"),
            "res_model": "tierslieu.books.confirmation",
            "views": [(self.env.ref("tierslieu_account.view_books_confirmation_confirm").id, "form")],
            "target": "new",
            "context": {
                "default_key": self.key, "default_company_id": self.assistant_id.company_id.id,
                "dialog_size": "medium",
            },
        }

    def action_take_back(self):
        """Take back what was confirmed by mistake."""
        return self.confirmation_id.action_take_back()
