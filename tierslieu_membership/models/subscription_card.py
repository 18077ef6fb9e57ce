from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.tools import say_day


class Contract(models.Model):
    """The card that a subscription is charged to, with the consent of its owner."""

    _inherit = "contract.contract"

    tierslieu_token_id = fields.Many2one(
        "payment.token", string="Card kept", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    tierslieu_card_consent_on = fields.Datetime(string="Agreed on", readonly=True, copy=False)
    tierslieu_card_consent_by = fields.Many2one("res.partner", string="Agreed by", readonly=True, copy=False)
    tierslieu_card = fields.Char(string="Card", compute="_compute_tierslieu_card")
    tierslieu_charge_ids = fields.One2many("tierslieu.charge", "contract_id", string="Charges")

    @api.constrains("tierslieu_token_id", "partner_id", "invoice_partner_id")
    def _check_tierslieu_token(self):
        for contract in self.sudo().filtered("tierslieu_token_id"):
            if not contract._tierslieu_may_have(contract.tierslieu_token_id):
                raise ValidationError(self.env._("This card belongs to somebody else."))

    @api.depends("tierslieu_token_id")
    def _compute_tierslieu_card(self):
        """Say which card it is to those who may see the subscription, not what a card is."""
        for contract in self:
            token = contract.sudo().tierslieu_token_id
            contract.tierslieu_card = token._build_display_name() if token else False

    def _tierslieu_payer(self):
        return (self.invoice_partner_id or self.partner_id).commercial_partner_id

    def _tierslieu_may_have(self, token):
        """Return whether a card is one of who pays for the subscription, and of its company."""
        self.ensure_one()
        token = token.sudo()
        return (
            token.partner_id.commercial_partner_id == self.sudo()._tierslieu_payer()
            and token.company_id in (self.company_id, self.company_id.parent_id)
        )

    def _tierslieu_keep_card(self, token, owner):
        """Charge these subscriptions to a card from now on, what is due already included.

        :param owner: the contact who agrees
        """
        for contract in self.sudo():
            if not contract._tierslieu_may_have(token):
                raise UserError(self.env._("This card belongs to somebody else."))
            if not token.active:
                raise UserError(self.env._("This card is no longer there."))
            if contract.tierslieu_token_id == token and contract.tierslieu_card_consent_on:
                continue
            contract.write(
                {
                    "tierslieu_token_id": token.id,
                    "tierslieu_card_consent_on": fields.Datetime.now(),
                    "tierslieu_card_consent_by": owner.id,
                }
            )
            contract._message_log(
                body=self.env._("%(name)s agreed to pay by the card %(card)s.",
                                name=owner.name, card=token._build_display_name())
            )
            # What another card, or none, was refused for.
            contract.tierslieu_charge_ids.filtered(
                lambda charge: charge.state in ("failed", "stopped") and charge.residual > 0
            )._again()
        self.env.ref("tierslieu_membership.cron_charge").sudo()._trigger()

    def _tierslieu_drop_card(self):
        """Charge no card for these subscriptions any more."""
        for contract in self.sudo().filtered("tierslieu_token_id"):
            contract.write(
                {
                    "tierslieu_token_id": False, "tierslieu_card_consent_on": False,
                    "tierslieu_card_consent_by": False,
                }
            )
            contract._message_log(body=self.env._("The card is taken away: invoices are paid by hand."))

    def action_drop_card(self):
        """Take the card away, for the team: a member who asks for it at the desk."""
        self._tierslieu_require_team()._tierslieu_drop_card()
        return True

    def _tierslieu_billed(self, moves):
        """Charge new invoices to the cards kept, in their own time."""
        result = super()._tierslieu_billed(moves)
        if self.sudo().filtered("tierslieu_token_id"):
            self.env.ref("tierslieu_membership.cron_charge").sudo()._trigger()
        return result

    # -- What its page says

    @api.model
    def _tierslieu_own(self, partner, company):
        """Return the subscriptions that someone pays for: theirs, or their organisation's."""
        payer = partner.sudo().commercial_partner_id
        contracts = self.sudo().search(
            [
                ("tierslieu_plan_id", "!=", False), ("company_id", "=", company.id),
                "|", "&", ("invoice_partner_id", "=", False), ("partner_id.commercial_partner_id", "=", payer.id),
                ("invoice_partner_id.commercial_partner_id", "=", payer.id),
            ]
        )
        return contracts.filtered(lambda contract: contract.tierslieu_state != "ended" or contract.tierslieu_owed > 0)

    @api.model
    def _tierslieu_cards(self, partner, company):
        """Return the cards that someone can choose: their own and those of their organisation itself."""
        partner = partner.sudo()
        return self.env["payment.token"].sudo().search(
            [
                ("partner_id", "in", (partner | partner.commercial_partner_id).ids),
                ("company_id", "parent_of", company.id), ("provider_id.state", "!=", "disabled"),
            ]
        )

    def _tierslieu_card_said(self):
        """Return what is charged next, in one sentence: how much, for what, when."""
        self.ensure_one()
        contract = self.sudo()
        _ = self.env._
        charge = contract.tierslieu_charge_ids.filtered(lambda charge: charge.state in ("due", "asking", "waiting"))
        if charge:
            return _(
                "%(amount)s on %(day)s, for %(invoice)s",
                amount=charge[0].currency_id.format(charge[0].residual),
                day=say_day(self.env, charge[0].next_on), invoice=charge[0].move_id.name,
            )
        line = contract._tierslieu_lines().filtered(
            lambda line: line.recurring_next_date and line.recurring_next_date == contract.recurring_next_date
        )[:1]
        part = line and line._tierslieu_next_part()
        if not part:
            return _("Nothing more is to come.")
        amount = line.tierslieu_plan_id._with_tax(float(line._tierslieu_amount(part)))
        return _(
            "%(amount)s on %(day)s, for %(what)s",
            amount=contract.currency_id.format(amount),
            day=say_day(self.env, contract.recurring_next_date),
            what=line._tierslieu_said(part),
        )
