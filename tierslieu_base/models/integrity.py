from odoo import api, models
from odoo.exceptions import AccessError
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

        A row that the SQL returns is a broken promise. A bare % is written %%.
        What changes from one run to the next, as the time, is in `values` and named %(so)s
        in the SQL: the SQL tells a check from the others.
        """
        return [
            {
                "name": self.env._("Units and spaces are in the same place"),
                "explanation": self.env._("A unit serves a space of another place."),
                "sql": """
                    SELECT u.id, u.name, s.id FROM tierslieu_unit u
                      JOIN tierslieu_space_tierslieu_unit_rel r ON r.tierslieu_unit_id = u.id
                      JOIN tierslieu_space s ON s.id = r.tierslieu_space_id
                     WHERE s.place_id != u.place_id
                """,
            },
            {
                "name": self.env._("Spaces and units belong to the company of their place"),
                "explanation": self.env._("The company of a space or unit is not that of its place."),
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
                "name": self.env._("Opening hours follow the clock of their place"),
                "explanation": self.env._("The hours of a place are kept in another time zone."),
                "sql": """
                    SELECT p.id, p.name FROM tierslieu_place p
                      JOIN resource_calendar c ON c.id = p.resource_calendar_id
                     WHERE c.tz != p.tz
                """,
            },
            {
                "name": self.env._("Parts of the day do not overlap"),
                "explanation": self.env._("Two parts of the day of a place share an hour."),
                "sql": """
                    SELECT a.place_id, a.code, b.code FROM tierslieu_day_part a
                      JOIN tierslieu_day_part b ON b.place_id = a.place_id AND a.id < b.id
                     WHERE a.hour_from < b.hour_to AND b.hour_from < a.hour_to
                """,
            },
        ]

    @api.model
    def run(self):
        """Return the broken invariants: [{name, explanation, rows}]; [] when all is well."""
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_manager")):
            raise AccessError(self.env._("Only a manager looks into the checks."))
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
        """Return the first rows that break a promise; a check can write nothing."""
        with self.env.cr.savepoint(flush=False):
            self.env.cr.execute(SQL("SET TRANSACTION READ ONLY"))
            self.env.cr.execute(SQL("%s LIMIT %s", SQL(check["sql"], **check.get("values", {})), MOST_ROWS))
            return self.env.cr.fetchall()

