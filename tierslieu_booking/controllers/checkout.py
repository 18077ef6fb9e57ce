from odoo.http import request, route

from odoo.addons.website_sale.controllers.main import WebsiteSale


class Checkout(WebsiteSale):
    @route()
    def shop_payment_validate(self, sale_order_id=None, **post):
        """Bring a visitor whose payment was refused back to the payment page.

        Odoo would reset the cart here: the visitor would lose it while their
        own hold still blocks the slot. An order that is not this visitor's last
        one is not asked for: Odoo would fail on it.
        """
        if sale_order_id != str(request.session.get("sale_last_order_id")):
            sale_order_id = None
        order = request.cart
        if order and order.tierslieu_booking_ids:
            tx = order.get_portal_last_transaction()
            if tx and tx.state in ("cancel", "error") and order.state == "draft":
                return request.redirect("/shop/payment")
        return super().shop_payment_validate(
            sale_order_id=sale_order_id and int(sale_order_id), **post
        )
