from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..kernel.deferral import units


class AccountMove(models.Model):
    """An entry of deferred income, or its reversal on the day after the closing."""

    _inherit = "account.move"

    tierslieu_deferred_id = fields.Many2one(
        "tierslieu.deferred.income", string="Deferred income", readonly=True, copy=False, index="btree_not_null",
        ondelete="restrict",
    )

    def _tierslieu_deferred_sums(self):
        """Return {(account, key of the document or ""): debit less credit in units of the currency}."""
        sums = defaultdict(int)
        for line in self.line_ids:
            digits = line.company_currency_id.decimal_places
            sums[line.account_id.id, line.tierslieu_deferred_key or ""] += units(line.balance, digits)
        return {key: value for key, value in sums.items() if value}

    def _tierslieu_undoes(self, entry):
        """Tell whether this is the reversal of an entry, line by line."""
        undone = {key: -value for key, value in entry._tierslieu_deferred_sums().items()}
        return self.date == entry.date + timedelta(days=1) and self._tierslieu_deferred_sums() == undone

    def _post(self, soft=True):
        """Post entries of deferred income at their own date or not at all: Odoo would move them past a lock."""
        self.filtered("tierslieu_deferred_id")._tierslieu_check_open()
        return super()._post(soft)

    def _tierslieu_check_open(self):
        for move in self:
            move.company_id._tierslieu_require_open(move.date, move.journal_id)


class AccountMoveLine(models.Model):
    """Which document a line of such an entry is about."""

    _inherit = "account.move.line"

    tierslieu_deferred_key = fields.Char(
        string="Deferred document", readonly=True, copy=False, help="The document whose income is deferred."
    )


class Company(models.Model):
    """Lock dates, said in one sentence."""

    _inherit = "res.company"

    def _tierslieu_require_open(self, date, journal):
        """Refuse a date on which nothing can be posted any more.

        :raises UserError: in one sentence, which names the lock date
        """
        locks = self._get_violated_lock_dates(date, False, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books of %(company)s are closed until %(lock)s: nothing can be posted on %(date)s.",
                    company=self.name, lock=format_date(self.env, max(lock for lock, _field in locks)),
                    date=format_date(self.env, date),
                )
            )
