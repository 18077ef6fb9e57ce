import ipaddress
import re
from datetime import date as Date
from datetime import datetime, timedelta
from urllib.parse import urlencode

from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import Controller, request, route
from odoo.tools import format_amount, format_date

from .instead import MOMENT, instead, remember_refused

DAYS_SHOWN = 14
TRIES_AN_HOUR = 60
JOINS_AN_HOUR = 30
MAX_ID = 2**31 - 1
# Days further than this are not worth computing: see MAX_AHEAD in models/space.py.
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Book(Controller):
    """The pages where a visitor finds a slot, holds it, and takes it to the cart.

    They show and forward: what may be booked, at which price and by whom is
    decided by the models.
    """

    # -- What may be asked for

    def _spaces(self):
        """Return the spaces of this website, readable by anyone."""
        spaces = request.env["tierslieu.space"].sudo()
        return spaces._online(request.website.company_id)

    def _space(self, value):
        """Return the space of a slug or an id, or say that there is none."""
        _name, number = request.env["ir.http"]._unslug(str(value or "")[:200])
        if not number or not 0 < number <= MAX_ID:
            raise NotFound()
        spaces = request.env["tierslieu.space"].sudo()
        space = spaces._online(request.website.company_id, [("id", "=", number)])
        if not space:
            raise NotFound()
        return space

    def _partner(self):
        """Return who would pay: the member, the guest of this cart, or a passer-by."""
        if request.env.user._is_public() and request.cart:
            return request.cart.partner_id.sudo()
        return request.env.user.partner_id.sudo()

    def _uses_credits(self, pay=None):
        """Whether credits pay what they can: those of who is logged in, unless they would rather not."""
        return pay != "money" and not request.env.user._is_public()

    def _source(self):
        """Return the fingerprint of who asks: an account, or an address.

        A household has a whole /64 of IPv6 addresses: it counts as one.
        """
        user = request.env.user
        if user._is_public():
            try:
                address = ipaddress.ip_address(request.httprequest.remote_addr)
                if address.version == 6:
                    address = ipaddress.ip_network((address, 64), strict=False)
            except ValueError:
                address = "unknown"
            name = f"address {address}"
        else:
            name = f"user {user.id}"
        return request.env["tierslieu.booking"].sudo()._hold_fingerprint(name)

    def _people(self, value):
        value = str(value or "1")
        return int(value) if re.fullmatch(r"[0-9]{1,5}", value) else 0

    def _day(self, value):
        """Read a date of the address; None when it makes no sense."""
        try:
            day = Date.fromisoformat(str(value)[:10]) if len(str(value)) == 10 else None
        except ValueError:
            return None
        return day if day and FIRST_YEAR < day.year < LAST_YEAR else None

    def _moment(self, value):
        """Read a naive UTC moment of a form; None when it makes no sense."""
        try:
            moment = datetime.strptime(str(value)[:20], MOMENT)
        except ValueError:
            return None
        return moment if FIRST_YEAR < moment.year < LAST_YEAR else None

    # -- Pages

    def _sitemap(env, rule, qs):  # noqa: N805 - called by the website as a plain function
        """List the pages of spaces for search engines."""
        website = env["website"].get_current_website()
        spaces = env["tierslieu.space"].sudo()
        for space in spaces._online(website.company_id):
            loc = f"/book/{env['ir.http']._slug(space)}"
            if not qs or qs.lower() in loc:
                yield {"loc": loc}

    @route("/book/<string:slug>", type="http", auth="public", website=True, sitemap=_sitemap)
    def book_space(self, slug, day=None, length=None, people=None, at=None, **kwargs):
        """Show the free times of a space, with their prices."""
        space = self._space(slug)
        state, sentence = self._state(space, day, length, people)
        sentence = request.session.pop("tierslieu_sentence", None) or sentence
        barred = space._barred(self._partner(), state["day"])
        chosen = self._moment(at)
        slots = space.day_slots(
            state["day"], state["length"], self._partner(), people=state["people"],
            use_credits=self._uses_credits(),
        )
        return request.render(
            "tierslieu_booking.book_space",
            {
                "space": space,
                "state": state,
                "sentence": sentence if not barred else barred[0],
                "barred": barred,
                "instead": instead(self, space, state, bool(barred)),
                "lengths": space._lengths_with(state["length"]),
                "strip": self._strip(space, state),
                "groups": self._groups(space, slots, state["length"]),
                "empty": not slots and self._empty(space, state["day"]),
                "chosen": chosen,
                "moment": lambda value: value.strftime(MOMENT),
                "address": lambda **change: self._address(space, **(state | change)),
                "money": self._money,
                "more": bool(space._extras_offered()),
                "approval_said": space._approval_said(slots),
                "credits_left": self._credits_left(slots, state["day"]),
                "terms": slots and space._cancellation_said(self._partner(), slots[0]["start"]),
                "day_said": space.place_id.format_date(state["day"]),
                "page_title": f"{space.name} · {space.place_id.name}",
            },
        )

    def _state(self, space, day, length, people):
        """Turn what the address says into a valid choice, with a sentence on what did not fit."""
        _ = request.env._
        sentence = None
        lengths = dict(space._lengths_with(length))
        if length not in lengths:
            sentence = length and _("This space is not booked for that long.")
            length = next(iter(lengths))
        count = self._people(people)
        if not 0 < count <= (space.seats or count):
            if space.allocation == "all":
                sentence = space._people_errors(count)[:1]
                sentence = sentence and sentence[0]
            count = 1
        today = space._today()
        asked = self._day(day)
        if day and not asked:
            sentence = _("This day does not exist: here is the first free one.")
        elif asked and asked < today:
            sentence, asked = _("This day has passed: here is the first free one."), None
        elif asked and asked > today + timedelta(days=space._days_ahead_at_most()):
            sentence, asked = _("This date is too far away to be booked yet."), None
        date = asked or space.first_free_day(length)
        return {"day": date, "length": length, "people": count}, sentence

    def _address(self, space, day, length, people, at=None):
        """Return the address of a choice: what the page shows is in it."""
        query = {"day": day.isoformat(), "length": length}
        if people != 1:
            query["people"] = people
        if at:
            query["at"] = at
        return f"/book/{request.env['ir.http']._slug(space)}?{urlencode(query)}"

    def _strip(self, space, state):
        """Return the fortnight around the chosen day: its days, and the ways out of it."""
        today = space._today()
        first = today + timedelta(
            days=(state["day"] - today).days // DAYS_SHOWN * DAYS_SHOWN
        )
        _ = request.env._
        words = {"full": _("full"), "closed": _("closed"), "over": _("over")}
        days = [
            {
                "date": date,
                "state": about,
                "word": words.get(about),
                "week": format_date(request.env, date, date_format="EEE").rstrip("."),
                "month": format_date(request.env, date, date_format="MMM").rstrip("."),
                "said": space.place_id.format_date(date),
                "chosen": date == state["day"],
                "url": self._address(space, **(state | {"day": date})),
            }
            for date, about in space.days_ahead(first, DAYS_SHOWN, state["length"])
        ]
        before = first - timedelta(days=DAYS_SHOWN)
        after = first + timedelta(days=DAYS_SHOWN)
        return {
            "days": days,
            "before": first > today and self._address(space, **(state | {"day": before})),
            "after": (after - today).days <= space._days_ahead_at_most()
            and self._address(space, **(state | {"day": after})),
        }

    def _groups(self, space, slots, length):
        """Sort slots by part of the day, as people look for them."""
        _ = request.env._
        if not length.isdigit() and length != "half_day":
            return [{"title": False, "slots": slots, "over": False}] if slots else []
        groups = []
        for title, over, first, last in (
            (_("Morning"), _("The morning is over."), 0, 12),
            (_("Afternoon"), _("The afternoon is over."), 12, 18),
            (_("Evening"), _("The evening is over."), 18, 24),
        ):
            inside = [
                slot | {"time": space.place_id.format_time(slot["start"])}
                for slot in slots
                if first <= space.place_id.to_local(slot["start"]).hour < last
            ]
            if inside:
                past = all(slot["over"] for slot in inside)
                groups.append({"title": title, "slots": inside, "over": past and over})
        return groups

    def _credits_left(self, slots, date):
        """Say how many are left of the credits that may pay some of a day's slots; empty for none."""
        keys = {key for slot in slots for key in slot["credits"]}
        types = request.env["tierslieu.credit.type"].sudo().browse(keys).sorted()
        partner = self._partner()
        return ", ".join(one.say(partner.credit_balance(one, date)) for one in types)

    def _empty(self, space, day):
        """Say why a day has no slot at all."""
        return space._closed_sentence(space.place_id.day_bounds(day)[0])

    def _money(self, amount, space):
        """Say an amount as people read it: “16,00 €”."""
        return format_amount(request.env, amount, space.company_id.currency_id)

    @route("/book/<int:space_id>/picture", type="http", auth="public", sitemap=False,
           website=True)
    def picture(self, space_id, **kwargs):
        """Give the photo of a space that visitors may see."""
        space = self._space(space_id)
        if not space.image_1920:
            raise NotFound()
        stream = request.env["ir.binary"]._get_image_stream_from(space, "image_1024")
        return stream.get_response()

    # -- Hold

    @route("/book/hold", type="http", auth="public", website=True, methods=["POST"], sitemap=False)
    def hold(self, space=None, start=None, length=None, people=None, pay=None, **kwargs):
        """Hold a slot and go on to pay it, unless credits do; or come back with the reason why not."""
        space = self._space(space)
        length = str(length or "")[:10]
        moment = self._moment(start)
        count = self._people(people)
        try:
            booking = self._hold(space, moment, length, count, self._uses_credits(pay), self._wanted(kwargs))
        except UserError as refusal:
            request.session["tierslieu_sentence"] = str(refusal)
            remember_refused(self, space, moment, length)
            return request.redirect(self._back(space, moment, length, count))
        return request.redirect(self._next(booking))

    def _next(self, booking):
        """Return where who has just held a slot goes on: to its payment, or to what is booked."""
        if booking.approval == "asked":
            request.session["tierslieu_booked"] = booking._asked_sentence()
            return f"/my/bookings/{booking.id}"
        if booking.state == "hold":
            return "/shop/checkout?try_skip_step=true"
        request.session["tierslieu_booked"] = booking._booked_sentence()
        return f"/my/bookings/{booking.id}"

    def _count_try(self):
        """Count one try of who asks for slots and return their fingerprint, or refuse."""
        source = self._source()
        if not request.env["tierslieu.throttle"].sudo()._hit(
            f"hold {source}", TRIES_AN_HOUR, 3600
        ):
            raise UserError(
                request.env._("That is a lot of tries in an hour: wait a moment, or call the team.")
            )
        return source

    def _first_checks(self, space, start):
        """Count the try, refuse what is no moment that a clock of the place shows.

        To be called before any savepoint: a try that is refused counts too.

        :return: the fingerprint of who asks
        """
        source = self._count_try()
        if not start:
            raise UserError(request.env._("Choose a time."))
        errors = space._clock_errors(start, start + timedelta(minutes=space.step_minutes()))
        if errors:
            raise UserError(errors[0])
        return source

    def _wanted(self, form):
        """Return the extras that a form asks for: see `BookExtras`."""
        return {}

    def _hold(self, space, start, length, people, use_credits, extras=None):
        """Reserve and put in the cart, or confirm what credits pay: both or neither."""
        source = self._first_checks(space, start)
        bookings = request.env["tierslieu.booking"].sudo()
        with request.env.cr.savepoint():
            errors = space.allocation == "all" and space._people_errors(people)
            if errors:
                raise UserError(errors[0])
            wanted = (space, self._partner(), start, space._slot_stop(start, length))
            twin = (use_credits and bookings._just_booked(*wanted)) or bookings._just_asked(*wanted)
            if twin:
                twin._require_same(people, extras)
                return twin
            booking = bookings.reserve(
                *wanted,
                people=people if space.allocation == "all" else 1,
                hold_source=source,
                use_credits=use_credits,
                extras=extras,
            )
            if booking.approval == "asked" or booking._settle_by_credits():
                return booking
            order = request.cart or request.website._create_cart()
            order._tierslieu_add(booking)
        request.session["website_sale_cart_quantity"] = order.cart_quantity
        return booking

    def _back(self, space, start, length, people):
        """Return the address of the page a refused visitor came from."""
        lengths = dict(space._lengths_with(length))
        state = {
            "day": space._local_date(start) if start else space._today(),
            "length": length if length in lengths else next(iter(lengths)),
            "people": people or 1,
        }
        return self._address(space, **state)

    # -- After the payment

    @route("/book/calendar.ics", type="http", auth="public", website=True, sitemap=False)
    def calendar(self, **kwargs):
        """Give the calendar file of what this visitor has just booked."""
        order = (
            request.env["sale.order"]
            .sudo()
            .browse(request.session.get("sale_last_order_id") or 0)
            .exists()
        )
        bookings = order.tierslieu_booking_ids.filtered(
            lambda booking: booking.state in ("confirmed", "in_use")
        )
        return calendar_file(bookings)

    # -- A guest's purchase joins an account

    @route("/book/join/<string:token>", type="http", auth="public", website=True,
           methods=["GET", "POST"], sitemap=False)
    def join(self, token, **kwargs):
        """Let who reads an account's mailbox add to it what a guest bought."""
        bought = self._joinable(token)
        is_booking = bought and bought._name == "tierslieu.booking"
        if bought and request.httprequest.method == "POST":
            bought._join_account()
            request.env["tierslieu.token"].sudo()._revoke(bought, "join")
            return request.redirect("/my/bookings" if is_booking else bought._tierslieu_page())
        response = request.render(
            "tierslieu_booking.join",
            {
                "bookings": is_booking and bought._siblings(),
                "bought": bought and not is_booking and bought._tierslieu_bought_said(),
                "token": token if bought else False,
            },
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _joinable(self, token):
        """Return the guest booking or order of packs that a link opens, or None: unknown,
        used and expired alike."""
        if not request.env["tierslieu.throttle"].sudo()._hit(
            f"join {self._source()}", JOINS_AN_HOUR, 3600
        ):
            return None
        bought = request.env["tierslieu.token"].sudo()._resolve(token, "join")
        if bought is not None and bought._name == "sale.order":
            return bought if bought._tierslieu_account() else None
        if bought is None or bought._name != "tierslieu.booking":
            return None
        return bought if bought.claim_partner_id else None


def calendar_file(bookings):
    """Answer with the iCalendar file of bookings, or 404 without any."""
    if not bookings:
        raise NotFound()
    return request.make_response(
        bookings._ics(),
        headers=[
            ("Content-Type", "text/calendar; charset=utf-8"),
            ("Content-Disposition", 'attachment; filename="reservation.ics"'),
            ("Cache-Control", "no-store"),
        ],
    )
