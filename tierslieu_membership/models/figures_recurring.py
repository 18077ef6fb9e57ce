from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.tierslieu_booking.models.figures import WEEKDAYS

# A month of a subscription is told apart from its others by its number since year 0.
MONTHS = 100000


class RecurringFigures(models.Model):
    """What subscriptions bring in each month: one row per subscription and month in which it was there.

    - Recurring revenue: what a month of the stretch that runs brings in, VAT
      excluded, of the subscriptions that go on after the last day of the month.
    - Running: those that go on after that day. Of a month that is not over,
      after today.
    - New: those that began in the month. Ended: those whose last day is in it.
      Running this month = running the month before + new - ended.
    - Churn: of those that ran when the month began, the share that ended in it.
    """

    _name = "tierslieu.figures.recurring"
    _description = "Recurring revenue figures"
    _inherit = "tierslieu.figures"
    _auto = False
    _rec_name = "contract_id"
    _depends = {
        "contract.contract": ["tierslieu_plan_id", "tierslieu_start", "date_end", "partner_id", "company_id"],
        "contract.line": [
            "contract_id", "date_start", "date_end", "is_canceled", "tierslieu_plan_id", "tierslieu_cycle",
            "monthly_recurring",
        ],
        "tierslieu.plan": ["space_id"],
        "tierslieu.space": ["kind", "place_id"],
    }

    # Said again here: its choices are then words of this addon, with their French.
    weekday = fields.Selection(WEEKDAYS, string="Day of the week", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    contract_id = fields.Many2one("contract.contract", string="Subscription", readonly=True, aggregator=None)
    partner_id = fields.Many2one("res.partner", string="Who", readonly=True, aggregator=None)
    plan_id = fields.Many2one("tierslieu.plan", readonly=True)
    amount = fields.Monetary(
        string="Recurring revenue", readonly=True,
        help="A month of the subscriptions that go on after the month, VAT excluded.",
    )
    running = fields.Integer(string="Subscriptions", readonly=True, help="That go on after the month, or after today.")
    began = fields.Integer(string="New", readonly=True, help="They began in the month.")
    ended = fields.Integer(readonly=True, help="Their last day is in the month.")
    before = fields.Integer(string="Running when the month began", readonly=True)
    lost = fields.Integer(string="Ended of those", readonly=True, help="Of those that ran when the month began.")
    churn = fields.Float(
        aggregator="avg", readonly=True,
        help="Of the subscriptions that ran when the month began, the share that ended in it.",
    )

    @api.model
    def _shares(self):
        return {**super()._shares(), "churn": ("lost", "before")}

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT c.id::bigint * %(base)s + EXTRACT(YEAR FROM month.first)::int * 12
                   + EXTRACT(MONTH FROM month.first)::int AS id,
                   month.first AS date, NULL::text AS weekday, c.company_id,
                   COALESCE(s.place_id, (
                     SELECT MIN(o.id) FROM tierslieu_place o
                      WHERE o.company_id = c.company_id HAVING COUNT(*) = 1)) AS place_id,
                   p.space_id, s.kind, c.id AS contract_id, c.partner_id, p.id AS plan_id,
                   CASE WHEN c.date_end IS NULL OR c.date_end > month.last
                        THEN l.monthly_recurring ELSE 0 END AS amount,
                   (c.date_end IS NULL OR c.date_end > month.last)::int AS running,
                   (c.tierslieu_start >= month.first)::int AS began,
                   COALESCE(c.date_end <= month.last, FALSE)::int AS ended,
                   (c.tierslieu_start < month.first)::int AS before,
                   (c.tierslieu_start < month.first AND COALESCE(c.date_end <= month.last, FALSE))::int AS lost,
                   NULL::float8 AS churn
              FROM contract_contract c
             CROSS JOIN LATERAL (
                SELECT first::date, LEAST((first + INTERVAL '1 month - 1 day')::date, %(today)s) AS last
                  FROM generate_series(
                    DATE_TRUNC('month', c.tierslieu_start::timestamp),
                    DATE_TRUNC('month', LEAST(COALESCE(c.date_end, %(today)s), %(today)s)::timestamp),
                    INTERVAL '1 month') first) month
             CROSS JOIN LATERAL (
                SELECT tierslieu_plan_id, monthly_recurring FROM contract_line
                 WHERE contract_id = c.id AND tierslieu_cycle IS NOT NULL AND NOT COALESCE(is_canceled, FALSE)
                   AND date_start <= month.last
                 ORDER BY date_start DESC, id DESC LIMIT 1) l
              JOIN tierslieu_plan p ON p.id = l.tierslieu_plan_id
              LEFT JOIN tierslieu_space s ON s.id = p.space_id
             WHERE c.tierslieu_plan_id IS NOT NULL AND c.tierslieu_start <= %(today)s
            """,
            base=MONTHS,
            today=fields.Date.today(),
        )


class Month(models.Model):
    """Two numbers on the page of a month: how many subscribe, and what it brings in."""

    _inherit = "tierslieu.month"

    def _cards(self, told):
        """Add the subscriptions under the figures that are there, when there are any."""
        cards = super()._cards(told)
        dates = {
            key: fields.Date.add(self.date, months=months)
            for key, months in (("here", 0), ("before", -1), ("last_year", -12)) if key in told
        }
        rows = {
            date: (running, amount, began, ended)
            for date, running, amount, began, ended in self.env["tierslieu.figures.recurring"].sudo()._read_group(
                [("place_id", "=", self.place_id.id), ("date", "in", list(dates.values()))], ["date:day"],
                ["running:sum", "amount:sum", "began:sum", "ended:sum"],
            )
        }
        if not rows:
            return cards
        _, nothing = self.env._, (0, 0.0, 0, 0)
        at = {key: rows.get(date, nothing) for key, date in dates.items()}
        note = _("%(new)s new, %(ended)s ended", new=at["here"][2], ended=at["here"][3])
        return [
            *cards,
            self._recurring_card("subscriptions", _("Subscriptions"), at, 0, self._say_number, note),
            self._recurring_card("recurring", _("Recurring revenue"), at, 1, self._say_amount, _("A month, excl. VAT")),
        ]

    def _recurring_card(self, key, label, at, nth, say, note):
        def said(when):
            return say(at[when][nth]) if when in at else "–"

        return {
            "key": key, "label": label, "icon": False, "note": note, "value": said("here"),
            "before": said("before"), "last_year": said("last_year"),
        }
