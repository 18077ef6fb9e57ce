from odoo import models


class Website(models.Model):
    _inherit = "website"

    def _get_and_cache_current_cart(self):
        """Return the cart without the bookings whose hold has lapsed."""
        cart = super()._get_and_cache_current_cart()
        if cart and not self.env.cr.readonly:
            cart._tierslieu_drop_lapsed()
        return cart
