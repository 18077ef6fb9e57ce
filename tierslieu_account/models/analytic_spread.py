from odoo import api, fields, models
from odoo.tools import SQL

# Lines that one call reads, and those that somebody waits for at the screen.
BATCH, WAITED_FOR = 500, 1000


class Company(models.Model):
    """How far places and activities were spread on the past of a company, while it goes on at night."""

    _inherit = "res.company"

    tierslieu_spread_first = fields.Date(readonly=True, copy=False)
    tierslieu_spread_last = fields.Date(readonly=True, copy=False)
    tierslieu_spread_after = fields.Integer(readonly=True, copy=False, help="Last line of the ledger that was read.")

    def _tierslieu_lacking(self, first, last, after=0, limit=None):
        """Return the posted lines of income and cost that have no place or no activity, in order.

        :param first, last: days of the books, included
        :param after: id of the last line that was read
        """
        self.ensure_one()
        lines = self.env["account.move.line"].sudo()
        lines.flush_model()
        known = self.env["account.analytic.account"]._tierslieu_known(self.id)
        ours = {plan: [str(one) for one, its in known["plans"].items() if its == plan]
                for plan in (known["place_plan"], known["activity_plan"])}
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id FROM account_move_line l JOIN account_account a ON a.id = l.account_id
                 WHERE l.company_id = %(company)s AND l.parent_state = 'posted' AND l.display_type = 'product'
                   AND (a.account_type LIKE 'income%%' OR a.account_type LIKE 'expense%%')
                   AND l.date BETWEEN %(first)s AND %(last)s AND l.id > %(after)s
                   AND NOT (%(keys)s && %(places)s::text[] AND %(keys)s && %(activities)s::text[])
                 ORDER BY l.id LIMIT %(limit)s
                """,
                company=self.id, first=first, last=last, after=after, limit=limit,
                keys=SQL(
                    "COALESCE((SELECT array_agg(one) FROM jsonb_object_keys(COALESCE(l.analytic_distribution,"
                    " '{}'::jsonb)) AS key, unnest(string_to_array(key, ',')) AS one), '{}'::text[])"
                ),
                places=ours[known["place_plan"]], activities=ours[known["activity_plan"]],
            )
        )
        return lines.browse([line for (line,) in rows])

    def _tierslieu_spread(self, lines):
        """Give posted lines the place and the activity that they lack; return how many got something.

        Only what is missing is added, and analytics change neither the ledger
        nor its numbers: locked periods are spread too. Lines that are alike are
        written together. Run again, it finds nothing to do.
        """
        alike = {}
        for line, distribution in lines._tierslieu_proposed().items():
            if distribution != (line.analytic_distribution or {}):
                alike.setdefault(tuple(sorted(distribution.items())), []).append(line.id)
        for distribution, ids in alike.items():
            same = lines.browse(ids).with_context(tierslieu_analytic=True)
            same.write({"analytic_distribution": dict(distribution)})
        return sum(len(ids) for ids in alike.values())

    def _tierslieu_spread_on(self, most=WAITED_FOR):
        """Go on with what was asked for, so many lines at the most.

        :return: (lines that got something, whether it is over)
        """
        self.ensure_one()
        given = read = 0
        while read < most:
            lines = self._tierslieu_lacking(
                self.tierslieu_spread_first, self.tierslieu_spread_last, self.tierslieu_spread_after, BATCH
            )
            if not lines:
                self.write(
                    {"tierslieu_spread_first": False, "tierslieu_spread_last": False, "tierslieu_spread_after": 0}
                )
                return given, True
            given += self._tierslieu_spread(lines)
            read += len(lines)
            self.tierslieu_spread_after = lines[-1].id
            self.env.flush_all()
            self.env.invalidate_all()
        return given, False

    @api.model
    def _cron_tierslieu_spread(self):
        """Go on with each company, a batch and a commit at a time."""
        cron = self.env["ir.cron"]
        waiting = self.search([("tierslieu_spread_first", "!=", False)])
        left = len(waiting)
        cron._commit_progress(remaining=left)
        for company in waiting:
            over = False
            while not over:
                _given, over = company._tierslieu_spread_on(BATCH)
                left -= over
                if not cron._commit_progress(int(over), remaining=left):
                    return
