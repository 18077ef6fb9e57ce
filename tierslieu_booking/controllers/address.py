from odoo.http import request

from odoo.addons.website_sale.controllers.main import WebsiteSale


class Address(WebsiteSale):
    """The address step, light for who books time: a name and an e-mail are enough."""

    def _get_default_country(self, order_sudo=False, **kwargs):
        """Guess no country for a cart of bookings.

        One line of an address makes Odoo require the rest of it.
        """
        if order_sudo and order_sudo._tierslieu_light_address():
            return request.env["res.country"]
        return super()._get_default_country(order_sudo=order_sudo, **kwargs)
