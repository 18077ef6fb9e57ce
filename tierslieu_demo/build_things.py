"""What is not a room at Le Quai: lockers, machines and their trainings, evenings that wait for the team."""

from datetime import timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .bank import receive

# They opened a month ago: the year before says nothing of them.
THINGS = ("casier", "decoupeuse_laser", "imprimante_3d")
OPENED = timedelta(weeks=4)


class Given(NamedTuple):
    """A training that somebody had: how many months ago, and why it was taken back, if it was."""

    kind: str
    who: str
    months: int
    revoked: str = ""


GIVEN = (
    Given("laser", "driss", 20), Given("laser", "nadia", 9), Given("laser", "karim", 3), Given("laser", "esther", 1),
    Given("laser", "marius", 27),
    Given("laser", "theo", 7, "A laissé la machine tourner seule, deux fois. À reprendre avec Driss."),
    Given("impression_3d", "driss", 11), Given("impression_3d", "alice", 4), Given("impression_3d", "fatou", 2),
    Given("impression_3d", "elodie", 8), Given("impression_3d", "hugo", 15),
)
# Who has what from tomorrow on: the length, as on the page, and at how many in the afternoon at the earliest.
BOOKED = (
    ("casier", "hugo", "3months"), ("casier", "ines", "12months"), ("casier", "zoe", "month"),
    ("decoupeuse_laser", "nadia", "60"), ("decoupeuse_laser", "karim", "30"), ("decoupeuse_laser", "esther", "120"),
    ("imprimante_3d", "alice", "180"), ("imprimante_3d", "fatou", "60"),
)


def build_things(env, load_csv):
    """Open the workshop and the lockers, let people book them, ask the team for two evenings."""
    host = env["res.users"].search([("login", "=", "sami")])
    # What is in a locker stays there at night.
    env.ref("le_quai.casier").overnight = True
    _say_when_they_opened(env)
    _trainings(env, host)
    load_csv(env, "tierslieu.quota")
    _bookings(env(user=host.id, su=True))
    _requests(env, host)


def _say_when_they_opened(env):
    """Give the units of lockers and machines their age: they count for the figures from then on."""
    units = env["tierslieu.unit"].union(*(env.ref(f"le_quai.{code}").unit_ids for code in THINGS))
    env.flush_all()
    env.cr.execute(
        "UPDATE tierslieu_unit SET create_date = %s WHERE id IN %s",
        [fields.Datetime.now() - OPENED, tuple(units.ids)],
    )
    env.invalidate_all(flush=False)


def _trainings(env, host):
    """Give the trainings, take one back."""
    given = env["tierslieu.habilitation"].with_user(host).sudo()
    today = env.ref("le_quai.place").now_local().date()
    for one in GIVEN:
        training = given.create(
            {
                "kind_id": env.ref(f"le_quai.habilitation_{one.kind}").id,
                "partner_id": env.ref(f"le_quai.{one.who}").id,
                "valid_from": today - relativedelta(months=one.months),
                "trainer_id": env.ref("le_quai.driss").id,
                "revoked_reason": one.revoked,
            }
        )
        if one.revoked:
            training.action_revoke()


def _slot(space, partner, length, first, after=0):
    """Return the first free slot of a length from a day on, not before an hour of the clock."""
    place = space.place_id
    for nth in range(60):
        for slot in space.day_slots(first + timedelta(days=nth), length, partner):
            if slot["free"] and place.to_local(slot["start"]).hour >= after:
                return slot["start"], slot["stop"]
    return None


def _bookings(env):
    """Let people have lockers and machines, paid by transfer."""
    bookings = env["tierslieu.booking"]
    tomorrow = env.ref("le_quai.place").now_local().date() + timedelta(days=1)
    for nth, (code, who, length) in enumerate(BOOKED):
        space, partner = env.ref(f"le_quai.{code}"), env.ref(f"le_quai.{who}")
        hour = 0 if code == "casier" else 14
        slot = _slot(space, partner, length, tomorrow + timedelta(days=nth % 3), hour)
        booking = bookings.reserve(space, partner, *slot)
        booking.action_confirm()
        bookings |= booking
    bookings.action_invoice_each()
    receive(env, bookings._open_invoices())


def _requests(env, host):
    """Ask the team for two evenings: one waits for an answer, the other for its payment."""
    wendy = env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": "wendy", "partner_id": env.ref("le_quai.wendy").id, "lang": "fr_FR", "tz": "Europe/Paris",
            "group_ids": [Command.set([env.ref("base.group_portal").id])],
        }
    )
    alice = env["res.users"].search([("login", "=", "alice")])
    today = env.ref("le_quai.place").now_local().date()
    for user, days, people, note in (
        (wendy, 16, 70, "La fête de fin d'année du quartier : un concert, un buffet, pas de sono après 22 h."),
        (alice, 30, 35, "Ma soutenance, puis un verre avec celles et ceux qui m'ont aidée."),
    ):
        as_user = env(user=user.id, su=True)
        space = as_user.ref("le_quai.tout_le_lieu")
        slot = _slot(space, user.partner_id, "evening", today + timedelta(days=days))
        booking = as_user["tierslieu.booking"].reserve(space, user.partner_id, *slot, people=people, note=note)
        if user == alice:
            booking.with_env(env(user=host.id, su=True)).action_approve()
