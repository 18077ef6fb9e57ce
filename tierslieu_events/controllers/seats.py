from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError, ValidationError
from odoo.http import Controller, request, route
from odoo.tools import email_normalize

from odoo.addons.tierslieu_base.controllers.visitor import may_try, page
from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID
from odoo.addons.website_event_sale.controllers.payment import PaymentPortalOnsite

from ..models.event_event import OWN

TRIES_AN_HOUR = 120
LONGEST = 120
MOST_NAMES = 3000
HAD = "tierslieu_seats"


def number_of(text, most=MAX_ID):
    """Return a whole number from 0 to `most` that was typed; 0 for anything else."""
    text = str(text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= most else 0


class Seats(Controller):
    """Seats of an event, on one page: which, how many, for whom; then the cart, or nothing more."""

    def _event(self, event_id):
        event = request.env["event.event"].sudo().browse(event_id if 0 < event_id <= MAX_ID else 0).exists()
        website = request.website
        if not event.is_published or (event.website_id and event.website_id != website) or (
            event.company_id and event.company_id != website.company_id
        ):
            raise NotFound()
        return event.with_env(request.env(su=True))

    def _slot(self, event, text):
        slots = event._tierslieu_open_slots()
        return slots.filtered(lambda slot: slot.id == number_of(text))

    def _voucher(self, event, code):
        """Return (voucher or None, sentence): the sentence says why the code that was typed is refused."""
        if not (code := typed.one_line(code, LONGEST)):
            return None, None
        if not may_try("event voucher", TRIES_AN_HOUR):
            raise TooManyRequests()
        try:
            return request.env["tierslieu.event.voucher"]._find(event, code), None
        except UserError as refusal:
            return None, str(refusal)

    def _partner(self):
        user = request.env.user
        return user.partner_id.sudo() if not user._is_public() else request.env["res.partner"].sudo()

    def _show(self, event, post, sentence=None):
        voucher, refused = self._voucher(event, post.get("voucher"))
        slot = self._slot(event, post.get("slot"))
        waits = event.is_multi_slots and not slot
        partner = self._partner()
        return page(
            "tierslieu_events.seats",
            {
                "event": event, "slots": event._tierslieu_open_slots() if event.is_multi_slots else (), "slot": slot,
                "offers": [] if waits else event._tierslieu_offer(partner, slot or None, voucher),
                "voucher": voucher, "typed": post, "sentence": sentence or refused,
                "has_vouchers": bool(event.tierslieu_voucher_ids), "is_guest": not partner,
                "name": post.get("name") or partner.name, "email": post.get("email") or partner.email,
                "phone": post.get("phone") or partner.phone, "currency": event.currency_id,
                "terms": event._tierslieu_terms_said(),
                "is_on": event._tierslieu_is_on() and not event.is_finished,
            },
        )

    @route("/event/<int:event_id>/seats", type="http", auth="public", website=True, methods=["GET"], sitemap=False)
    def seats(self, event_id, **post):
        """Show what may be had."""
        return self._show(self._event(event_id), post)

    @route("/event/<int:event_id>/seats", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def have_seats(self, event_id, **post):
        """Give the seats that cost nothing, or put them in the cart; say why not on the same page."""
        event = self._event(event_id)
        if not may_try("event seats", TRIES_AN_HOUR):
            raise TooManyRequests()
        if post.get("look"):
            return self._show(event, post)
        voucher, refused = self._voucher(event, post.get("voucher"))
        if refused:
            return self._show(event, post, refused)
        slot = self._slot(event, post.get("slot"))
        wanted = {
            ticket: (number_of(post.get(f"number-{ticket.id}"), 999), post.get(f"price-{ticket.id}"))
            for ticket in event.event_ticket_ids
        }
        try:
            with request.env.cr.savepoint():
                registrations, order = event._tierslieu_have(
                    wanted, self._people(post), self._partner(), slot or None, voucher,
                    self._cart, post.get("credits") == "1",
                )
        except (UserError, ValidationError) as refusal:
            return self._show(event, post, str(refusal))
        if order:
            return request.redirect("/shop/cart")
        request.session[HAD] = registrations.ids
        return request.redirect(f"/event/{event.id}/seats/done")

    def _cart(self):
        return (request.cart or request.website._create_cart()).sudo()

    def _people(self, post):
        """Return [(name, e-mail, phone)] of who comes, the one who asks first."""
        partner = self._partner()
        name = typed.one_line(post.get("name") or partner.name, LONGEST)
        email = email_normalize(str(post.get("email") or partner.email or "")) or ""
        phone = typed.one_line(post.get("phone") or partner.phone, 30)
        others = str(post.get("others") or "")[:MOST_NAMES].splitlines()
        named = [typed.one_line(one, LONGEST) for one in others]
        return [(name, email, phone), *((one, email, "") for one in named if one)]

    @route("/event/<int:event_id>/seats/done", type="http", auth="public", website=True, sitemap=False)
    def seats_done(self, event_id, **_post):
        """Tell who has just had seats what they have; nobody else."""
        event = self._event(event_id)
        known = request.session.get(HAD)
        ids = [one for one in known if isinstance(one, int)] if isinstance(known, list) else []
        registrations = request.env["event.registration"].sudo().search(
            [("id", "in", ids), ("event_id", "=", event.id), ("state", "!=", "cancel")]
        )
        if not registrations:
            return request.redirect(f"/event/{event.id}/seats")
        return page("tierslieu_events.seats_done", {"event": event, "registrations": registrations})


class Payment(PaymentPortalOnsite):
    """The payment of seats that the cart itself has: they are not taken from anybody."""

    def _validate_transaction_for_order(self, transaction, sale_order):
        """Count as free for this order the seats that it holds: Odoo counts those that are sold alone."""
        request.update_context(**{OWN: sale_order._tierslieu_seats().ids})
        try:
            return super()._validate_transaction_for_order(transaction, sale_order)
        finally:
            request.update_context(**{OWN: ()})
