from odoo import api, fields, models

RECEPTION = "tierslieu_reception"


class PaymentProvider(models.Model):
    """Paying at the reception: a place sells time on line before it has a contract with a bank."""

    _inherit = "payment.provider"

    custom_mode = fields.Selection(
        selection_add=[(RECEPTION, "At the reception")], ondelete={RECEPTION: "set null"}
    )

    def _get_default_payment_method_codes(self):
        self.ensure_one()
        if self.custom_mode != RECEPTION:
            return super()._get_default_payment_method_codes()
        return {RECEPTION}

    @api.model
    def _tierslieu_reception(self, company):
        """Return the provider by which one pays at the reception of a company; empty when it has none."""
        return self.search(
            [("company_id", "=", company.id), ("custom_mode", "=", RECEPTION)], limit=1
        )

    @api.model
    def _tierslieu_open_reception(self, company):
        """Let people pay at the reception of a company."""
        provider = self._tierslieu_reception(company)
        method = self.env.ref("tierslieu_booking.payment_method_reception")
        if not provider:
            provider = self.create(
                {
                    "name": self.env._("At the reception"),
                    "code": "custom",
                    "custom_mode": RECEPTION,
                    "company_id": company.id,
                    "sequence": 50,
                    "redirect_form_view_id": self.env.ref("payment_custom.redirect_form").id,
                    "payment_method_ids": [fields.Command.set(method.ids)],
                    "image_128": method.image,
                    "pending_msg": self.env._(
                        "<p>Your booking is confirmed. You pay at the reception when you come.</p>"
                    ),
                }
            )
        provider.write({"state": "enabled", "is_published": True})
        # A method is opened after a provider that has it, not before.
        method.active = True
        return provider

    @api.model
    def _get_compatible_providers(self, *args, sale_order_id=None, **kwargs):
        """Offer the reception for time alone: what people come to.

        A voucher or an invoice would be given before it is paid.
        """
        providers = super()._get_compatible_providers(*args, sale_order_id=sale_order_id, **kwargs)
        order = self.env["sale.order"].sudo().browse(sale_order_id or 0).exists()
        if order and order._tierslieu_is_time():
            return providers
        return providers.filtered(lambda provider: provider.custom_mode != RECEPTION)
