import hashlib

from odoo import api, fields, models


class IntegrityResult(models.Model):
    """What the last run of a check found."""

    _name = "tierslieu.integrity.result"
    _description = "Integrity check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, sequence, id"

    # Names are told in each reader's language: they cannot tell two checks apart.
    fingerprint = fields.Char(required=True, readonly=True, index=True)
    name = fields.Char(string="Promise", compute="_compute_texts")
    explanation = fields.Text(compute="_compute_texts")
    sequence = fields.Integer(readonly=True)
    state = fields.Selection(
        [("broken", "Broken"), ("ok", "In order")], required=True, readonly=True
    )
    row_count = fields.Integer(string="Rows found", readonly=True)
    sample = fields.Text(string="First rows", readonly=True)
    checked_at = fields.Datetime(string="Checked", readonly=True)

    @api.depends("fingerprint")
    @api.depends_context("lang")
    def _compute_texts(self):
        checks = {_fingerprint(check): check for check in self.env["tierslieu.integrity"]._checks()}
        for result in self:
            check = checks.get(result.fingerprint, {})
            result.name = check.get("name")
            result.explanation = check.get("explanation")

    @api.model
    def action_check(self):
        """Run every check now and show what it found."""
        self.check_access("read")
        self.sudo()._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieu_base.action_integrity"
        )

    @api.model
    def _refresh(self):
        """Run every check and keep one row for each; return those that are broken."""
        integrity = self.env["tierslieu.integrity"]
        self.env.flush_all()
        known = {result.fingerprint: result for result in self._all()}
        now = fields.Datetime.now()
        seen = self.browse()
        for sequence, check in enumerate(integrity._checks()):
            rows = integrity._rows(check)
            values = {
                "fingerprint": _fingerprint(check),
                "sequence": sequence,
                "state": "broken" if rows else "ok",
                "row_count": len(rows),
                "sample": "\n".join(" · ".join(map(str, row)) for row in rows[:20]),
                "checked_at": now,
            }
            result = known.get(values["fingerprint"])
            if result:
                result.write(values)
            else:
                result = self.create(values)
            seen |= result
        (self._all() - seen).unlink()
        return seen.filtered(lambda result: result.state == "broken")

    @api.model
    def _all(self):
        return self.search([("fingerprint", "!=", False)])

    @api.model
    def _cron_check(self):
        """Check every night; leave one activity per broken promise, not one a night."""
        broken = self._refresh()
        mended = self.search([("state", "=", "ok"), ("activity_ids", "!=", False)])
        mended.activity_unlink(["mail.mail_activity_data_todo"])
        someone = self._responsible()
        for result in broken.filtered(lambda r: not r.activity_ids):
            told = result.with_context(lang=someone.lang)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.name,
                note=told.explanation,
                user_id=someone.id,
            )

    @api.model
    def _responsible(self):
        """Return who looks after the place: a manager who is a person."""
        group = self.env.ref("tierslieu_base.group_manager")
        people = group.sudo().all_user_ids.filtered(
            lambda user: user.active and user != self.env.ref("base.user_root")
        )
        admin = self.env.ref("base.user_admin")
        return (people - admin)[:1] or admin


def _fingerprint(check):
    """Return what tells a check from the others whatever the language: its SQL."""
    return hashlib.sha256(" ".join(check["sql"].split()).encode()).hexdigest()[:16]
