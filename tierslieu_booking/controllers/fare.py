from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request, route

from .book import Book

# The pages that propose it, and that one comes back to.
PAGES = ("/shop/cart", "/shop/checkout", "/shop/payment")


class TakeFare(Book):
    """Who held slots before logging in asks for their own fare."""

    @route("/book/fare", type="http", auth="public", website=True, methods=["POST"],
           sitemap=False)
    def take_fare(self, back=None, **kwargs):
        """Price the slots of this visitor's own cart again; or say why not."""
        page = back if back in PAGES else PAGES[0]
        user = request.env.user
        if user._is_public():
            return request.redirect(f"/web/login?{urlencode({'redirect': page})}")
        try:
            said, done = self._take_fare(request.cart, user.partner_id), True
        except UserError as refusal:
            said, done = str(refusal), False
        if request.cart.shop_warning:
            # The cart itself says what has left it.
            page = PAGES[0]
        if done or not request.cart.shop_warning:
            request.session["tierslieu_fare"] = {"said": said, "done": done}
        return request.redirect(page)

    def _take_fare(self, order, partner):
        self._count_try()
        if not order:
            raise UserError(request.env._("Your cart is empty: choose a time first."))
        with request.env.cr.savepoint():
            return order._tierslieu_take_fare(partner)
