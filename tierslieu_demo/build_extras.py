"""What is hired whole at Le Quai, and what is added to bookings: projectors, coffee, rooms set up."""

from datetime import timedelta

from odoo import Command, fields

# What each whole is made of: the evening of the whole place holds the floor, and the floor its rooms.
FLOOR = ("salle_creative", "bureau_amont", "bureau_aval")
WHOLES = {"etage": FLOOR, "tout_le_lieu": (*FLOOR, "petit_salon", "espace_convivial", "table_cuisine")}
# What the next bookings of each space ask for, in their order; of today, only what needs no notice.
WITH = {
    "salle_creative": (
        {"videoprojecteur": 1, "telephone": 1}, {"cafe": 1, "mise_en_place": 1, "videoprojecteur": 1}, {"cafe": 1},
    ),
    "espace_convivial": (
        {"videoprojecteur": 1}, {"cafe": 1, "mise_en_place": 1, "grand_ecran": 1}, {"mise_en_place": 1},
    ),
    "petit_salon": ({"grand_ecran": 1}, {}, {"cafe": 1}),
    "bureau_amont": ({"telephone": 1},),
    "bureau_aval": ({"telephone": 1},),
}
TODAY = ({"videoprojecteur": 1, "telephone": 1}, {"grand_ecran": 1}, {"telephone": 1})
# Who hires a whole in the weeks to come, from how many days ahead on, for how many people, with what.
HIRES = (
    ("tout_le_lieu", "maison", 12, 80, {"videoprojecteur": 2, "mise_en_place": 1}),
    ("etage", "escale", 20, 18, {"cafe": 1, "videoprojecteur": 1}),
)


def join_wholes(env):
    """Give each whole the units of its parts, in the place of those that its row counted."""
    for code, parts in WHOLES.items():
        whole = env.ref(f"le_quai.{code}")
        units = env["tierslieu.unit"].union(*(env.ref(f"le_quai.{part}").unit_ids for part in parts))
        spare = whole.unit_ids - units
        whole.unit_ids = [Command.set(units.ids)]
        spare.unlink()


def add_extras(env):
    """Add extras to bookings to come, and hire the wholes, as the host does."""
    now = fields.Datetime.now()
    bookings = env["tierslieu.booking"]
    place = env.ref("le_quai.place")
    today = place.day_bounds(place.now_local().date())[1]
    for code, wishes in WITH.items():
        coming = bookings.search(
            [("space_id", "=", env.ref(f"le_quai.{code}").id), ("state", "=", "confirmed"), ("start", ">", now)],
            order="start",
        )
        soon = coming.filtered(lambda booking: booking.start < today)[:1]
        later = coming.filtered(lambda booking: booking.start >= now + timedelta(hours=36))
        for booking, wish in zip([*(soon or later[:1]), *(later - soon)[len(soon) == 0:]], wishes, strict=False):
            _add(booking, wish)
    for code, who, ahead, people, wish in HIRES:
        _hire(env, code, who, ahead, people, wish)


def add_extras_today(env):
    """Give those of today's next bookings that may have it something to get ready."""
    now, place = fields.Datetime.now(), env.ref("le_quai.place")
    today = place.day_bounds(place.now_local().date())[1]
    coming = env["tierslieu.booking"].search(
        [("state", "=", "confirmed"), ("start", ">", now), ("start", "<", today), ("extra_ids", "=", False)],
        order="start",
    )
    for nth, booking in enumerate(coming.filtered(lambda booking: booking.space_id._extras_offered())[:3]):
        for wish in TODAY[nth:]:
            if _add(booking, wish):
                break


def _wanted(env, wish):
    return {env.ref(f"le_quai.avec_{code}").id: number for code, number in wish.items()}


def _add(booking, wish):
    """Add what is still free to a booking; whether it was."""
    wanted = _wanted(booking.env, wish)
    quote = booking.space_id.quote(
        booking.partner_id, booking.start, booking.stop, people=booking.people, extras=wanted
    )
    if not wanted or quote["errors"]:
        return False
    return booking.action_set_extras(wanted)


def _hire(env, code, who, ahead, people, wish):
    """Book a whole on the first evening that it is free."""
    space, place = env.ref(f"le_quai.{code}"), env.ref("le_quai.place")
    customer, wanted = env.ref(f"le_quai.{who}"), _wanted(env, wish)
    first = place.now_local().date() + timedelta(days=ahead)
    for date in (first + timedelta(days=nth) for nth in range(30)):
        for slot in space.day_slots(date, "evening", customer, people=people):
            start, stop = slot["start"], slot["stop"]
            errors = space.quote(customer, start, stop, people=people, extras=wanted)["errors"]
            if slot["free"] and not errors:
                env["tierslieu.booking"].reserve(
                    space, customer, start, stop, people=people, extras=wanted
                ).action_confirm()
                return
