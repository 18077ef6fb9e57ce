from odoo import models
from odoo.tools import SQL

# The year in a series of numbers: “FAC/2026/”.
YEAR = r"(?:^|[^0-9])((?:19|20)[0-9]{2})(?:[^0-9]|$)"


class FecCheck(models.AbstractModel):
    """What is wrong with whole entries: their sums, their numbers, their dates, their state."""

    _inherit = "tierslieu.fec.check"

    def _find_unbalanced(self, period):
        """Find entries that do not balance; those of earlier years too, since the opening balances sum them."""
        count, rows = self._rows(
            SQL(
                "SELECT m.id, m.name, m.date, sum(l.debit) - sum(l.credit), count(*) OVER () FROM %s"
                " GROUP BY m.id HAVING sum(l.debit) <> sum(l.credit) ORDER BY m.date, m.id",
                self._lines(period, until=True),
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": self.env._("%(entry)s of %(date)s: the debit less the credit is %(amount)s.",
                                       entry=name, date=self._say_date(date),
                                       amount=self._say_amount(period, amount)),
            }
            for move, name, date, amount in rows
        ]

    def _find_no_number(self, period):
        count, rows = self._rows(
            SQL(
                "SELECT m.id, coalesce(m.ref, ''), m.date, count(*) OVER () FROM account_move m"
                " WHERE m.state = 'posted' AND m.company_id IN %s"
                "   AND (m.date IS NULL OR m.date BETWEEN %s AND %s AND coalesce(m.name, '') IN ('', '/'))"
                " ORDER BY m.date, m.id",
                self._companies(period.company), period.first, period.last,
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": self.env._("An entry of %(date)s has no number. %(ref)s",
                                       date=self._say_date(date), ref=ref) if date
                else self.env._("An entry has no date. %(ref)s", ref=ref),
            }
            for move, ref, date in rows
        ]

    def _find_draft(self, period):
        count, rows = self._rows(
            SQL(
                "SELECT m.id, m.date, %s, coalesce(nullif(m.ref, ''), p.complete_name, p.name, ''),"
                "       abs(coalesce(m.amount_total_signed, 0)), count(*) OVER ()"
                "  FROM account_move m JOIN account_journal j ON j.id = m.journal_id"
                "  LEFT JOIN res_partner p ON p.id = m.partner_id"
                " WHERE m.state = 'draft' AND m.company_id IN %s AND m.date BETWEEN %s AND %s ORDER BY m.date, m.id",
                self._said_in_french(SQL("j.name")), self._companies(period.company), period.first, period.last,
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": " · ".join(filter(None, (
                    self.env._("Draft of %(date)s", date=self._say_date(date)), journal, about,
                    self._say_amount(period, amount),
                ))),
            }
            for move, date, journal, about, amount in rows
        ]

    def _find_gap(self, period):
        """Find where a series of numbers jumps.

        A number of another period, such as that of an entry that was dated
        later, is no gap; that of an entry that was cancelled is one.
        """
        count, rows = self._rows(
            SQL(
                """
                SELECT s.id, s.name, s.before, s.missing, count(*) OVER () FROM (
                    SELECT m.id, m.name, m.date, lag(m.name) OVER series AS before,
                           m.sequence_number - coalesce(lag(m.sequence_number) OVER series, 0) - 1 AS missing
                      FROM account_move m
                     WHERE m.state = 'posted' AND m.company_id IN %s AND m.sequence_number > 0
                    WINDOW series AS (PARTITION BY m.journal_id, m.sequence_prefix ORDER BY m.sequence_number)
                ) s WHERE s.missing > 0 AND s.date BETWEEN %s AND %s ORDER BY s.date, s.id
                """,
                self._companies(period.company), period.first, period.last,
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": self._say_gap(name, before, missing),
            }
            for move, name, before, missing in rows
        ]

    def _say_gap(self, name, before, missing):
        _ = self.env._
        if not before:
            return _("The series begins with %(name)s.", name=name)
        if missing == 1:
            return _("One number is missing between %(before)s and %(name)s.", before=before, name=name)
        return _("%(count)s numbers are missing between %(before)s and %(name)s.",
                 count=missing, before=before, name=name)

    def _find_date_outside(self, period):
        """Find entries whose number is of another year, or whose document is dated after the period."""
        years = (period.first.year, period.last.year)
        count, rows = self._rows(
            SQL(
                """
                SELECT m.id, m.name, m.date, m.invoice_date, m.invoice_date > %(last)s, count(*) OVER ()
                  FROM account_move m
                 WHERE %(posted)s AND (
                       m.invoice_date > %(last)s
                    OR substring(m.sequence_prefix from %(year)s)::int NOT BETWEEN %(since)s AND %(upto)s
                 ) ORDER BY m.date, m.id
                """,
                last=period.last, posted=self._posted(period), year=YEAR, since=years[0], upto=years[1],
            )
        )
        _ = self.env._
        return count, [
            {
                "move_id": move,
                "sentence": _("%(entry)s of %(date)s: its document is dated %(document)s.",
                              entry=name, date=self._say_date(date), document=self._say_date(document)) if late
                else _("%(entry)s is dated %(date)s: its number is of another year.",
                       entry=name, date=self._say_date(date)),
            }
            for move, name, date, document, late in rows
        ]

    def _find_no_validation(self, period):
        count, rows = self._rows(
            SQL(
                "SELECT m.id, m.name, m.date, count(*) OVER () FROM account_move m"
                " WHERE %s AND m.tierslieu_validated_on IS NULL ORDER BY m.date, m.id",
                self._posted(period),
            )
        )
        return count, [
            {
                "move_id": move,
                "sentence": self.env._("%(entry)s of %(date)s: nobody knows when it was validated.",
                                       entry=name, date=self._say_date(date)),
            }
            for move, name, date in rows
        ]
