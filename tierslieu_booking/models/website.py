from odoo import fields, models


class Website(models.Model):
    _inherit = "website"

    tierslieu_welcome_title = fields.Char(string="First words", translate=True)
    tierslieu_welcome_text = fields.Text(string="Words of welcome", translate=True)

    def _get_and_cache_current_cart(self):
        """Return the cart without the bookings whose hold has lapsed."""
        cart = super()._get_and_cache_current_cart()
        if cart and not self.env.cr.readonly:
            cart._tierslieu_drop_lapsed()
        return cart

    def _tierslieu_spaces(self):
        """Return the spaces that this site sells, in their order, for its pages."""
        self.ensure_one()
        return self.env["tierslieu.space"].sudo()._online(self.sudo().company_id)
