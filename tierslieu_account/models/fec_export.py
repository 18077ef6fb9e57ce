from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .fec_check import Period

# What who exports may write; the rest follows from it.
FREE = {"company_id", "first", "last", "mode", "charset", "delimiter", "auxiliary"}
READERS = ("account.group_account_readonly", "account.group_account_user", "account.group_account_manager")
CLOSERS = ("account.group_account_user", "account.group_account_manager")
DELIMITERS = {"tab": "\t", "bar": "|"}
# Code de commerce, article L123-22.
YEARS_KEPT = 10


class FecExport(models.Model):
    """One export of the entries of a period as an FEC: what was asked, what was found, and the file.

    A test file may be written again and thrown away. An official one is what the
    tax office is given: it is kept for ten years after its period, and neither it
    nor its file changes or goes before, whoever asks, the superuser included.
    """

    _name = "tierslieu.fec.export"
    _description = "FEC export"
    _order = "last desc, id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company,
                                 ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    first = fields.Date(string="First day", required=True, default=lambda self: self._default_year()["date_from"])
    last = fields.Date(string="Last day", required=True, default=lambda self: self._default_year()["date_to"])
    mode = fields.Selection(
        [("test", "Test: to look at, and to mend"), ("official", "Official: to give to the tax office")],
        string="What for", required=True, default="test", copy=False, index=True,
    )
    charset = fields.Selection(
        [("ISO-8859-15", "ISO-8859-15, as the law names it"), ("UTF-8", "UTF-8, if the software asks for it")],
        string="Characters", required=True, default="ISO-8859-15",
    )
    delimiter = fields.Selection([("tab", "Tab"), ("bar", "Bar |")], string="Between columns",
                                 required=True, default="tab")
    auxiliary = fields.Selection(
        [("ref", "Reference of the partner, else its number in Odoo"), ("id", "Number of the partner in Odoo")],
        string="Auxiliary account", required=True, default="ref",
    )
    state = fields.Selection(
        [("draft", "To check"), ("faulty", "To mend"), ("ready", "Ready"), ("done", "Written")],
        default="draft", required=True, readonly=True, copy=False, index=True,
    )
    finding_ids = fields.One2many("tierslieu.fec.finding", "export_id", string="What was found", readonly=True)
    problem_ids = fields.One2many("tierslieu.fec.problem", "export_id", string="Where", readonly=True)
    blocking_count = fields.Integer(readonly=True, copy=False)
    finding_count = fields.Integer(readonly=True, copy=False)
    checked_at = fields.Datetime(string="Checked on", readonly=True, copy=False)
    summary = fields.Char(compute="_compute_summary")
    done_by = fields.Many2one("res.users", string="Written by", readonly=True, copy=False, ondelete="restrict",
                              index="btree_not_null")
    done_at = fields.Datetime(string="Written on", readonly=True, copy=False)
    file_id = fields.Many2one("ir.attachment", readonly=True, copy=False, ondelete="restrict",
                              index="btree_not_null")
    file_name = fields.Char(readonly=True, copy=False)
    file_size = fields.Integer(related="file_id.file_size", string="Bytes")
    sha256 = fields.Char(string="Fingerprint (SHA-256)", readonly=True, copy=False)
    row_count = fields.Integer(string="Rows", readonly=True, copy=False, help="Without the header.")
    entry_count = fields.Integer(string="Entries", readonly=True, copy=False)
    debit = fields.Monetary(readonly=True, copy=False)
    credit = fields.Monetary(readonly=True, copy=False)
    replaced_count = fields.Integer(string="Texts with characters replaced", readonly=True, copy=False)
    zero_count = fields.Integer(string="Lines of zero left out", readonly=True, copy=False)
    locked = fields.Boolean(string="Entries locked until the last day", readonly=True, copy=False)
    details = fields.Json(readonly=True, copy=False, help="What the description says beside the fields: software"
                          " and journals, as they were on that day.")
    kept_until = fields.Date(compute="_compute_kept_until")
    may_close = fields.Boolean(compute="_compute_may_close")

    _days_in_order = models.Constraint("CHECK (first <= last)", "The first day comes before the last one.")

    @api.model
    def _today(self):
        return fields.Date.context_today(self)

    @api.model
    def _default_year(self):
        """Return the days of the last fiscal year that is over, or of this one when the books begin with it."""
        company = self.env.company
        this = company.compute_fiscalyear_dates(self._today())
        past = company.compute_fiscalyear_dates(this["date_from"] - relativedelta(days=1))
        return past if self._has_entries(company, past["date_to"]) else this

    @api.model
    def _has_entries(self, company, until):
        return bool(
            self.env["account.move"].sudo().search(
                [("company_id", "child_of", company.id), ("state", "=", "posted"), ("date", "<=", until)], limit=1
            )
        )

    @api.depends("mode", "first", "last")
    @api.depends_context("lang")
    def _compute_name(self):
        for record in self:
            # A period that lasts from January to December is called by its year.
            whole = record.first and record.last and (record.first.month, record.last.month) == (1, 12)
            said = str(record.last.year) if whole and record.first.year == record.last.year else " – ".join(
                str(day) for day in (record.first, record.last) if day
            )
            record.name = (
                self.env._("FEC %(period)s, official", period=said) if record.mode == "official"
                else self.env._("FEC %(period)s, test", period=said)
            )

    @api.depends("state", "mode", "blocking_count", "finding_count", "row_count", "entry_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Say in one line how the export stands."""
        _ = self.env._
        for record in self:
            if record.state == "done":
                record.summary = _("Rows: %(rows)s, entries: %(entries)s. Debit and credit: %(debit)s.",
                                   rows=record.row_count, entries=record.entry_count,
                                   debit=record.currency_id.format(record.debit))
            elif record.state == "faulty":
                record.summary = _("Before the official file: %(count)s to mend. Nothing was written.",
                                   count=record.blocking_count)
            elif record.state == "ready" and record.blocking_count:
                record.summary = _("The test file can be written; the official one would wait: %(count)s to mend.",
                                   count=record.blocking_count)
            elif record.state == "ready":
                record.summary = (
                    _("Nothing stands in the way. To look at: %(count)s.", count=record.finding_count)
                    if record.finding_count else _("All is in order.")
                )
            else:
                record.summary = False

    @api.depends("mode", "state", "last")
    def _compute_kept_until(self):
        for record in self:
            record.kept_until = record._is_sealed() and record.last + relativedelta(years=YEARS_KEPT)

    @api.depends_context("uid")
    def _compute_may_close(self):
        self.may_close = self._is_closer()

    # -- Which days

    @api.constrains("first", "last", "company_id")
    def _check_days(self):
        """Refuse days of two fiscal years, except those of a first one, which may be longer.

        A company that has no entry before its first day closes its books at the
        latest at the end of the next year (CGI, article 37).
        """
        for record in self:
            company = record.company_id.sudo()
            year = company.compute_fiscalyear_dates(record.first)
            end = year["date_to"]
            if record.last <= end:
                continue
            if not self._has_entries(company, record.first - relativedelta(days=1)):
                end = company.compute_fiscalyear_dates(end + relativedelta(days=1))["date_to"]
            if record.last > end:
                raise ValidationError(
                    self.env._("An FEC is of one fiscal year: that of %(first)s ends on %(end)s.",
                               first=self.env["tierslieu.fec.check"]._say_date(record.first),
                               end=self.env["tierslieu.fec.check"]._say_date(end))
                )

    # -- Who may do what, and what nobody may

    @api.model
    def _is_reader(self):
        return self.env.su or any(self.env.user.has_group(group) for group in READERS)

    @api.model
    def _is_closer(self):
        return self.env.su or any(self.env.user.has_group(group) for group in CLOSERS)

    @api.model
    def _require_reader(self):
        if not self._is_reader():
            raise AccessError(self.env._("Only an accountant exports the books."))

    @api.model
    def _require_closer(self):
        if not self._is_closer():
            raise AccessError(self.env._("Only an accountant who may post entries writes the official file."))

    def _is_sealed(self):
        return self.mode == "official" and self.state == "done"

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() - FREE for vals in vals_list):
            raise UserError(self.env._("An export begins with its period: the rest follows from it."))
        records = super().create(vals_list)
        if not self.env.su and any(record.state != "draft" or record.file_id for record in records):
            # A default sent along with the request would say so too.
            raise UserError(self.env._("An export begins with its period: the rest follows from it."))
        return records

    def write(self, vals):
        """Begin again when what is asked changes; keep what was written as it was."""
        for record in self:
            if record._is_sealed():
                raise UserError(
                    self.env._("%(export)s was written: it is kept as it is. Make a new export.", export=record.name)
                )
        if self.env.su:
            return super().write(vals)
        if vals.keys() - FREE:
            raise UserError(self.env._("An export begins with its period: the rest follows from it."))
        if any(record.state == "done" for record in self):
            raise UserError(self.env._("This file was written: make a new export."))
        result = super().write(vals)
        if vals:
            self.sudo()._forget()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_kept(self):
        today = self._today()
        for record in self:
            if record._is_sealed() and record.kept_until >= today:
                raise UserError(
                    self.env._("%(export)s is kept until %(date)s (Code de commerce, article L123-22).",
                               export=record.name,
                               date=self.env["tierslieu.fec.check"]._say_date(record.kept_until))
                )

    def _forget(self):
        """Forget what was found about other days."""
        self.finding_ids.unlink()
        self.write({"state": "draft", "blocking_count": 0, "finding_count": 0, "checked_at": False})

    # -- Check

    def _period(self):
        return Period(self.company_id.sudo(), self.first, self.last, self.charset, self.auxiliary)

    def action_check(self):
        """Look for all that is wrong, and list it; nothing is written."""
        for record in self:
            record._require_reader()
            if record.state == "done":
                raise UserError(self.env._("This file was written: make a new export."))
            record.check_access("write")
            record._note(self.env["tierslieu.fec.check"]._findings(record._period()))
        return True

    def _note(self, findings):
        """Write what was found in place of what was before."""
        record = self.sudo()
        record.finding_ids.unlink()
        found = [finding for finding in findings if finding["count"]]
        self.env["tierslieu.fec.finding"].sudo().create(
            [
                {
                    "export_id": record.id, "sequence": sequence,
                    **{key: finding[key] for key in ("key", "title", "advice", "blocking", "count")},
                    "problem_ids": [fields.Command.create(problem) for problem in finding["problems"]],
                }
                for sequence, finding in enumerate(found)
            ]
        )
        blocking = sum(finding["count"] for finding in found if finding["blocking"])
        record.write(
            {
                "state": "faulty" if blocking and record.mode == "official" else "ready",
                "blocking_count": blocking,
                "finding_count": sum(finding["count"] for finding in found) - blocking,
                "checked_at": fields.Datetime.now(),
            }
        )

    def action_make_official(self):
        """Begin the official export of the same period, checked."""
        self.ensure_one()
        self._require_closer()
        official = self.copy()
        official.mode = "official"
        official.action_check()
        return {
            "type": "ir.actions.act_window", "res_model": self._name, "res_id": official.id,
            "views": [(False, "form")], "target": "current",
        }
