from odoo import fields, models
from odoo.tools import SQL


class ActivityFigures(models.Model):
    """What each activity of each place earned and cost, as the books say it.

    The rows of a line of the ledger sum to the line: what its analytic lines
    say, and a row of the rest, of no activity. All rows together are thus the
    classes 6 and 7 of the ledger, to the cent, whatever was typed. Where place
    and activity were typed apart, the place is known only if it is a single one.
    """

    _name = "tierslieu.figures.activity"
    _description = "Turnover and result by activity"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "document"
    _depends = {
        "account.account": ["account_type", "code_store"],
        "account.analytic.line": ["account_id", "amount", "move_line_id"],
        "account.move": ["name"],
        "account.move.line": ["account_id", "balance", "company_id", "date", "move_id", "name", "parent_state"],
        "res.company": ["parent_path"],
        "tierslieu.place": ["analytic_account_id"],
    }

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    place_id = fields.Many2one("tierslieu.place", readonly=True)
    activity_id = fields.Many2one("account.analytic.account", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    line_id = fields.Many2one("account.move.line", string="Line of the ledger", readonly=True)
    document = fields.Char(readonly=True)
    label = fields.Char(readonly=True)
    turnover = fields.Monetary(
        readonly=True, help="Accounts 70: sales less credit notes, VAT excluded, on the day of the document."
    )
    income = fields.Monetary(readonly=True, help="Class 7, the turnover included.")
    expense = fields.Monetary(string="Costs", readonly=True, help="Class 6.")
    result = fields.Monetary(readonly=True, help="Income less costs.")

    @property
    def _table_query(self):
        # Their columns for our plans are made by Odoo, out of sight of `_depends`.
        self.env["account.analytic.line"].flush_model()
        return SQL(
            """
            SELECT part.id, l.date, l.company_id, p.id AS place_id, part.activity_id, l.account_id,
                   l.id AS line_id, m.name AS document, l.name AS label,
                   CASE WHEN class.code LIKE '70%%' THEN part.amount ELSE 0 END AS turnover,
                   CASE WHEN class.code LIKE '7%%' THEN part.amount ELSE 0 END AS income,
                   CASE WHEN class.code LIKE '6%%' THEN -part.amount ELSE 0 END AS expense,
                   part.amount AS result
              FROM account_move_line l
              JOIN account_move m ON m.id = l.move_id
              JOIN account_account a ON a.id = l.account_id
              JOIN res_company c ON c.id = l.company_id
              CROSS JOIN LATERAL (
                SELECT COALESCE(
                  a.code_store ->> split_part(c.parent_path, '/', 1),
                  CASE WHEN a.account_type LIKE 'income%%' THEN '7'
                       WHEN a.account_type LIKE 'expense%%' THEN '6' END) AS code) class
              %(parts)s
              LEFT JOIN tierslieu_place p ON p.analytic_account_id = part.place_account
             WHERE l.parent_state = 'posted' AND left(class.code, 1) IN ('6', '7')
            """,
            parts=self._parts(),
        )

    def _parts(self):
        """Return the SQL of the parts of a line `l`: those of its analytic lines, then the rest of it."""
        place, activity = (
            SQL.identifier("a1", plan._column_name())
            for plan in self.env["account.analytic.plan"]._tierslieu_plans()
        )
        return SQL(
            """
              LEFT JOIN LATERAL (
                SELECT COUNT(%(activity)s) > 0 AS told,
                       CASE WHEN MIN(%(place)s) = MAX(%(place)s) THEN MIN(%(place)s) END AS place_account
                  FROM account_analytic_line a1 WHERE a1.move_line_id = l.id) line ON TRUE
              CROSS JOIN LATERAL (
                SELECT 2 * a1.id + 1 AS id, %(activity)s AS activity_id,
                       COALESCE(%(place)s, line.place_account) AS place_account, a1.amount::numeric AS amount
                  FROM account_analytic_line a1
                 WHERE a1.move_line_id = l.id
                   AND (%(activity)s IS NOT NULL OR (%(place)s IS NOT NULL AND NOT line.told))
                 UNION ALL
                SELECT 2 * l.id, NULL, line.place_account, rest.amount
                  FROM (SELECT -l.balance - COALESCE(SUM(a1.amount::numeric), 0) AS amount
                          FROM account_analytic_line a1
                         WHERE a1.move_line_id = l.id
                           AND (%(activity)s IS NOT NULL OR (%(place)s IS NOT NULL AND NOT line.told))) rest
                 WHERE rest.amount <> 0) part
            """,
            place=place, activity=activity,
        )
