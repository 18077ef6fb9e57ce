"""A place with twenty rooms, a month of bookings and years of past ones.

Rows are copied from one that the models made, many in a statement: making thousands one by one would take an hour.
"""

import random
from datetime import date, datetime, time, timedelta

from odoo import Command, fields

ROOMS = 20
BOOKINGS = 5_000
OPENS, CLOSES = 9, 19
# A month without a change of clocks, not today's: five to sixteen months ahead.
FIRST = date(fields.Date.today().year + 1, 5, 1)
DAYS = 31


def opening_hours():
    """Return commands for a calendar that opens every day."""
    return [
        Command.create(
            {"name": "Ouvert", "dayofweek": str(day), "hour_from": OPENS, "hour_to": CLOSES, "day_period": "morning"}
        )
        for day in range(7)
    ]


def taken_hours():
    """Return the same (room, day of the month, hour) at every run: which hours of the month are booked."""
    hours = [(room, day, hour) for room in range(ROOMS) for day in range(DAYS) for hour in range(OPENS, CLOSES)]
    return sorted(random.Random(3).sample(hours, BOOKINGS))


def moment(place, day, hour):
    """Return a moment of the month, naive UTC."""
    return place.to_utc(datetime.combine(FIRST + timedelta(days=day), time(hour)))


def create_rooms(env, name="Le Quai"):
    """Create a place open every day, with twenty rooms that people book by the hour."""
    place = env["tierslieu.place"].create(
        {"name": name, "tz": "Europe/Paris", "step": 30, "attendance_ids": opening_hours()}
    )
    product = env["product.product"].create(
        {"name": f"{name}, l'heure", "type": "service", "list_price": 8, "taxes_id": False}
    )
    rooms = env["tierslieu.space"].create(
        [{"name": f"{name} {nth}", "place_id": place.id, "unit_count": 1, "seats": 8} for nth in range(ROOMS)]
    )
    env["tierslieu.rate"].create(
        [{"space_id": room.id, "time_unit": "hour", "product_id": product.id} for room in rooms]
    )
    return rooms


def book_month(rooms):
    """Book 5,000 hours of the month."""
    place = rooms.place_id
    wanted = taken_hours()
    write_bookings(
        rooms,
        [rooms[room].id for room, _day, _hour in wanted],
        [moment(place, day, hour) for _room, day, hour in wanted],
    )


def fill_past(rooms, number):
    """Give the rooms a past: `number` bookings of an hour, ten a day, as far back as it takes."""
    yesterday = datetime.combine(fields.Date.today() - timedelta(days=1), time(8))
    each = number // len(rooms)
    hours = [yesterday - timedelta(days=nth // 10) + timedelta(hours=nth % 10) for nth in range(each)]
    write_bookings(
        rooms, [room.id for room in rooms for _hour in hours], [hour for _room in rooms for hour in hours]
    )


def write_bookings(rooms, space_ids, starts):
    """Write confirmed bookings of an hour with the claims on their units."""
    env = rooms.env
    partner = env["res.partner"].create({"name": "Personne"})
    room, after = rooms[0], moment(rooms.place_id, DAYS, OPENS)
    booking = env["tierslieu.booking"].reserve(room, partner, after, after + timedelta(hours=1))
    booking.action_confirm()
    env.flush_all()
    hour = timedelta(hours=1)
    copy_row(
        env.cr, "tierslieu_booking", booking.id,
        space_id=("int", space_ids), start=("timestamp", starts),
        stop=("timestamp", [start + hour for start in starts]),
    )
    env.cr.execute(
        "SELECT u.tierslieu_unit_id, b.start, b.stop, b.id FROM tierslieu_booking b"
        " JOIN tierslieu_space_tierslieu_unit_rel u ON u.tierslieu_space_id = b.space_id WHERE b.id > %s",
        [booking.id],
    )
    unit_ids, begins, ends, booking_ids = zip(*env.cr.fetchall(), strict=True)
    copy_row(
        env.cr, "tierslieu_occupancy", booking.occupancy_ids.id,
        unit_id=("int", unit_ids), start=("timestamp", begins), stop=("timestamp", ends),
        booking_id=("int", booking_ids),
    )
    booking.action_cancel()
    env.flush_all()
    env.cr.execute("ANALYZE tierslieu_booking, tierslieu_occupancy")
    env.invalidate_all()


def copy_row(cr, table, row_id, **changes):
    """Insert copies of a row, one for each value of the lists in `changes`.

    :param changes: column=(type, values), all of the same length
    """
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND column_name != 'id'", [table]
    )
    kept = [name for (name,) in cr.fetchall() if name not in changes]
    copied = "".join(f', o."{name}"' for name in kept)
    names = ", ".join(f'"{name}"' for name in (*changes, *kept))
    news = ", ".join(f'n."{name}"' for name in changes)
    lists = ", ".join(f"%s::{kind}[]" for kind, _values in changes.values())
    columns = ", ".join(f'"{name}"' for name in changes)
    cr.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {news}{copied}'
        f' FROM "{table}" o, unnest({lists}) n({columns}) WHERE o.id = %s',
        [*(list(values) for _kind, values in changes.values()), row_id],
    )
