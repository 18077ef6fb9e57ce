from odoo import Command, fields

from .plan_common import PlanCase


def create_provider(env, company):
    """Return the demo provider, ready to charge the cards that it keeps."""
    provider = env["payment.provider"].sudo().search(
        [("code", "=", "demo"), ("company_id", "=", company.id)], limit=1
    ) or env.ref("payment.payment_provider_demo").sudo().copy({"company_id": company.id})
    journal = env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
    provider.write({"state": "test", "allow_tokenization": True, "journal_id": journal.id, "is_published": True})
    provider.payment_method_ids.active = True
    return provider


def create_card(env, provider, partner, state="done"):
    """Return a card of someone, that answers as the state says."""
    return env["payment.token"].sudo().create(
        {
            "provider_id": provider.id, "payment_method_id": provider.payment_method_ids[0].id,
            "payment_details": "4242", "partner_id": partner.id, "provider_ref": "card",
            "demo_simulated_state": state,
        }
    )


def create_refused_charge(env, contract):
    """Keep a card for a subscription, and let it be refused once for an invoice; return the charge."""
    provider = create_provider(env, contract.company_id)
    contract._tierslieu_keep_card(create_card(env, provider, contract.partner_id, "error"), contract.partner_id)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice", "partner_id": contract.partner_id.id,
            "invoice_date": contract._tierslieu_today(),
            "invoice_line_ids": [
                Command.create(
                    {"name": "Poste", "price_unit": 310, "contract_line_id": contract.contract_line_ids[:1].id}
                )
            ],
        }
    )
    move.action_post()
    charge = env["tierslieu.charge"].create(
        {"move_id": move.id, "contract_id": contract.id, "next_on": contract._tierslieu_today()}
    )
    charge._step(lambda *done, **left: None)
    return charge


class ChargeCase(PlanCase):
    """Alice, a resident from 1 January 2027, and her card: 310 are due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.place.company_id
        cls.provider = create_provider(cls.env, cls.company)
        cls.Charge = cls.env["tierslieu.charge"]
        cls.card = create_card(cls.env, cls.provider, cls.alice)

    def resident_with_card(self, partner=None, card=None, start="2027-01-01"):
        contract = self.subscribe(self.resident, start, partner=partner)
        contract._tierslieu_keep_card(card or self.card, partner or self.alice)
        self.bill()
        return contract

    def charge(self):
        self.batch("tierslieu.charge", "_cron_charge")

    def charges(self, contract):
        return self.Charge.search([("contract_id", "=", contract.id)], order="id")

    def pay_by_hand(self, move):
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"journal_id": self.provider.journal_id.id}).action_create_payments()

    def other_payment(self, move, state):
        """Return a payment that somebody began for an invoice, outside of charges."""
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id, "payment_method_id": self.card.payment_method_id.id,
                "amount": move.amount_residual, "currency_id": move.currency_id.id, "partner_id": self.alice.id,
                "operation": "online_direct", "invoice_ids": [Command.set(move.ids)],
                "reference": f"{move.name}-{fields.Datetime.now():%H%M%S}-{state}",
            }
        )
        tx.state = state
        return tx
