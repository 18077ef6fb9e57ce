from odoo import api, models

from ..kernels import typed
from .import_kind import LineError


class ImportKind(models.AbstractModel):
    """How the cells of a file are read, and what is said of those that cannot be."""

    _inherit = "tierslieu.import.kind"

    @api.model
    def _parse_text(self, cell, run):
        text = str(cell)
        if len(text) > 500:
            raise LineError(self.env._("This text is too long: 500 characters at the most."))
        return " ".join(text.split())

    @api.model
    def _parse_note(self, cell, run):
        return str(cell)[:10_000]

    @api.model
    def _parse_amount(self, cell, run):
        _ = self.env._
        try:
            amount = typed.amount(cell, run.company.currency_id.decimal_places)
        except typed.Wrong as error:
            message, advice = {
                "number": (_("“%(value)s” is not an amount.", value=cell), _("Write it like 1234,50.")),
                "ambiguous": (
                    _("“%(value)s” can be read in two ways.", value=cell),
                    _("Write thousands without a mark, and cents with two digits: 1234,50."),
                ),
                "decimals": (_("“%(value)s” is finer than a cent.", value=cell), _("Round it.")),
            }[error.reason]
            raise LineError(message, advice=advice) from error
        if amount < 0:
            raise LineError(_("“%(value)s” is below zero.", value=cell), advice=_("A price is zero or more."))
        return float(amount)

    @api.model
    def _parse_integer(self, cell, run):
        try:
            return typed.integer(cell)
        except typed.Wrong as error:
            raise LineError(
                self.env._("“%(value)s” is not a whole number.", value=cell),
                advice=self.env._("Write it in digits: 12."),
            ) from error

    @api.model
    def _parse_yes_no(self, cell, run):
        try:
            return typed.yes_no(cell)
        except typed.Wrong as error:
            raise LineError(
                self.env._("“%(value)s” is neither yes nor no.", value=cell),
                advice=self.env._("Write yes or no, or leave it empty."),
            ) from error

    @api.model
    def _parse_date(self, cell, run):
        return self._read_time(typed.day, cell)

    @api.model
    def _parse_moment(self, cell, run):
        return self._read_time(typed.moment, cell)

    @api.model
    def _parse_clock(self, cell, run):
        return self._read_time(typed.clock, cell)

    @api.model
    def _read_time(self, read, cell):
        """Read a date or an hour with a function of `typed`, or say why it cannot be read."""
        _ = self.env._
        try:
            return read(cell)
        except typed.Wrong as error:
            message, advice = {
                "date": (_("“%(value)s” is not a date.", value=cell), _("Write it like 24/11/2026.")),
                "short_year": (
                    _("“%(value)s” can be read in several ways.", value=cell),
                    _("Write the year with four digits, the day first: 24/11/2026."),
                ),
                "swapped": (
                    _("“%(value)s” has no month of that number.", value=cell),
                    _("The day comes first: 24/11/2026 is November 24."),
                ),
                "no_such_day": (_("“%(value)s” is a day that does not exist.", value=cell), _("Check the calendar.")),
                "year": (_("“%(value)s”: this year cannot be right.", value=cell), _("Check the year.")),
                "no_clock": (
                    _("“%(value)s” says the day, not the hour.", value=cell),
                    _("Write it like 24/11/2026 14:00."),
                ),
                "clock": (_("“%(value)s” is not an hour.", value=cell), _("Write it like 14:00.")),
            }[error.reason]
            raise LineError(message, advice=advice) from error

    @api.model
    def _choose(self, cell, choices):
        """Return the choice that a cell names.

        :param choices: {value: words that name it, the proposed one first}
        """
        said = typed.plain(cell)
        for value, words in choices.items():
            if said in map(typed.plain, words):
                return value
        raise LineError(
            self.env._("“%(value)s” is not known here.", value=cell),
            advice=self.env._(
                "Choose among: %(choices)s.", choices=", ".join(words[0] for words in choices.values())
            ),
        )
