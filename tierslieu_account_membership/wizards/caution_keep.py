from odoo import api, fields, models


class CautionKeep(models.TransientModel):
    """How much of a caution is kept, and why; the rest goes back."""

    _name = "tierslieu.caution.keep"
    _description = "Keep a caution"

    contract_id = fields.Many2one("contract.contract", string="Subscription", required=True, readonly=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    paid = fields.Monetary(string="Caution paid", compute="_compute_paid")
    amount = fields.Monetary(string="Kept", compute="_compute_amount", store=True, readonly=False)
    rest = fields.Monetary(string="Given back", compute="_compute_rest")
    reason = fields.Char(string="Why", required=True)
    with_vat = fields.Boolean(compute="_compute_paid")

    @api.depends("contract_id")
    def _compute_paid(self):
        for wizard in self:
            wizard.paid = wizard.contract_id._tierslieu_caution_paid() if wizard.contract_id else 0.0
            wizard.with_vat = bool(wizard.contract_id.sudo().company_id.tierslieu_caution_kept_tax_id)

    @api.depends("contract_id")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.paid

    @api.depends("paid", "amount")
    def _compute_rest(self):
        for wizard in self:
            wizard.rest = max(0.0, wizard.currency_id.round(wizard.paid - wizard.amount)) if wizard.currency_id else 0.0

    def action_keep(self):
        """Keep it, and show the subscription."""
        self.ensure_one()
        self.contract_id.action_keep_caution_amount(self.amount, self.reason)
        return {"type": "ir.actions.act_window_close"}
