from itertools import chain

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from ..kernels.placement import DEPTH
from .occupancy_claim import Taken
from .taken import Row, Sight


class Occupancy(models.Model):
    """Who may move to make room for someone, and moving them."""

    _inherit = "tierslieu.occupancy"

    # -- Reading what is around a range

    @api.model
    def _read_around(self, spaces, start, stop, further=False):
        """Return the `Row`s that occupy the units of spaces over a range, in one query.

        :param further: whether to read as far as bookings that could move
            reach, and those that overlap them, and so on
        """
        if not spaces.unit_ids:
            return []
        self._flush_around()
        self.env.cr.execute(self._around_sql(_parts(spaces), _floors(spaces), start, stop, further))
        return [Row(*row) for row in self.env.cr.fetchall()]

    @api.model
    def _flush_around(self):
        self.flush_model(
            ["unit_id", "start", "stop", "state", "hold_until", "booking_id", "change_id", "extra_id"]
        )
        self.env["tierslieu.booking"].flush_model(["state", "space_id"])

    @api.model
    def _around_sql(self, parts, floors, start, stop, further=False, claims=None):
        """Return the query of the `Row`s around a range.

        A booking floats when it is a hold or confirmed, of a space of
        interchangeable units, has not begun, and is not about to be moved by
        who made it.

        :param parts: ([space id], [unit id]) in pairs
        :param floors: ids of the spaces whose bookings may float
        :param claims: rows to read besides, by id, and all that a claim must know;
            None: only what occupies its unit now
        """
        low, high = (SQL("span.low"), SQL("span.high")) if further else (start, stop)
        extra, columns = SQL(), SQL()
        if claims is None:
            condition = self._live_sql(low, high)
        else:
            condition = SQL(
                "start < %s AND (stop IS NULL OR stop > %s)"
                # What this transaction has let go is not there, whatever others see.
                " AND (state IN ('hold', 'firm') OR age(xmin) <= 0)",
                high,
                low,
            )
            extra = SQL(", xmin::text AS version, age(xmin) <= 0 AS own")
            columns = SQL(
                ", o.booking_id, o.state != 'released',"
                " o.state = 'hold' AND o.hold_until <= %s,"
                " o.version, o.own, booking.xmin::text, age(booking.xmin) <= 0",
                fields.Datetime.now(),
            )
        if further:
            # OFFSET: each unit is looked up in the index.
            rows = SQL(
                "JOIN span ON span.space_id = part.space_id JOIN LATERAL"
                " (SELECT *%s FROM tierslieu_occupancy WHERE unit_id = part.unit_id"
                " AND %s OFFSET 0) AS o ON TRUE",
                extra,
                condition,
            )
        else:
            # Said a second time as the constraint's index knows it: for many
            # units over a short time it is the better one.
            ranges = SQL("tsrange(start, stop) && tsrange(%s, %s)", start, stop)
            if claims:
                ranges = SQL("(%s OR id IN %s)", ranges, tuple(claims))
                condition = SQL("(id IN %s OR %s)", tuple(claims), condition)
            rows = SQL(
                "JOIN (SELECT *%s FROM tierslieu_occupancy WHERE unit_id IN %s AND %s AND %s)"
                " AS o ON o.unit_id = part.unit_id",
                extra,
                tuple(set(parts[1])),
                ranges,
                condition,
            )
        return SQL(
            "%s SELECT part.space_id, o.id, o.unit_id, o.start, o.stop,"
            " CASE WHEN whole.floats THEN o.booking_id END, whole.number, whole.first, whole.last,"
            " %s::timestamp, %s::timestamp %s"
            " FROM unnest(%s::int[], %s::int[]) AS part(space_id, unit_id) %s"
            " LEFT JOIN tierslieu_booking AS booking ON booking.id = o.booking_id"
            " AND booking.space_id = part.space_id AND booking.space_id = ANY(%s)"
            " AND booking.state IN ('hold', 'confirmed')"
            " LEFT JOIN LATERAL (SELECT count(*) AS number, min(start) AS first,"
            " COALESCE(max(stop), 'infinity') AS last, min(start) > %s"
            " AND min(unit_id) = max(unit_id) AND count(change_id) = 0 AS floats"
            " FROM tierslieu_occupancy WHERE booking_id = booking.id AND extra_id IS NULL"
            " AND state IN ('hold', 'firm')) AS whole ON booking.id IS NOT NULL"
            " ORDER BY o.unit_id, o.start",
            self._span_sql(floors, parts, start, stop) if further else SQL(),
            low, high, columns, *parts, rows, floors, fields.Datetime.now(),
        )

    @api.model
    def _span_sql(self, floors, parts, start, stop):
        """Return how far to read, for each space: as far as a move may have an effect.

        From the range, to the bookings that overlap it, to those that overlap
        these, as many times as the kernel goes.
        """
        return SQL(
            "WITH RECURSIVE reach(space_id, low, high, depth) AS ("
            " SELECT DISTINCT space_id, %s::timestamp, %s::timestamp, 0"
            " FROM unnest(%s::int[]) AS space(space_id)"
            " UNION ALL"
            " SELECT reach.space_id, LEAST(low, first), GREATEST(high, last), depth + 1"
            " FROM reach CROSS JOIN LATERAL ("
            " SELECT min(mine.start) AS first, max(mine.stop) AS last"
            " FROM tierslieu_occupancy AS other"
            " JOIN tierslieu_booking AS booking ON booking.id = other.booking_id"
            " AND booking.space_id = reach.space_id AND booking.state IN ('hold', 'confirmed')"
            " JOIN tierslieu_occupancy AS mine ON mine.booking_id = booking.id"
            " AND mine.state IN ('hold', 'firm') AND mine.extra_id IS NULL"
            " WHERE other.unit_id = ANY(%s) AND other.state IN ('hold', 'firm')"
            " AND other.start < high AND other.stop > low) AS met"
            " WHERE depth < %s AND reach.space_id = ANY(%s) AND (first < low OR last > high)"
            "), span AS (SELECT space_id, min(low) AS low, max(high) AS high"
            " FROM reach GROUP BY space_id)",
            start, stop, parts[0], parts[1], DEPTH, floors,
        )

    # -- Claiming with fresh eyes

    @api.model
    def _look(self, units, ranges, vals, space=None):
        """Return the `Sight` of what is around a claim: what others committed, and ours.

        A second cursor sees what is committed now; it stays true for as long
        as we keep the locks of the units. What this transaction has written
        itself is seen by our own cursor only.
        """
        start = min(low for low, _high in ranges)
        stop = max(high for _low, high in ranges)
        floor = space.unit_ids | units if space else units
        parts = [space.id if space else 0] * len(floor), floor.ids
        floors = space.ids if space else []
        self._flush_around()
        fresh = [
            Row(*row)
            for row in self._read_fresh(
                self._around_sql(parts, floors, start, stop, further=True, claims=[])
            )
        ]
        low, high = (fresh[0].low, fresh[0].high) if fresh else (start, stop)
        cr = self.env.cr
        cr.execute(
            self._around_sql(parts, floors, low, high, claims=[row.id for row in fresh])
        )
        return Sight(
            floor.ids, units.ids, ranges, fresh, [Row(*row) for row in cr.fetchall()],
            vals.get("booking_id"),
        )

    @api.model
    def _claim_moving(self, units, ranges, vals, space):
        """Claim a unit, moving other bookings of the space out of the way, or nothing.

        :raises ConcurrencyError: when those that must move have changed since
            this transaction began: a new one will see them
        """
        try:
            with self.env.cr.savepoint(flush=False):
                self._lock_units((space.unit_ids | units).ids)
                sight = self._look(units, ranges, vals, space)
                placement = self._settle(sight)
                self._let_lapsed_go(sight.lapsed_under(placement))
                self._move_rows(sight, placement.moves)
                unit = self.env["tierslieu.unit"].browse(placement.unit)
                rows = self._insert(unit, ranges, vals)
        except (Taken, psycopg2.errors.ExclusionViolation):
            return self.browse()
        self._note_moves(sight, placement.moves)
        return rows

    @api.model
    def _settle(self, sight):
        """Return a placement of which nobody else is changing any booking, locks taken.

        Bookings that changed since our snapshot, or that someone is changing
        right now, are left where they are, if there is room without moving them.
        """
        if not sight.place():
            raise Taken
        staying = set(sight.stale)
        while True:
            placement = sight.place(staying)
            if not placement:
                raise ConcurrencyError("bookings to move are newer than this transaction")
            held = self._lock_bookings(sight, placement.moves)
            if not held:
                return placement
            staying |= held

    @api.model
    def _lock_bookings(self, sight, bookings):
        """Lock bookings and their rows; return those that others keep from us.

        Waiting for them could be waiting for each other: a cancellation locks
        rows, then the booking; the scheduler, bookings, then the rows.
        """
        if not bookings:
            return set()
        free = []
        for table, column, ids in (
            ("tierslieu_occupancy", "booking_id", list(chain(*map(sight.rows_of, bookings)))),
            ("tierslieu_booking", "id", list(bookings)),
        ):
            self.env.cr.execute(
                SQL(
                    "SELECT %s FROM %s WHERE id IN %s ORDER BY id"
                    " FOR NO KEY UPDATE SKIP LOCKED",
                    SQL.identifier(column), SQL.identifier(table), tuple(ids),
                ),
                log_exceptions=False,
            )
            found = [row[0] for row in self.env.cr.fetchall()]
            free.append(
                {
                    booking for booking in bookings
                    if found.count(booking)
                    == (len(sight.rows_of(booking)) if column == "booking_id" else 1)
                }
            )
        return set(bookings) - set.intersection(*free)

    @api.model
    def _move_rows(self, sight, moves):
        """Put bookings on other units: all let go, then all taken again.

        The constraint is checked row by row: it would refuse that two
        bookings change places at once.
        """
        ids = list(chain(*map(sight.rows_of, moves)))
        if not ids:
            return
        cr = self.env.cr
        cr.execute(SQL("SELECT id, state FROM tierslieu_occupancy WHERE id IN %s", tuple(ids)))
        states = dict(cr.fetchall())
        cr.execute(
            SQL("UPDATE tierslieu_occupancy SET state = 'released' WHERE id IN %s", tuple(ids)),
            log_exceptions=False,
        )
        cr.execute(
            SQL(
                "UPDATE tierslieu_occupancy AS o SET unit_id = new.unit_id, state = new.state,"
                " write_uid = %s, write_date = %s FROM (VALUES %s) AS new(id, unit_id, state)"
                " WHERE o.id = new.id",
                self.env.uid,
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL("(%s, %s, %s)", row_id, unit, states[row_id])
                    for booking, unit in moves.items()
                    for row_id in sight.rows_of(booking)
                ),
            ),
            log_exceptions=False,
        )
        rows = self.browse(ids)
        rows.invalidate_recordset(["unit_id", "write_uid", "write_date"])
        self.env["tierslieu.booking"].browse(moves).invalidate_recordset(["unit_ids"])

    @api.model
    def _note_moves(self, sight, moves):
        """Keep the trace of a move that nobody asked for in the booking's thread."""
        if not moves:
            return
        units = self.env["tierslieu.unit"].sudo()
        bookings = self.env["tierslieu.booking"].sudo().browse(moves)
        bookings._message_log_batch(
            {
                booking: self.env._(
                    "From %(old)s to %(new)s, to make room for another booking.",
                    old=units.browse(sight.unit_of(booking)).name,
                    new=units.browse(unit).name,
                )
                for booking, unit in moves.items()
            },
            author_id=self.env.ref("base.partner_root").id,
        )


def _parts(spaces):
    """Return the units of spaces in pairs: ([space id], [unit id])."""
    pairs = [(space.id, unit.id) for space in spaces for unit in space.unit_ids]
    return [space for space, _unit in pairs], [unit for _space, unit in pairs]


def _floors(spaces):
    """Return the ids of the spaces whose bookings take any of their units."""
    return spaces.filtered(lambda s: s.allocation == "any" and len(s.unit_ids) > 1).ids
