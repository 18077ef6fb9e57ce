import base64
import contextlib
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.tools import SQL

from ..kernels import table
from ..tools import lock_rows, read_fresh, wait_for_turn
from .import_kind import Problem, Run

_logger = logging.getLogger(__name__)
LARGEST = 10 * 1024 * 1024
# What who moves in may write; the rest follows from it.
FREE = {"kind", "file", "file_name", "tell"}
# More of them help nobody, and are counted all the same.
MOST_PROBLEMS = 1000


class ImportFile(models.Model):
    """A file that someone brings in when a place moves here from another tool.

    It is checked as a whole first: everything is written for real, line by
    line, through the same methods as anyone's, then undone. What is wrong is
    listed. Nothing stays unless every line is right; and then all of it does.
    """

    _name = "tierslieu.import"
    _description = "Import"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    kind = fields.Selection(selection="_selection_kind", required=True, string="What to bring in",
                            default=lambda self: self._selection_kind()[0][0])
    explanation = fields.Char(compute="_compute_explanation")
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True,
                                 default=lambda self: self.env.company)
    file = fields.Binary(attachment=True, copy=False)
    file_name = fields.Char(copy=False)
    tell = fields.Boolean(string="Send each of them the confirmation", copy=False,
                          help="Otherwise nobody is written to.")
    may_tell = fields.Boolean(compute="_compute_explanation")
    state = fields.Selection(
        [("draft", "To check"), ("faulty", "To mend"), ("ready", "Ready"), ("done", "Brought in")],
        default="draft", required=True, readonly=True, copy=False, index=True,
    )
    problem_ids = fields.One2many("tierslieu.import.problem", "import_id", string="Problems", readonly=True)
    problem_count = fields.Integer(readonly=True, copy=False)
    line_count = fields.Integer(string="Lines", readonly=True, copy=False)
    new_count = fields.Integer(string="New", readonly=True, copy=False)
    changed_count = fields.Integer(string="Changed", readonly=True, copy=False)
    same_count = fields.Integer(string="Already there", readonly=True, copy=False)
    summary = fields.Char(compute="_compute_summary")
    made = fields.Json(readonly=True, copy=False, help="What was new: {model: ids}.")
    done_by = fields.Many2one("res.users", string="Brought in by", readonly=True, copy=False)
    done_at = fields.Datetime(string="Brought in on", readonly=True, copy=False)

    @api.constrains("kind")
    def _check_kind(self):
        """Refuse a kind that does not exist: Odoo checks no list that is computed."""
        kinds = dict(self._selection_kind())
        if any(record.kind not in kinds for record in self):
            raise ValidationError(self.env._("No import is of this kind."))

    @api.model
    def _selection_kind(self):
        kinds = self.env["tierslieu.import.kind"]
        return [(name.removeprefix("tierslieu.import."), self.env[name]._title()) for name in kinds._kinds()]

    @api.depends("kind", "file_name")
    @api.depends_context("lang")
    def _compute_name(self):
        titles = dict(self._selection_kind())
        for record in self:
            record.name = " · ".join(filter(None, (titles.get(record.kind), record.file_name)))

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for record in self:
            kind = record._kind() if record.kind else self.env["tierslieu.import.kind"]
            record.explanation = record.kind and " ".join(
                (kind._explain(), self.env._("At most %(lines)s lines a file, read in about a minute.",
                                             lines=kind._most_lines))
            )
            record.may_tell = kind._may_tell

    @api.depends("state", "problem_count", "line_count", "new_count", "changed_count", "same_count")
    @api.depends_context("lang")
    def _compute_summary(self):
        """Say in one line how the file stands."""
        _ = self.env._
        for record in self:
            counts = _(
                "new: %(new)s, changed: %(changed)s, already there: %(same)s",
                new=record.new_count, changed=record.changed_count, same=record.same_count,
            )
            record.summary = {
                "draft": False,
                "faulty": _(
                    "%(problems)s to mend, in %(lines)s. Nothing was written.",
                    problems=record._say_problems(), lines=record._say_lines(),
                ),
                "ready": _("%(lines)s, nothing to mend. %(counts)s.",
                           lines=record._say_lines(), counts=counts.capitalize()),
                "done": _("Brought in: %(lines)s. %(counts)s.",
                          lines=record._say_lines(), counts=counts.capitalize()),
            }[record.state]

    def _say_problems(self):
        if self.problem_count == 1:
            return self.env._("1 problem")
        return self.env._("%(count)s problems", count=self.problem_count)

    def _say_lines(self):
        if self.line_count == 1:
            return self.env._("1 line")
        return self.env._("%(count)s lines", count=self.line_count)

    # -- Who may do what

    @api.model
    def _require_manager(self):
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_manager")):
            raise AccessError(self.env._("Only a manager brings files in."))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.keys() - FREE for vals in vals_list):
            raise UserError(self.env._("An import begins with a file: the rest follows from it."))
        records = super().create(vals_list)
        if not self.env.su and any(record.state != "draft" or record.made for record in records):
            raise UserError(self.env._("An import begins with a file: the rest follows from it."))
        return records

    def write(self, vals):
        """Begin again when the file changes; keep what was done as it was."""
        if self.env.su:
            return super().write(vals)
        if vals.keys() - FREE:
            raise UserError(self.env._("An import begins with a file: the rest follows from it."))
        if any(record.state == "done" for record in self):
            raise UserError(self.env._("This file was brought in: begin a new import."))
        result = super().write(vals)
        if vals.keys() & {"kind", "file"}:
            self.sudo()._forget()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_not_done(self):
        if any(record.state == "done" for record in self):
            raise UserError(self.env._("What was brought in leaves a trace: it stays in the history."))

    def _forget(self):
        """Forget what was found in the file that was there before."""
        self.problem_ids.unlink()
        self.write({"state": "draft", "problem_count": 0, "line_count": 0})

    # -- Check, bring in

    def _kind(self):
        return self.env[f"tierslieu.import.{self.kind}"]

    def action_check(self):
        """Read the whole file and list what is wrong; nothing of it is kept."""
        self.ensure_one()
        self._require_manager()
        self._require_file()
        run, lines = self._rehearse()
        self.sudo()._note(run, lines)
        return True

    def action_import(self):
        """Bring the whole file in, or nothing of it.

        It is checked again: others have booked since.

        :return: True, whether it was brought in or not: the state says which
        """
        self.ensure_one()
        self._require_manager()
        lock_rows(self.sudo())
        self.invalidate_recordset()
        if self.state == "done":
            # A second click.
            return True
        self._require_file()
        # One at a time: each would wait for what the other has taken, in another order.
        wait_for_turn(self.env, f"import {self.company_id.id}")
        self._require_fresh()
        run, lines = self._rehearse(keep=True)
        record = self.sudo()
        record._note(run, lines)
        if not run.problems:
            record.write(
                {
                    "state": "done",
                    "made": run.made,
                    "done_by": self.env.uid,
                    "done_at": fields.Datetime.now(),
                    # What it says lives in the records now, with their own rules.
                    "file": False,
                }
            )
            if self.tell:
                self._worker()._tell(run)
        return True

    def _require_fresh(self):
        """Begin again when another import ended since: what it brought in would not be recognised."""
        self.env.flush_all()
        done = SQL(
            "SELECT count(*) FROM tierslieu_import WHERE company_id = %s AND state = 'done'", self.company_id.id
        )
        if self.env.execute_query(done) != read_fresh(self.env, done):
            raise ConcurrencyError("another import was brought in meanwhile")

    def _require_file(self):
        if self.state == "done":
            raise UserError(self.env._("This file was brought in: begin a new import."))
        if not self.file:
            raise UserError(self.env._("Choose a file first."))

    def _worker(self):
        """Return the kind, with rights on what it writes, in the company of the import."""
        kind = self._kind().sudo().with_company(self.company_id)
        return kind.with_context(tracking_disable=True, mail_create_nosubscribe=True)

    def _rehearse(self, keep=False):
        """Go through the file; keep what it writes only when asked to and all is right.

        :return: (Run, number of lines)
        """
        run = Run(self.company_id.sudo())
        try:
            rows = table.read(self._content(), self._kind()._most_lines)
        except table.Unreadable as error:
            message, advice = self._say_unreadable(error.reason)
            run.problems.append(Problem(0, "", "", message, advice))
            return run, 0
        try:
            with contextlib.suppress(Undone), self.env.cr.savepoint():
                self._worker()._bring_in_all(rows, run)
                if run.problems or not keep:
                    raise Undone
        except (OperationalError, ConcurrencyError):
            # Someone else was faster: Odoo begins the whole request again.
            raise
        except Exception:
            _logger.exception("import of %s failed", self.kind)
            run.problems.append(
                Problem(0, "", "", self.env._("Something in this file cannot be brought in."),
                        self.env._("The log of the server says what: show it to who looks after it."))
            )
        return run, len(rows) - 1 if run.problems else sum(run.counts.values())

    def _content(self):
        content = base64.b64decode(self.sudo().with_context(bin_size=False).file or b"")
        if len(content) > LARGEST:
            raise table.Unreadable("too_long")
        return content

    def _say_unreadable(self, reason):
        """Return what to say of a file that is not a table: (what is wrong, what to do)."""
        _ = self.env._
        save_again = _("Save it again as xlsx, ods or csv.")
        return {
            "empty": (_("The file is empty."), _("Fill in the template, one line each.")),
            "format": (_("This file is not a table."), save_again),
            "old_xls": (_("This is an Excel file of the old kind (xls)."), _("Save it as xlsx.")),
            "locked": (_("The file is protected by a password."), _("Save it without one.")),
            "damaged": (_("The file is damaged."), save_again),
            "too_long": (
                _("The file is too long: %(lines)s lines and 10 MB at the most.", lines=self._kind()._most_lines),
                _("Cut it into several files."),
            ),
        }[reason]

    def _note(self, run, lines):
        """Write what a reading of the file found."""
        self.problem_ids.unlink()
        problems = sorted(run.problems, key=lambda problem: problem.line)
        self.env["tierslieu.import.problem"].create(
            [{"import_id": self.id} | problem._asdict() for problem in problems[:MOST_PROBLEMS]]
        )
        self.write(
            {
                "state": "faulty" if problems else "ready",
                "problem_count": len(problems),
                "line_count": lines,
                **{f"{key}_count": count for key, count in run.counts.items()},
            }
        )

    # -- Afterwards

    def action_open_made(self):
        """Show what was new."""
        self.ensure_one()
        self._require_manager()
        model, ids = next(iter((self.made or {}).items()), (False, []))
        if not model:
            raise UserError(self.env._("Nothing of this file was new."))
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", ids)],
        }

    def action_template(self):
        """Download the template, as a spreadsheet."""
        return self._download(f"/tierslieu/import/{self.id}/template.xlsx")

    def action_template_csv(self):
        """Download the template, as csv."""
        return self._download(f"/tierslieu/import/{self.id}/template.csv")

    def action_problems(self):
        """Download the list of what is wrong."""
        return self._download(f"/tierslieu/import/{self.id}/problems.csv")

    def _download(self, url):
        self._require_manager()
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}


class Undone(Exception):
    """Takes back what a rehearsal wrote."""
