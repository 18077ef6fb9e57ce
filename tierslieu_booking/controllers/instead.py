"""What a page offers in the place of what a rule that looks at people refuses."""

from datetime import timedelta

from odoo.http import request

MOMENT = "%Y-%m-%dT%H:%MZ"
REFUSED = "tierslieu_refused"


def remember_refused(book, space, start, length):
    """Keep for the page what was refused to who asks by a rule that looks at people, if it was one.

    :param book: the controller of the pages
    :param start: naive UTC, or None
    """
    spent = space._refused_to(book._partner(), start, length) if start else None
    if spent is not None:
        request.session[REFUSED] = [space.id, start.strftime(MOMENT), spent.ids]


def instead(book, space, state, barred):
    """Return what to book in the place of what is refused: offers of `find` with their `url`, maybe none.

    :param state: the day, length and people that the page shows
    :param barred: whether the space is closed to who asks that whole day
    """
    refused = request.session.pop(REFUSED, None)
    refused = refused if refused and refused[0] == space.id else None
    start = book._moment(refused[1]) if refused else None
    if not start and barred:
        start = space.place_id.day_bounds(state["day"])[0] + timedelta(hours=12)
    if not start:
        return []
    offers = space._instead(
        book._partner(), start, state["length"], state["people"], book._uses_credits(),
        refused[2] if refused else (),
    )
    spaces = space.browse(offer["space_id"] for offer in offers)
    return [
        offer | {
            "url": book._address(
                other, other._local_date(offer["start"]), offer["length"],
                state["people"] if other.allocation == "all" else 1, offer["start"].strftime(MOMENT),
            )
        }
        for other, offer in zip(spaces, offers, strict=True)
    ]
