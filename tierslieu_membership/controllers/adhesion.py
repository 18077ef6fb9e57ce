from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.tierslieu_base.controllers.visitor import may_try, page, pdf
from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID

PAGE = "/my/membership"
SENTENCE = "tierslieu_adhesion"
PRINTS_AN_HOUR = 20
TRIES_AN_HOUR = 60
MOST_TYPED = 3000


class AdhesionPortal(CustomerPortal):
    """A member's adhesion: until when, for whom, renewed in two taps, its receipts.

    No address says whose: it is always that of who asks.
    """

    def _member(self):
        return request.env.user.partner_id.sudo()

    @route(PAGE, type="http", auth="user", website=True)
    def my_membership(self, **kwargs):
        """Show the adhesion of who asks, and what it costs to join or to renew."""
        company = request.website.company_id.sudo()
        values = (
            self._prepare_portal_layout_values()
            | request.env["membership.membership_line"]._tierslieu_portal(self._member(), company)
            | {
                "company": company,
                "currency": company.currency_id,
                "partner": self._member(),
                "sentence": request.session.pop(SENTENCE, None),
                "page_name": "tierslieu_membership",
            }
        )
        return page("tierslieu_membership.portal_my_membership", values)

    @route(f"{PAGE}/renew", type="http", auth="user", website=True, methods=["POST"])
    def my_membership_renew(self, product=None, amount=None, people=None, **kwargs):
        """Put an adhesion in the cart at today's price, and go on to its payment."""
        product = self._offered_kind(product)
        if not may_try("adhesion", TRIES_AN_HOUR):
            raise TooManyRequests()
        try:
            with request.env.cr.savepoint():
                order = request.cart or request.website._create_cart()
                order._tierslieu_add_adhesion(product, self._amount(product, amount), (people or "")[:MOST_TYPED])
        except (UserError, ValidationError) as refusal:
            request.session[SENTENCE] = {"product": product.id, "text": str(refusal)}
            return request.redirect(f"{PAGE}#adhesion-{product.id}")
        request.session["website_sale_cart_quantity"] = order.cart_quantity
        return request.redirect("/shop/checkout?try_skip_step=true")

    @route(f"{PAGE}/<int:adhesion_id>/receipt.pdf", type="http", auth="user", website=True)
    def my_membership_receipt(self, adhesion_id, **kwargs):
        """Give the receipt of what was paid."""
        adhesion = self._own_adhesion(adhesion_id)
        if not adhesion._tierslieu_has_receipt():
            raise NotFound()
        if not may_try("adhesion receipt", PRINTS_AN_HOUR):
            raise TooManyRequests()
        return pdf("tierslieu_membership.report_adhesion_receipt", adhesion, "recu-adhesion.pdf")

    def _own_adhesion(self, adhesion_id):
        """Return an adhesion of who asks; what belongs to others does not exist."""
        if not 0 < adhesion_id <= MAX_ID:
            raise NotFound()
        adhesion = request.env["membership.membership_line"].sudo().browse(adhesion_id).exists()
        if (
            not adhesion.tierslieu_scope
            or adhesion.company_id != request.website.company_id
            or not adhesion._tierslieu_is_seen_by(self._member())
        ):
            raise NotFound()
        return adhesion

    def _offered_kind(self, value):
        """Return an adhesion on sale here, from the form; 404 for any other."""
        value = str(value or "")
        digits = value.isascii() and value.isdigit() and len(value) < 11
        if not (digits and 0 < int(value) <= MAX_ID):
            raise NotFound()
        offered = request.env["product.template"]._tierslieu_adhesions_of(
            request.website.company_id.sudo(), online=True
        )
        product = offered.filtered(lambda one: one.id == int(value))
        if not product:
            raise NotFound()
        return product

    def _amount(self, product, value):
        """Return the amount typed where the price is free; None: what is suggested."""
        if not product.tierslieu_free_price or not (value or "").strip():
            return None
        try:
            return float(typed.amount(value.strip()[:20]))
        except typed.Wrong as error:
            raise UserError(request.env._("Write the amount in figures, for example 15.")) from error
