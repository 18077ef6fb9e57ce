from odoo.http import request, route

from odoo.addons.website_sale.controllers.main import WebsiteSale


class JoinCheckout(WebsiteSale):
    """The payment of who joins: a refusal loses nothing, and nobody reads the papers of somebody else."""

    @route()
    def shop_payment_validate(self, sale_order_id=None, **post):
        """Bring who joins back to the payment when it was refused: their cart is still theirs."""
        order = request.cart
        if order and order.state == "draft" and order._tierslieu_is_join():
            tx = order.get_portal_last_transaction()
            if tx and tx.state in ("cancel", "error"):
                return request.redirect("/shop/payment")
        return super().shop_payment_validate(sale_order_id=sale_order_id, **post)

    @route()
    def shop_payment_confirmation(self, **post):
        """Forget what was typed to join, once it is paid."""
        order = request.env["sale.order"].sudo().browse(request.session.get("sale_last_order_id") or 0).exists()
        if order.state == "sale":
            request.session.pop("tierslieu_join", None)
        return super().shop_payment_confirmation(**post)

    @route()
    def print_saleorder(self, **kwargs):
        """Print no order that went to a person whom its visitor has not shown to be."""
        order = request.env["sale.order"].sudo().browse(request.session.get("sale_last_order_id") or 0).exists()
        if order.tierslieu_is_strange and request.env.user.partner_id != order.partner_id:
            return request.redirect("/shop/confirmation")
        return super().print_saleorder(**kwargs)
