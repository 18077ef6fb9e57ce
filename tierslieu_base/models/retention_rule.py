import logging

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ConcurrencyError, UserError, ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)
BATCH = 100
# What the software alone writes.
SYSTEM = {"key", "sequence", "last_run", "last_done", "last_night", "last_failed", "reached"}


class RetentionRule(models.Model):
    """One rule of the registry as a manager sees it: how long, how many are due.

    The rule itself is code, of the addon that knows the model. Only how long
    is a setting, never below what the law asks.
    """

    _name = "tierslieu.retention.rule"
    _description = "Retention rule"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sequence, key"

    key = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="What", compute="_compute_texts")
    purpose = fields.Char(string="What for", compute="_compute_texts")
    legal = fields.Char(string="Why that long", compute="_compute_texts")
    action = fields.Selection(
        [("delete", "Deleted"), ("pseudonymise", "Made anonymous"), ("keep", "Kept")],
        string="Afterwards", compute="_compute_texts",
    )
    unit = fields.Selection([("days", "days"), ("months", "months")], compute="_compute_texts")
    default_keep = fields.Integer(string="Usual", compute="_compute_texts")
    own_keep = fields.Integer(
        string="Kept for", tracking=True,
        help="How long, in place of the usual. Zero: the usual.",
    )
    keep = fields.Char(string="How long", compute="_compute_keep")
    due_count = fields.Integer(string="Due", compute="_compute_due_count")
    last_run = fields.Datetime(readonly=True)
    last_done = fields.Integer(string="Last night", readonly=True)
    last_night = fields.Date(string="Through on", readonly=True, help="The last night that this rule got through.")
    last_failed = fields.Json(string="Could not go", readonly=True, help="Rows that could not be let go.")
    reached = fields.Integer(readonly=True, help="Where a night under way is; 0 when it is over.")

    _key_once = models.UniqueIndex("(key)")

    def _rule(self):
        """Return the rule of the registry, or None when its addon has gone."""
        self.ensure_one()
        rules = {rule.key: rule for rule in self.env["tierslieu.retention"]._rules()}
        return rules.get(self.key)

    @api.depends("key")
    @api.depends_context("lang")
    def _compute_texts(self):
        rules = {rule.key: rule for rule in self.env["tierslieu.retention"]._rules()}
        for row in self:
            rule = rules.get(row.key)
            row.name = rule and rule.label
            row.purpose = rule and rule.purpose
            row.legal = rule and rule.legal
            row.action = rule and rule.action
            row.unit = rule and rule.unit
            row.default_keep = rule.keep if rule else 0

    @api.depends("own_keep", "default_keep", "unit", "action")
    @api.depends_context("lang")
    def _compute_keep(self):
        for row in self:
            row.keep = row._said(row.action, row.own_keep or row.default_keep, row.unit)

    @api.model
    def _said(self, action, keep, unit):
        """Say how long: “3 years”, “18 months”, “1 day”."""
        _ = self.env._
        if action == "keep" and not keep:
            return _("As long as you come")
        if unit == "months" and keep % 12 == 0:
            years = keep // 12
            return _("1 year") if years == 1 else _("%(count)s years", count=years)
        if unit == "months":
            return _("1 month") if keep == 1 else _("%(count)s months", count=keep)
        return _("1 day") if keep == 1 else _("%(count)s days", count=keep)

    @api.model
    def _reasons(self):
        """Return {key: how long and why} of every rule, as people read it."""
        own = {row.key: row.own_keep for row in self.sudo().search([("key", "!=", False)])}
        return {
            rule.key: (
                f"{self._said(rule.action, own.get(rule.key) or rule.keep, rule.unit)} · {rule.legal}"
                if rule.keep
                else rule.legal
            )
            for rule in self.env["tierslieu.retention"]._rules()
        }

    @api.depends("own_keep", "key")
    def _compute_due_count(self):
        for row in self:
            rule = row._rule()
            if not rule or rule.action == "keep":
                row.due_count = 0
                continue
            rows = self.env[rule.model].sudo().with_context(active_test=False)
            row.due_count = rows.search_count(row._due_domain(rule))

    @api.constrains("own_keep")
    def _check_own_keep(self):
        for row in self:
            rule = row._rule()
            if row.own_keep < 0:
                raise ValidationError(self.env._("How long cannot be negative."))
            if row.own_keep and rule and row.own_keep < rule.least:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” is kept at least %(least)s: %(legal)s",
                        rule=rule.label,
                        least=self._said(rule.action, rule.least, rule.unit),
                        legal=rule.legal,
                    )
                )
            if row.own_keep and rule and rule.action == "keep":
                raise ValidationError(
                    self.env._("“%(rule)s” follows no delay: it is kept.", rule=rule.label)
                )

    def write(self, vals):
        """Let managers change how long, and nothing else."""
        if not self.env.su and vals.keys() & SYSTEM:
            raise UserError(self.env._("Only how long is a setting: the rest is what the software does."))
        return super().write(vals)

    # -- The registry as rows

    @api.model
    def _refresh(self):
        """Keep one row for each rule of the registry; return them."""
        known = {row.key: row for row in self.sudo().search([("key", "!=", False)])}
        rows = self.sudo().browse()
        for rule in self.env["tierslieu.retention"]._sorted_rules():
            row = known.pop(rule.key, None)
            if row and row.sequence != rule.sequence:
                row.sequence = rule.sequence
            rows |= row or self.sudo().create({"key": rule.key, "sequence": rule.sequence})
        for row in known.values():
            row.unlink()
        return rows

    @api.model
    def action_open(self):
        """Show the registry, with the rows that are due now."""
        self.check_access("read")
        self._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_retention")

    def action_run(self):
        """Let go now of what is due, without waiting for the night."""
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_manager")):
            raise AccessError(self.env._("Only a manager looks after what is kept."))
        self.check_access("write")
        for row in self:
            _done, failed, _reached = row.sudo()._run_batch(BATCH * 10)
            row.sudo()._tell(failed)
        return True

    # -- The night

    def _due_domain(self, rule):
        """Return the domain of the rows that are old enough."""
        keep = self.own_keep or rule.keep
        limit = fields.Datetime.now() - relativedelta(**{rule.unit: keep})
        if rule.due:
            return Domain(rule.due(limit)) & Domain(rule.domain)
        if self.env[rule.model]._fields[rule.date_field].type == "date":
            limit = limit.date()
        return Domain(rule.date_field, "<", limit) & Domain(rule.domain)

    @api.model
    def _cron_run(self):
        """Let go of what is old enough, a small piece of each rule at a time.

        Each piece is committed: a night that stops half-way goes on where it
        was. A rule that fails holds no other back.
        """
        rows = self._refresh().filtered(lambda row: row.action != "keep")
        domain = Domain("id", "in", rows.ids) & (
            Domain("last_night", "=", False)
            | Domain("last_night", "<", fields.Date.context_today(self))
        )
        progress = self.env["ir.cron"]._commit_progress
        while True:
            outcome = self.env["tierslieu.batch"]._run(
                self._name, domain, "_let_go", lambda env: env._("Let go of what is old enough")
            )
            pending = self.search_count(domain)
            # Out of time with a piece to do: the scheduler calls again.
            if not (pending and outcome["done"] and progress(remaining=pending)):
                break

    def _let_go(self):
        """Do the next piece of a rule; note that its night is over when nothing is left."""
        self.ensure_one()
        begins = not self.reached
        done, failed, reached = self._run_batch(BATCH, after=self.reached)
        failures = failed if begins else [*(self.last_failed or []), *failed]
        self.write(
            {
                "reached": reached,
                "last_failed": failures,
                "last_run": fields.Datetime.now(),
                "last_done": done + (0 if begins else self.last_done),
            }
        )
        if not reached:
            self.last_night = fields.Date.context_today(self)
            self._tell(failures)

    def _run_batch(self, limit, after=0):
        """Do some rows of a rule, those of one id after the other.

        :param after: the id where the piece before ended
        :return: (how many were done, ids of those that could not be, where this
            piece ended: 0 when nothing was left)
        """
        self.ensure_one()
        rule = self._rule()
        if not rule or rule.action == "keep":
            return 0, [], 0
        rows = self.env[rule.model].sudo().with_context(active_test=False)
        records = rows.search(
            self._due_domain(rule) & Domain("id", ">", after), limit=limit, order="id"
        )
        ids = records.ids
        reached = ids[-1] if len(ids) == limit else 0
        if self._try(rule, records):
            return len(ids), [], reached
        failed = [record.id for record in records if not self._try(rule, record)]
        return len(ids) - len(failed), failed, reached

    def _try(self, rule, records):
        """Apply a rule to some rows, all or none; return whether it could be done.

        :raises OperationalError: someone has changed them at this instant: the
            piece can only start afresh
        """
        try:
            with self.env.cr.savepoint():
                self.env["tierslieu.retention"]._apply(rule, rule.action, records)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except Exception as error:  # noqa: BLE001 - one row's failure stays its own
            _logger.warning("%s: %s could not be let go: %s", rule.key, records, error)
            self.env.invalidate_all(flush=False)
            return False
        return True

    def _tell(self, failed):
        """Leave one activity when rows could not be done; take it away once they could."""
        self.ensure_one()
        if not failed:
            self.activity_unlink(["mail.mail_activity_data_todo"])
        elif not self.activity_ids:
            someone = self.env.company._tierslieu_responsible()
            told = self.with_context(lang=someone.lang)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.env._("Cannot be let go: %(rule)s", rule=told.name),
                note=told.env._("Rows: %(ids)s", ids=", ".join(map(str, failed[:20]))),
                user_id=someone.id,
            )
