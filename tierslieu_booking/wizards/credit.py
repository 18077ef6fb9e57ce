from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ..models.credit_type import DIGITS


class CreditGift(models.TransientModel):
    """Credits that the team gives: a gesture, a prize, an hour of help."""

    _name = "tierslieu.credit.gift"
    _description = "Credits given"

    partner_id = fields.Many2one(
        "res.partner", string="To", required=True, default=lambda self: self.env.context.get("tierslieu_partner_id")
    )
    type_id = fields.Many2one(
        "tierslieu.credit.type", string="Credit type", required=True, domain="[('company_id', '=', company_id)]",
        default=lambda self: self.env["tierslieu.credit.type"].search(
            [("company_id", "=", self.env.company.id)], limit=1
        ),
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    amount = fields.Float(string="Credits", required=True, default=1.0, digits=DIGITS)
    valid_until = fields.Date(
        default=lambda self: fields.Date.context_today(self) + relativedelta(years=1, days=-1),
        help="Empty: without end.",
    )
    shared = fields.Boolean(string="For the whole organisation")
    reason = fields.Char(required=True)

    def action_give(self):
        """Open the lot, with who gave it and why."""
        self.ensure_one()
        self.env["tierslieu.credit.lot"]._require_staff(self.reason)
        # Of their own companies.
        self.type_id.check_access("read")
        self.partner_id.check_access("read")
        lot = self.env["tierslieu.credit.lot"]._grant(
            self.type_id, self.partner_id, self.amount, valid_until=self.valid_until,
            shared=self.shared, reason=self.reason,
        )
        return lot.with_env(self.env).action_show()


class CreditTransfer(models.TransientModel):
    """Credits that the team hands over from one member to another."""

    _name = "tierslieu.credit.transfer"
    _description = "Transfer of credits"

    lot_id = fields.Many2one("tierslieu.credit.lot", string="From", required=True, readonly=True)
    balance = fields.Float(related="lot_id.balance")
    partner_id = fields.Many2one("res.partner", string="To", required=True)
    amount = fields.Float(string="Credits", required=True, digits=DIGITS)
    reason = fields.Char(required=True)

    @api.onchange("lot_id")
    def _onchange_lot_id(self):
        self.amount = self.lot_id.balance

    def action_transfer(self):
        """Move the credits to a lot of the new holder, valid as long."""
        self.ensure_one()
        self.partner_id.check_access("read")
        lot = self.lot_id._transfer(self.partner_id, self.amount, self.reason)
        return lot.with_env(self.env).action_show()
