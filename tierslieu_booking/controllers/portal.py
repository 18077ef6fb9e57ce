import re

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route
from odoo.tools import format_amount

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager

from .book import MAX_ID, MOMENT, calendar_file

PER_PAGE = 12


def own_booking(booking_id):
    """Return a booking of who asks; what belongs to others does not exist."""
    if not 0 < booking_id <= MAX_ID:
        raise NotFound()
    booking = request.env["tierslieu.booking"].sudo().browse(booking_id).exists()
    if (
        not booking
        or booking.state == "draft"
        or not booking._is_owned_by(request.env.user.partner_id)
    ):
        raise NotFound()
    return booking


class BookingPortal(CustomerPortal):
    """A member's own bookings: seen, cancelled, booked again.

    Members have no right on the models: each route checks who asks, then
    calls the methods that anyone else calls.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "tierslieu_booking_count" in counters:
            bookings = request.env["tierslieu.booking"].sudo()
            coming, _order = bookings._portal_tabs()["coming"]
            values["tierslieu_booking_count"] = bookings.search_count(
                bookings._owned_domain(request.env.user.partner_id) & coming
            )
        return values

    def _own_booking(self, booking_id):
        return own_booking(booking_id)

    @route(["/my/bookings", "/my/bookings/page/<int:page>"], type="http", auth="user", website=True)
    def my_bookings(self, page=1, tab="coming", **kwargs):
        """List a member's bookings: to come, past, cancelled."""
        bookings = request.env["tierslieu.booking"].sudo()
        tabs = bookings._portal_tabs()
        tab = tab if tab in tabs else "coming"
        owned = bookings._owned_domain(request.env.user.partner_id)
        counts = {
            key: bookings.search_count(owned & domain) for key, (domain, _order) in tabs.items()
        }
        pager = portal_pager(
            url="/my/bookings",
            total=counts[tab],
            page=_page(page),
            step=PER_PAGE,
            url_args={"tab": tab},
        )
        domain, order = tabs[tab]
        bookings = bookings.search(
            owned & domain, order=order, limit=PER_PAGE, offset=pager["offset"]
        )
        values = self._prepare_portal_layout_values() | {
            "bookings": bookings,
            "tab": tab,
            "counts": counts,
            "pager": pager,
            "online": self._online(bookings.space_id),
            "page_name": "tierslieu_booking",
            "money": self._money,
        }
        return request.render("tierslieu_booking.portal_my_bookings", values)

    @route("/my/bookings/<int:booking_id>", type="http", auth="user", website=True)
    def my_booking(self, booking_id, **kwargs):
        """Show one booking of a member."""
        booking = self._own_booking(booking_id)
        invoices = booking.invoice_ids.filtered(lambda move: move.state == "posted")
        values = self._prepare_portal_layout_values() | {
            "booking": booking,
            "invoices": [(move, move.get_portal_url()) for move in invoices],
            "over": booking.state == "cancelled" or (booking.state == "no_show" and booking.fee_at),
            "online": self._online(booking.space_id),
            "again": booking._again(request.env.user.partner_id),
            "moment": lambda value: value.strftime(MOMENT),
            "sentence": request.session.pop("tierslieu_sentence", None),
            "moved": request.session.pop("tierslieu_moved", None),
            "booked": request.session.pop("tierslieu_booked", None),
            "page_name": "tierslieu_booking",
            "money": self._money,
        }
        return request.render("tierslieu_booking.portal_my_booking", values)

    @route("/my/bookings/<int:booking_id>/cancel", type="http", auth="user", website=True,
           methods=["GET", "POST"])
    def my_booking_cancel(self, booking_id, shown=None, **kwargs):
        """Say what cancelling brings, then do it.

        :param shown: what the page said of it: said otherwise by now, it is shown again first
        """
        booking = self._own_booking(booking_id)
        address = f"/my/bookings/{booking.id}"
        if not booking._is_cancellable():
            return request.redirect(address)
        costs = booking._cancelling_said()
        if request.httprequest.method == "POST":
            if shown is not None and shown != " ".join(costs):
                request.session["tierslieu_sentence"] = request.env._(
                    "What cancelling brings has changed since this page was shown: read it again."
                )
                return request.redirect(f"{address}/cancel")
            try:
                with request.env.cr.savepoint():
                    booking.action_cancel(reason=request.env._("Cancelled by the customer"))
            except UserError as refusal:
                request.session["tierslieu_sentence"] = str(refusal)
            return request.redirect(address)
        values = self._prepare_portal_layout_values() | {
            "booking": booking,
            "costs": costs,
            "sentence": request.session.pop("tierslieu_sentence", None),
            "page_name": "tierslieu_booking",
            "money": self._money,
        }
        return request.render("tierslieu_booking.portal_my_booking_cancel", values)

    @route("/my/bookings/<int:booking_id>/pay", type="http", auth="user", website=True, methods=["POST"],
           sitemap=False)
    def my_booking_pay(self, booking_id, **kwargs):
        """Take to the cart what the team has agreed to, and go on to its payment."""
        booking = self._own_booking(booking_id)
        try:
            with request.env.cr.savepoint():
                order = request.cart or request.website._create_cart()
                booking._put_in_cart(order)
        except UserError as refusal:
            request.session["tierslieu_sentence"] = str(refusal)
            return request.redirect(f"/my/bookings/{booking.id}")
        request.session["website_sale_cart_quantity"] = order.cart_quantity
        return request.redirect("/shop/checkout?try_skip_step=true")

    @route("/my/bookings/<int:booking_id>/calendar.ics", type="http", auth="user", website=True)
    def my_booking_calendar(self, booking_id, **kwargs):
        """Give the calendar file of one booking."""
        return calendar_file(self._own_booking(booking_id))

    def _online(self, spaces):
        """Return those of these spaces that can still be booked from this website."""
        return spaces._online(request.website.company_id, [("id", "in", spaces.ids)])

    def _money(self, amount, booking):
        return format_amount(request.env, amount, booking.currency_id)


def _page(value):
    """Read a page number of the address; the first page when it makes no sense."""
    value = str(value)
    return min(max(int(value), 1), MAX_ID) if re.fullmatch(r"[0-9]{1,9}", value) else 1
