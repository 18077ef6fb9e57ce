from odoo import api, fields, models
from odoo.exceptions import UserError

from .credit_type import DIGITS


class CreditMove(models.Model):
    """One line of the ledger of credits: written once, never changed.

    What went wrong is put right by another move.
    """

    _name = "tierslieu.credit.move"
    _description = "Credit move"
    _order = "id desc"

    lot_id = fields.Many2one(
        "tierslieu.credit.lot", required=True, index=True, ondelete="restrict", readonly=True
    )
    type_id = fields.Many2one(related="lot_id.type_id", store=True, index=True)
    partner_id = fields.Many2one(related="lot_id.partner_id", store=True, index=True)
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    kind = fields.Selection(
        [
            ("grant", "Granted"),
            ("consume", "Booking"),
            ("return", "Given back"),
            ("expire", "Written off"),
            ("fee", "Fee"),
            ("transfer", "Transfer"),
            ("refund", "Refunded"),
        ],
        required=True, readonly=True, index=True,
    )
    amount = fields.Float(required=True, readonly=True, digits=DIGITS, string="Credits")
    booking_id = fields.Many2one(
        "tierslieu.booking", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reason = fields.Char(readonly=True)
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, index="btree_not_null", ondelete="set null",
        help="Line of an invoice or of a credit note that granted them, or took them back.",
    )

    _something = models.Constraint("CHECK (amount != 0)", "A move moves some credit.")
    _sign = models.Constraint(
        "CHECK (amount > 0 AND kind IN ('grant', 'return', 'transfer')"
        " OR amount < 0 AND kind IN ('consume', 'expire', 'fee', 'transfer', 'refund'))",
        "This kind of move goes the other way.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("Credits are granted, given and taken by their actions."))
        return super().create(vals_list)

    def write(self, vals):
        if vals:
            raise UserError(self.env._("The moves of credits are never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        raise UserError(self.env._("The moves of credits are never changed."))
