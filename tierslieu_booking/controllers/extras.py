import re
from urllib.parse import urlencode

from odoo.exceptions import UserError
from odoo.http import request, route

from .again import BookAgain
from .instead import MOMENT, remember_refused
from .portal import own_booking

# Names of the fields of a form: extra_12 is how many of the extra 12.
FIELD = re.compile(r"extra_([0-9]{1,10})")
MOST_FIELDS = 100
# How many a page lets one choose of what has no limit.
ENOUGH = 99


class BookExtras(BookAgain):
    """The page between the choice of a slot and its payment: what else is wanted with it.

    A space that offers nothing has no such page. What an extra costs, and
    whether it is to be had, is decided by the models; the price that the page
    shows is the one that is held, or it is shown anew.
    """

    @route()
    def hold(self, space=None, start=None, length=None, people=None, pay=None, **form):
        """Ask what else is wanted before the slot is held; hold what was seen at the price that was seen."""
        where = self._space(space)
        address = {"space": space, "start": start, "length": length, "people": people, "pay": pay}
        if where._extras_offered() and self._moment(start):
            if "shown" not in form:
                return request.redirect(self._extras_address(address, {}))
            wanted = self._wanted(form)
            slot = self._slot(where, **address)
            sentence = slot and self._unlike_shown(slot, wanted, form["shown"])
            if sentence:
                request.session["tierslieu_sentence"] = sentence
                return request.redirect(self._extras_address(address, wanted))
        return super().hold(**address, **form)

    @route("/book/extras", type="http", auth="public", website=True, methods=["GET", "POST"], sitemap=False)
    def extras(self, space=None, start=None, length=None, people=None, pay=None, **form):
        """Show what may be added to a slot, and what it costs with what is chosen."""
        where = self._space(space)
        slot = self._slot(where, start, length, people, pay)
        plain = slot and self._slot_quote(slot, {})
        back = self._back(where, self._moment(start), str(length or "")[:10], self._people(people))
        if not plain or plain["errors"]:
            request.session["tierslieu_sentence"] = (
                plain["errors"][0] if plain else request.env._("Choose a time.")
            )
            if plain:
                remember_refused(self, where, slot["start"], slot["length"])
            return request.redirect(back)
        wanted = self._wanted(form)
        quote = self._slot_quote(slot, wanted) if wanted else plain
        sentence = request.session.pop("tierslieu_sentence", None) or (quote["errors"] or [None])[0]
        return request.render(
            "tierslieu_booking.book_extras",
            {
                "space": where,
                "slot": slot,
                "items": where._extras_to_choose(
                    slot["partner"], slot["start"], slot["stop"], slot["people"], wanted, ENOUGH
                ),
                "quote": quote,
                "said": not quote["errors"] and where._quote_said(quote),
                "line_said": where._quote_line_said,
                "when": where.place_id.format_range(slot["start"], slot["stop"]),
                "sentence": sentence,
                "back": f"{back}&{urlencode({'at': slot['start'].strftime(MOMENT)})}",
                "tl_no_index": True,
            },
        )

    @route()
    def book_again(self, booking_id, start=None, length=None, pay=None, **kwargs):
        """Show what came with it before the same is held again: its price has to be seen first."""
        booking = own_booking(booking_id)
        wanted = booking._extras_again()
        if wanted and not self._moment(start):
            offer = booking._again(request.env.user.partner_id)
            start, length = (offer["start"].strftime(MOMENT), offer["length"]) if offer else (None, None)
        if wanted and start and booking.space_id in self._spaces():
            slot = {
                "space": booking.space_id.id, "start": start, "length": length, "people": booking._party(), "pay": pay,
            }
            return request.redirect(
                self._extras_address(slot, {extra.id: number for extra, number in wanted.items()})
            )
        return super().book_again(booking_id, start=start, length=length, pay=pay, **kwargs)

    # -- What is asked

    def _slot(self, where, start, length, people, pay, **_kwargs):
        """Return what a form says of a slot, or None when it makes no sense."""
        moment, length = self._moment(start), str(length or "")[:10]
        if not moment or length not in dict(where._lengths_with(length)):
            return None
        try:
            stop = where._slot_stop(moment, length)
        except UserError:
            return None
        return {
            "space": where, "start": moment, "stop": stop, "length": length, "pay": "money" if pay == "money" else "",
            "people": (self._people(people) or 1) if where.allocation == "all" else 1,
            "partner": self._partner(), "use_credits": self._uses_credits(pay),
        }

    def _wanted(self, form):
        """Return {id: what was typed} of the extras of a form: the models say what is wrong with it."""
        fields = [(FIELD.fullmatch(str(name)), value) for name, value in list(form.items())[:MOST_FIELDS]]
        return {
            field[1]: str(value)[:10] for field, value in fields if field and str(value).strip() not in ("", "0")
        }

    def _extras_address(self, address, wanted):
        """Return the address of the page of extras: what is chosen is in it."""
        query = {key: str(value)[:40] for key, value in address.items() if value}
        query |= {f"extra_{key}": value for key, value in wanted.items()}
        return f"/book/extras?{urlencode(query)}"

    def _slot_quote(self, slot, wanted):
        """Return what a slot costs with extras: see `quote`."""
        return slot["space"].quote(
            slot["partner"], slot["start"], slot["stop"], people=slot["people"],
            use_credits=slot["use_credits"], extras=wanted,
        )

    def _unlike_shown(self, slot, wanted, shown):
        """Say why the page is to be seen again before anything is held, or None."""
        quote = self._slot_quote(slot, wanted)
        if quote["errors"]:
            return quote["errors"][0]
        said = slot["space"]._quote_said(quote)
        if said == shown:
            return None
        return request.env._("With what you chose it comes to %(price)s.", price=said)
