from odoo.exceptions import UserError
from odoo.http import request, route

from .book import Book
from .portal import own_booking


class BookAgain(Book):
    """The same booking again, in one tap."""

    @route("/my/bookings/<int:booking_id>/again", type="http", auth="user", website=True,
           methods=["POST"])
    def book_again(self, booking_id, start=None, length=None, pay=None, **kwargs):
        """Hold the same again and go on to pay it, unless credits do; or say why not, where to choose
        another time.

        :param start, length: what the page proposed; without them, what it would propose now
        """
        booking = own_booking(booking_id)
        offer = None
        moment, length = self._moment(start), str(length or "")[:10]
        if not moment:
            offer = booking._again(request.env.user.partner_id)
            moment, length = (offer["start"], offer["length"]) if offer else (None, "")
        space = booking.space_id
        try:
            if space not in self._spaces():
                raise UserError(
                    request.env._("%(space)s cannot be booked at the moment.", space=space.name)
                )
            if not moment:
                raise UserError(
                    request.env._("Nothing is free near that time: choose another one.")
                )
            held = self._hold(space, moment, length, booking._party(), self._uses_credits(pay))
        except UserError as refusal:
            request.session["tierslieu_sentence"] = str(refusal)
            if space not in self._spaces():
                return request.redirect("/book")
            return request.redirect(self._back(space, moment, length, booking._party()))
        return request.redirect(self._next(held))
