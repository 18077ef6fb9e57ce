from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

ONE_DAY = timedelta(days=1)


class AccountMoveLine(models.Model):
    """The days of a subscription that a line of an invoice is for."""

    _inherit = "account.move.line"

    tierslieu_first = fields.Date(string="From", readonly=True, copy=False, help="First day that is invoiced.")
    tierslieu_last = fields.Date(string="Until", readonly=True, copy=False, help="Last day that is invoiced.")
    tierslieu_billed = fields.Boolean(
        readonly=True, copy=False, help="It invoices these days. A credit note of them does not."
    )

    # Two runs at once, a copy of the database, a bug: the database says no.
    _tierslieu_period_once = models.UniqueIndex(
        "(contract_line_id, tierslieu_first) WHERE tierslieu_billed AND parent_state IN ('draft', 'posted')",
        "This period of the subscription is invoiced already.",
    )


class AccountMove(models.Model):
    """An invoice of a subscription that is deleted or cancelled gives its period back."""

    _inherit = "account.move"

    def _tierslieu_billed_lines(self):
        return self.sudo().line_ids.filtered("tierslieu_billed")

    def _tierslieu_give_periods_back(self, lines):
        """Let periods be invoiced again: [(contract line, first day, last day)].

        Only from the end: days are invoiced in their order, and none is left out.
        """
        for line, first, last in sorted(lines, key=lambda each: each[1], reverse=True):
            if line.last_date_invoiced != last:
                raise UserError(
                    self.env._(
                        "Later days of %(subscription)s are invoiced already: make a credit note instead.",
                        subscription=line.contract_id.name,
                    )
                )
            before = first - ONE_DAY
            line.last_date_invoiced = before if before >= line.date_start else False

    def _tierslieu_days(self):
        return [
            (line.contract_line_id, line.tierslieu_first, line.tierslieu_last)
            for line in self._tierslieu_billed_lines()
        ]

    def unlink(self):
        days = self.filtered(lambda move: move.state != "cancel")._tierslieu_days()
        result = super().unlink()
        if days:
            self._tierslieu_give_periods_back(days)
        return result

    def button_cancel(self):
        days = self.filtered(lambda move: move.state != "cancel")._tierslieu_days()
        result = super().button_cancel()
        if days:
            self._tierslieu_give_periods_back(days)
        return result

    def button_draft(self):
        """Take the period of a cancelled invoice again, unless another invoice has it by now."""
        days = self.filtered(lambda move: move.state == "cancel")._tierslieu_days()
        for line, first, last in sorted(days, key=lambda each: each[1]):
            if (line.next_period_date_start, line.next_period_date_end) != (first, last):
                raise UserError(
                    self.env._("These days of %(subscription)s are invoiced again already.",
                               subscription=line.contract_id.name)
                )
            line.last_date_invoiced = last
        return super().button_draft()
