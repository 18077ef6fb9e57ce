from odoo import api, models
from odoo.fields import Domain


class DeferredSource(models.AbstractModel):
    """Subscriptions invoiced in advance: each line of an invoice names its days.

    A credit note of a change or of an end names those that it gives back; one
    made by hand is about the days of the line that it credits. What is invoiced
    after its period is earned by then.
    """

    _inherit = "tierslieu.deferred.source"

    @api.model
    def _sources(self):
        return super()._sources() | {"subscription": (self.env._("Subscriptions"), "_deferred_subscriptions")}

    @api.model
    def _deferred_subscriptions(self, company, closing):
        """Return what of subscriptions is not earned, as `_sources` says."""
        domain = Domain(self._income_lines(company, closing)) & Domain("contract_line_id", "!=", False)
        lines = self.env["account.move.line"].search(domain & Domain("tierslieu_last", ">", closing), order="id")
        days = {line: (line.tierslieu_first, line.tierslieu_last) for line in lines}
        by_hand = self.env["account.move.line"].search(
            domain
            & Domain("tierslieu_last", "=", False)
            & Domain("move_id.move_type", "=", "out_refund")
            & Domain("move_id.reversed_entry_id", "!=", False),
            order="id",
        )
        days |= self._days_credited(by_hand)
        found = []
        for line, (first, last) in days.items():
            amount = -line.balance
            deferred, explanation = self._spread(company, amount, first, last, closing)
            if deferred:
                found.append(self._deferred_line(line, amount, deferred, explanation))
        return found

    @api.model
    def _days_credited(self, lines):
        """Return {line of a credit note made by hand: (first, last) day that was invoiced}."""
        days = {}
        for line in lines:
            billed = line.move_id.reversed_entry_id.invoice_line_ids.filtered(
                lambda one, line=line: one.contract_line_id == line.contract_line_id
                and one.tierslieu_last and one.parent_state == "posted"
            )
            if billed:
                days[line] = (min(billed.mapped("tierslieu_first")), max(billed.mapped("tierslieu_last")))
        return days

    @api.model
    def _deferred_line(self, line, amount, deferred, explanation):
        """Return what the registry asks of a line of an invoice or of a credit note."""
        return {
            "account_id": line.account_id.id,
            "amount": amount,
            "deferred": deferred,
            "line_id": line.id,
            "record": (line._name, line.id),
            "partner_id": line.partner_id.id,
            "analytic_distribution": line.analytic_distribution,
            "label": f"{line.move_id.name}, {line.partner_id.name or ''}",
            "explanation": explanation,
        }
