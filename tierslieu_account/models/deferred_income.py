from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, formatLang

from odoo.addons.tierslieu_base.tools import lock_rows, say_day

from ..kernel.deferral import money, units
from .deferred_company import METHODS

LIVE = ("draft", "posted")


class DeferredIncome(models.Model):
    """Income recorded by a closing that belongs to later days: its statement, its entry and the reversal of it.

    `action_prepare` asks every source and writes the statement, one draft entry
    on the closing (D income, C 487) and its draft reversal on the day after. It
    can be run again: it brings its own drafts to what the documents say by then,
    and touches nothing that is posted. What differs from posted entries, document
    by document, goes into one further draft; run twice, nothing changes. VAT has
    no part in it. A pair of which either entry is posted stands as it is.
    """

    _name = "tierslieu.deferred.income"
    _description = "Deferred income of a closing"
    _order = "closing desc, id desc"
    _inherit = ["mail.thread"]

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    closing = fields.Date(
        string="Closing on", required=True, default=lambda self: self._last_closing(),
        help="Last day of the period that closes, included.",
    )
    method = fields.Selection(METHODS, string="Counted", readonly=True, help="As the company counts.")
    journal_id = fields.Many2one("account.journal", readonly=True, index="btree_not_null")
    account_id = fields.Many2one(
        "account.account", string="Account of deferred income", readonly=True, index="btree_not_null"
    )
    line_ids = fields.One2many("tierslieu.deferred.income.line", "run_id", string="Statement", readonly=True)
    move_ids = fields.One2many("account.move", "tierslieu_deferred_id", string="Entries", readonly=True)
    document_count = fields.Integer(string="Documents", compute="_compute_totals", store=True)
    amount = fields.Monetary(string="Recorded", compute="_compute_totals", store=True, help="Without tax.")
    deferred = fields.Monetary(compute="_compute_totals", store=True)
    prepared_at = fields.Datetime(string="Prepared", readonly=True, copy=False)
    said = fields.Char(string="Last time", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("new", "To prepare"),
            ("draft", "Entries to post"),
            ("posted", "Posted"),
            ("nothing", "Nothing to defer"),
        ],
        compute="_compute_state", store=True,
    )

    _once = models.Constraint(
        "UNIQUE (company_id, closing)", "This closing is prepared already: open it, and prepare it again."
    )

    @api.model
    def _last_closing(self):
        """Return the last day of the last financial year that is over."""
        company = self.env.company
        year = company.compute_fiscalyear_dates(fields.Date.context_today(self))
        return year["date_from"] - timedelta(days=1)

    @api.depends("line_ids.amount", "line_ids.deferred")
    def _compute_totals(self):
        for run in self:
            run.document_count = len(run.line_ids)
            run.amount = run.currency_id.round(sum(run.line_ids.mapped("amount")))
            run.deferred = run.currency_id.round(sum(run.line_ids.mapped("deferred")))

    @api.depends("move_ids.state", "prepared_at")
    def _compute_state(self):
        for run in self:
            states = set(run.sudo().move_ids.mapped("state")) & set(LIVE)
            if "draft" in states:
                run.state = "draft"
            elif states:
                run.state = "posted"
            else:
                run.state = "nothing" if run.prepared_at else "new"

    @api.depends("closing")
    def _compute_display_name(self):
        for run in self:
            run.display_name = self.env._("Deferred income at %(day)s", day=say_day(self.env, run.closing))

    def write(self, vals):
        """Leave the closing of what has entries as it is."""
        if {"closing", "company_id"} & vals.keys() and self.sudo().move_ids:
            raise UserError(self.env._("This closing has entries: prepare another one for another day."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_without_entries(self):
        if self.sudo().move_ids:
            raise UserError(self.env._("This closing has entries: it stays. Drafts go first."))

    # -- Preparing

    def action_prepare(self):
        """Bring the statement and the drafts to what posted documents say by now.

        :raises UserError: in one sentence: a lock date, an account or a journal that lacks
        """
        self.check_access("write")
        for run in self:
            run.with_company(run.company_id)._prepare()
        return True

    def _prepare(self):
        self.ensure_one()
        # Two at once: the second one waits, and finds that nothing is left to do.
        lock_rows(self)
        company = self.company_id
        self.write(
            {
                "method": company.sudo().tierslieu_deferral_method,
                "journal_id": company._tierslieu_deferral_journal().id,
                "account_id": company._tierslieu_deferral_account().id,
            }
        )
        parts = self.env["tierslieu.deferred.source"]._parts(company, self.closing)
        self._write_statement(parts)
        said = self._write_entries(parts)
        self.write({"prepared_at": fields.Datetime.now(), "said": said})

    def _write_statement(self, parts):
        """Write the lines of the statement that are not there as they should be."""
        kept = {line.key: line for line in self.sudo().line_ids}
        self.env["tierslieu.deferred.income.line"].sudo().browse(
            [line.id for key, line in kept.items() if key not in parts]
        ).unlink()
        new = []
        for key, part in parts.items():
            values = self._statement_values(part)
            if key not in kept:
                new.append(values | {"run_id": self.id})
            elif changed := {name: value for name, value in values.items() if self._differs(kept[key], name, value)}:
                kept[key].write(changed)
        self.env["tierslieu.deferred.income.line"].sudo().create(new)

    def _differs(self, line, name, value):
        field = line._fields[name]
        return field.convert_to_write(line[name], line) != value

    def _statement_values(self, part):
        digits = self.currency_id.decimal_places
        model, record = part.record
        line = self.env["account.move.line"].sudo().browse(part.line)
        return {
            "key": part.key,
            "source": part.source,
            "source_name": part.title,
            "move_line_id": part.line or False,
            "document": line.move_id.name if line else False,
            "res_model": model,
            "res_id": record,
            "partner_id": part.partner or False,
            "account_id": part.account,
            "analytic_distribution": part.analytic or False,
            "label": part.label,
            "explanation": part.explanation,
            "amount": money(part.amount, digits),
            "deferred": money(part.deferred, digits),
        }

    # -- Entries

    def _entries(self):
        """Return the entries on the closing, not their reversals, that are not cancelled."""
        return self.move_ids.filtered(lambda move: move.state in LIVE and not move.reversed_entry_id)

    def _reversal(self, entry):
        return self.move_ids.filtered(lambda move: move.state in LIVE and move.reversed_entry_id == entry)

    def _stands(self, entry):
        return "posted" in (entry + self._reversal(entry)).mapped("state")

    def _booked(self, entries):
        """Return {key of a document: what of it entries defer, in units of the currency}."""
        booked = {}
        for (_account, key), value in entries._tierslieu_deferred_sums().items():
            if key:
                booked[key] = booked.get(key, 0) + value
        return {key: value for key, value in booked.items() if value}

    def _write_entries(self, parts):
        """Bring the draft pair to what is deferred and not posted yet; return what was done, in one sentence."""
        _ = self.env._
        entries = self._entries()
        standing = entries.filtered(self._stands)
        booked = self._booked(standing)
        wanted = {key: part.deferred for key, part in parts.items()}
        missing = {
            key: wanted.get(key, 0) - booked.get(key, 0)
            for key in wanted | booked
            if wanted.get(key, 0) != booked.get(key, 0)
        }
        self._write_drafts(entries - standing, self._entry_lines(missing, parts, standing))
        for entry in standing:
            self._mend_reversal(entry)
        total = formatLang(
            self.env, money(sum(missing.values()), self.currency_id.decimal_places), currency_obj=self.currency_id
        )
        if missing and standing:
            return _("What is posted stays; the difference is in a further draft: %(total)s.", total=total)
        if missing:
            return _("%(count)s documents, %(total)s to defer: the entry waits to be posted.",
                     count=len(missing), total=total)
        return _("Nothing has changed since the entry was posted.") if standing else _("Nothing to defer.")

    def _entry_lines(self, missing, parts, standing):
        """Return the values of the lines of an entry: D income for each document, C 487 for all of them.

        :param missing: {key: what is to be deferred more, or less when below zero}
        :param standing: posted entries, which know of documents that are no more to be deferred
        """
        if not missing:
            return []
        before = {line.tierslieu_deferred_key: line for line in standing.line_ids if line.tierslieu_deferred_key}
        lines = []
        for key, value in missing.items():
            if part := parts.get(key):
                account, partner, analytic, label = part.account, part.partner, part.analytic, part.label
            else:
                line = before[key]
                account, partner, analytic, label = (
                    line.account_id.id, line.partner_id.id, line.analytic_distribution, line.name
                )
            lines.append(
                self._entry_line(account, value, label) | {
                    "partner_id": partner or False, "analytic_distribution": analytic or False,
                    "tierslieu_deferred_key": key,
                }
            )
        label = self.env._("Deferred income at %(day)s", day=say_day(self.env, self.closing))
        if total := sum(missing.values()):
            lines.append(self._entry_line(self.account_id.id, -total, label))
        return lines

    def _entry_line(self, account, balance, label):
        return {"account_id": account, "name": label, "balance": money(balance, self.currency_id.decimal_places)}

    def _write_drafts(self, drafts, lines):
        """Let one draft pair, or none, say these lines; leave it alone when it does."""
        wanted = {}
        digits = self.currency_id.decimal_places
        for line in lines:
            key = line["account_id"], line.get("tierslieu_deferred_key", "")
            wanted[key] = wanted.get(key, 0) + units(line["balance"], digits)
        entry = drafts.sorted("id")[:1]
        for other in drafts - entry if lines else drafts:
            self._drop(self._reversal(other) + other)
        if not lines:
            return
        if entry and entry.journal_id == self.journal_id and entry._tierslieu_deferred_sums() == wanted:
            self._mend_reversal(entry)
            return
        self.company_id._tierslieu_require_open(self.closing, self.journal_id)
        if entry and entry.journal_id != self.journal_id:
            self._drop(self._reversal(entry) + entry)
            entry = entry.browse()
        entry = self._write_move(entry, self.closing, lines)
        self._mend_reversal(entry)

    def _drop(self, moves):
        """Delete drafts; one that had a number keeps it, cancelled."""
        numbered = moves.filtered("posted_before")
        (moves - numbered).unlink()
        numbered.button_cancel()

    def _write_move(self, move, date, lines, reverses=None):
        """Write a draft, or create it; return it."""
        commands = [Command.clear(), *(Command.create(line) for line in lines)]
        if move:
            move.write({"date": date, "line_ids": commands})
            return move
        return self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": self.company_id.id,
                "journal_id": self.journal_id.id,
                "date": date,
                "ref": self._reference() if not reverses else self.env._("Reversal of %(ref)s", ref=self._reference()),
                "reversed_entry_id": reverses.id if reverses else False,
                "tierslieu_deferred_id": self.id,
                "line_ids": commands[1:],
            }
        )

    def _reference(self):
        return self.env._("Deferred income %(closing)s", closing=format_date(self.env, self.closing))

    def _mend_reversal(self, entry):
        """Make the reversal of an entry, or bring its draft to it."""
        reversal = self._reversal(entry)[:1]
        if reversal.state == "posted" or (reversal and reversal._tierslieu_undoes(entry)):
            return
        day = self.closing + timedelta(days=1)
        self.company_id._tierslieu_require_open(day, entry.journal_id)
        lines = [
            {
                "account_id": line.account_id.id,
                "name": line.name,
                "balance": -line.balance,
                "partner_id": line.partner_id.id,
                "analytic_distribution": line.analytic_distribution,
                "tierslieu_deferred_key": line.tierslieu_deferred_key,
            }
            for line in entry.line_ids
        ]
        self._write_move(reversal, day, lines, reverses=entry)

    # -- Posting

    def action_post(self):
        """Post the drafts, the entry before its reversal.

        :raises UserError: a lock date stands in the way, or a reversal is not that of its entry
        """
        self.check_access("write")
        for run in self:
            drafts = run.move_ids.filtered(lambda move: move.state == "draft")
            if not drafts:
                raise UserError(self.env._("There is nothing to post: prepare the closing first."))
            for entry in run._entries():
                if not run._reversal(entry)[:1]._tierslieu_undoes(entry):
                    raise UserError(
                        self.env._("Someone has changed an entry of this closing: prepare it again before you post.")
                    )
            reversals = drafts.filtered("reversed_entry_id")
            # One after the other: Odoo then matches what waited with what brings it back.
            for moves in (drafts - reversals, reversals):
                moves.sorted("id").action_post()
        return True

    # -- Screens

    def action_view_entries(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window", "name": self.env._("Entries"), "res_model": "account.move",
            "view_mode": "list,kanban,form", "domain": [("tierslieu_deferred_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_view_lines(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_account.action_deferred_income_line")
        return action | {"domain": [("run_id", "=", self.id)], "context": {}}

    def _statement(self):
        """Return what the printed statement shows: [(kind, lines, recorded, deferred)], kind by kind."""
        self.ensure_one()
        rounded = self.currency_id.round
        return [
            (name, lines, rounded(sum(lines.mapped("amount"))), rounded(sum(lines.mapped("deferred"))))
            for name, lines in self.line_ids.grouped("source_name").items()
        ]

    def _statement_accounts(self):
        """Return [(account, deferred)] of the statement, in the order of the chart."""
        self.ensure_one()
        by_account = self.sudo().line_ids.grouped("account_id")
        return [
            (account, self.currency_id.round(sum(lines.mapped("deferred"))))
            for account, lines in sorted(by_account.items(), key=lambda pair: pair[0].code or "")
        ]

    def _printed_entries(self):
        """Return the entries and reversals that the printed statement names, in the order of their dates."""
        return self.sudo().move_ids.filtered(lambda move: move.state in LIVE).sorted(lambda move: (move.date, move.id))
