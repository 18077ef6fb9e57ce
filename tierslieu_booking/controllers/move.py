from datetime import timedelta
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from .book import DAYS_SHOWN, MOMENT, Book
from .portal import BookingPortal

# What the pages of /book know of addresses, days and hours serves here too.
BOOK = Book()


class MovePortal(BookingPortal):
    """A member moves a booking: chooses where and when, sees what it changes to pay.

    The page shows and forwards; what may be moved, at which price and by
    whom is decided by the models.
    """

    @route("/my/bookings/<int:booking_id>/move", type="http", auth="user", website=True,
           methods=["GET", "POST"], sitemap=False)
    def my_booking_move(self, booking_id, **form):
        """Show where a booking may move, or move it there."""
        booking = self._own_booking(booking_id)
        refusal = booking._move_refusal()
        if refusal:
            request.session["tierslieu_sentence"] = refusal
            return request.redirect(f"/my/bookings/{booking.id}")
        spaces = booking.with_context(tierslieu_moving=booking.id)._spaces_to_move_to()
        spaces = spaces.filtered(lambda s: s.company_id == request.website.company_id)
        if request.httprequest.method == "POST":
            return self._move(booking, spaces, form)
        return self._show_move(booking, spaces, form)

    # -- The page

    def _show_move(self, booking, spaces, form):
        chosen = self._chosen_space(booking, spaces, form.get("space"))
        if not chosen:
            return request.render(
                "tierslieu_booking.portal_move",
                self._prepare_portal_layout_values()
                | {"booking": booking, "space": chosen, "page_name": "tierslieu_booking"},
            )
        state, sentence = self._move_state(booking, chosen, form)
        slots = booking._slots_to_move(chosen, state["day"], state["length"])
        for slot in slots:
            slot["own"] = chosen == booking.space_id and (slot["start"], slot["stop"]) == (
                booking.start,
                booking.stop,
            )

        def address(**change):
            return self._move_address(booking, **(state | {"space": chosen} | change))

        values = self._prepare_portal_layout_values() | {
            "booking": booking,
            "space": chosen,
            "spaces": spaces.sorted(lambda space: space != booking.space_id),
            "state": state,
            "sentence": request.session.pop("tierslieu_sentence", None) or sentence,
            "lengths": chosen._lengths(),
            "strip": self._move_strip(chosen, state, address),
            "groups": BOOK._groups(chosen, slots, state["length"]),
            "empty": not slots and BOOK._empty(chosen, state["day"]),
            "chosen": BOOK._moment(form.get("at")),
            "moment": lambda value: value.strftime(MOMENT),
            "address": address,
            "day_said": chosen.place_id.format_date(state["day"]),
            "terms": slots and chosen != booking.space_id and chosen._cancellation_said(
                booking.partner_id, slots[0]["start"]
            ),
            "settled": booking._paid_amount() >= booking.amount_total,
            "money": self._money,
            "page_name": "tierslieu_booking",
        }
        return request.render("tierslieu_booking.portal_move", values)

    def _chosen_space(self, booking, spaces, value):
        """Return the space of the address; by default the booking's own, or the first."""
        asked = spaces.filtered(lambda space: str(space.id) == str(value)[:12])
        return asked or (spaces & booking.space_id) or spaces[:1]

    def _move_state(self, booking, space, form):
        """Turn what the address says into a valid choice, with a sentence on what did not fit."""
        length = str(form.get("length") or "")[:10]
        if length not in dict(space._lengths()):
            length = space._length_to_keep()
        day = form.get("day") or booking.place_id.to_local(booking.start).date().isoformat()
        state, sentence = BOOK._state(space, day, length, None)
        return {"day": state["day"], "length": length}, sentence

    def _move_address(self, booking, space, day, length, at=None):
        """Return the address of a choice: what the page shows is in it."""
        query = {"space": space.id, "day": day.isoformat(), "length": length}
        if at:
            query["at"] = at
        return f"/my/bookings/{booking.id}/move?{urlencode(query)}"

    def _move_strip(self, space, state, address):
        """Return the strip of days of /book, its links leading here."""
        strip = BOOK._strip(space, state | {"people": 1})
        days = [day | {"url": address(day=day["date"])} for day in strip["days"]]
        first = days[0]["date"]
        turn = timedelta(days=DAYS_SHOWN)
        return {
            "days": days,
            "before": strip["before"] and address(day=first - turn),
            "after": strip["after"] and address(day=first + turn),
        }

    # -- The move

    def _move(self, booking, spaces, form):
        """Move at once what costs no more, put the difference in the cart otherwise."""
        space = spaces.filtered(lambda space: str(space.id) == str(form.get("space"))[:12])
        if not space:
            raise NotFound()
        length = str(form.get("length") or "")[:10]
        start = BOOK._moment(form.get("start"))
        before, due = booking.refund_ids, booking._credits_due()
        try:
            source = BOOK._first_checks(space, start)
            with request.env.cr.savepoint():
                change = self._ask(booking, space, start, length, source)
        except UserError as refusal:
            request.session["tierslieu_sentence"] = str(refusal)
            state = {
                "day": space._local_date(start) if start else space._today(),
                "length": length,
            }
            return request.redirect(self._move_address(booking, space, **state))
        if change:
            return request.redirect("/shop/checkout?try_skip_step=true")
        said = self._moved_sentence(booking.refund_ids - before)
        if booking._credits_due() != due:
            said = f"{said} {request.env._('It costs %(price)s now.', price=booking._price_said())}"
        request.session["tierslieu_moved"] = said
        return request.redirect(f"/my/bookings/{booking.id}")

    def _ask(self, booking, space, start, length, source):
        """Ask for the move; what is to be paid enters the cart with it, or neither."""
        change = booking._ask_move(
            start, space._slot_stop(start, length), space=space, source=source
        )
        if change:
            order = request.cart or request.website._create_cart()
            order._tierslieu_add_change(change)
            request.session["website_sale_cart_quantity"] = order.cart_quantity
        return change

    def _moved_sentence(self, refunds):
        """Say that it is done, and what goes back."""
        _ = request.env._
        by_hand = refunds.filtered(lambda refund: refund.state == "manual")
        sent = refunds - by_hand
        said = [_("It is moved.")]
        if sent:
            amount = self._money(sum(sent.mapped("amount")), sent[0])
            said.append(
                _("%(amount)s go back to your means of payment within a few days.", amount=amount)
            )
        if by_hand:
            amount = self._money(sum(by_hand.mapped("amount")), by_hand[0])
            said.append(_("The team gives you back %(amount)s on your next visit.", amount=amount))
        said.append(_("A message with the new calendar file is on its way."))
        return " ".join(said)
