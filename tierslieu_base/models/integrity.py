from odoo import api, fields, models
from odoo.tools import SQL

MOST_ROWS = 100


class Integrity(models.AbstractModel):
    """The promises of the suite, as SQL that must find nothing.

    Each addon adds its own by extending `_checks`.
    """

    _name = "tierslieu.integrity"
    _description = "Integrity checks"

    @api.model
    def _checks(self):
        """Return the invariants: dicts of `name`, `explanation` and `sql`.

        A row that the SQL returns is a broken promise.
        """
        _ = self.env._
        return [
            {
                "name": _("Units and spaces are in the same place"),
                "explanation": _("A unit serves a space of another place."),
                "sql": """
                    SELECT u.id, u.name, s.id FROM tierslieu_unit u
                      JOIN tierslieu_space_tierslieu_unit_rel r ON r.tierslieu_unit_id = u.id
                      JOIN tierslieu_space s ON s.id = r.tierslieu_space_id
                     WHERE s.place_id != u.place_id
                """,
            },
            {
                "name": _("Spaces and units belong to the company of their place"),
                "explanation": _("The company of a space or unit is not that of its place."),
                "sql": """
                    SELECT 'space', s.id FROM tierslieu_space s
                      JOIN tierslieu_place p ON p.id = s.place_id
                     WHERE s.company_id IS DISTINCT FROM p.company_id
                    UNION ALL
                    SELECT 'unit', u.id FROM tierslieu_unit u
                      JOIN tierslieu_place p ON p.id = u.place_id
                     WHERE u.company_id IS DISTINCT FROM p.company_id
                """,
            },
            {
                "name": _("Opening hours follow the clock of their place"),
                "explanation": _("The hours of a place are kept in another time zone."),
                "sql": """
                    SELECT p.id, p.name FROM tierslieu_place p
                      JOIN resource_calendar c ON c.id = p.resource_calendar_id
                     WHERE c.tz != p.tz
                """,
            },
        ]

    @api.model
    def run(self):
        """Return the broken invariants: [{name, explanation, rows}]; [] when all is well."""
        self.env.flush_all()
        broken = []
        for check in self._checks():
            rows = self._rows(check)
            if rows:
                broken.append(
                    {"name": check["name"], "explanation": check["explanation"], "rows": rows}
                )
        return broken

    @api.model
    def _rows(self, check):
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("%s LIMIT %s", SQL(check["sql"]), MOST_ROWS))
            return self.env.cr.fetchall()


class IntegrityResult(models.Model):
    """What the last run of a check found."""

    _name = "tierslieu.integrity.result"
    _description = "Integrity check"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state desc, sequence, id"

    name = fields.Char(required=True, readonly=True)
    sequence = fields.Integer()
    explanation = fields.Text(readonly=True)
    state = fields.Selection(
        [("ok", "In order"), ("broken", "Broken")], required=True, readonly=True
    )
    row_count = fields.Integer(string="Rows found", readonly=True)
    sample = fields.Text(string="First rows", readonly=True)
    checked_at = fields.Datetime(string="Checked", readonly=True)

    @api.model
    def action_check(self):
        """Run every check now and show what it found."""
        self.sudo()._refresh()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "tierslieu_base.action_integrity"
        )

    @api.model
    def _refresh(self):
        """Run every check and keep one row for each; return those that are broken."""
        Integrity = self.env["tierslieu.integrity"]
        self.env.flush_all()
        known = {result.name: result for result in self.search([])}
        now = fields.Datetime.now()
        seen = self.browse()
        for sequence, check in enumerate(Integrity._checks()):
            rows = Integrity._rows(check)
            values = {
                "name": check["name"],
                "sequence": sequence,
                "explanation": check["explanation"],
                "state": "broken" if rows else "ok",
                "row_count": len(rows),
                "sample": "\n".join(str(row) for row in rows[:20]),
                "checked_at": now,
            }
            result = known.get(check["name"]) or self.create(values)
            result.write(values)
            seen |= result
        (self.search([]) - seen).unlink()
        return seen.filtered(lambda result: result.state == "broken")

    @api.model
    def _cron_check(self):
        """Check every night; leave one activity per broken promise, not one a night."""
        broken = self._refresh()
        mended = self.search([("state", "=", "ok"), ("activity_ids", "!=", False)])
        mended.activity_unlink(["mail.mail_activity_data_todo"])
        for result in broken.filtered(lambda r: not r.activity_ids):
            result.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=result.name,
                note=result.explanation,
                user_id=self._responsible().id,
            )

    @api.model
    def _responsible(self):
        """Return who looks after the place: a manager who is a person."""
        group = self.env.ref("tierslieu_base.group_manager")
        people = group.sudo().all_user_ids.filtered(lambda user: user.active and user.id > 1)
        admin = self.env.ref("base.user_admin")
        return (people - admin)[:1] or admin
