import random

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import read_fresh


class Occupancy(models.Model):
    """Claiming units, whatever others claim at the same instant."""

    _inherit = "tierslieu.occupancy"

    @api.model
    def _claim(self, units, ranges, vals, together, space=None):
        """Claim units over every range, or return an empty recordset.

        First the units that look free, in a random order and skipping those
        somebody else is writing to; then those that are free to fresh eyes,
        waiting for their lock (a second cursor sees what committed since this
        transaction began; the lock keeps it true), which also frees what
        lapsed holds still occupy; at last, in a space of interchangeable
        units, others go elsewhere to make room.

        :param units: candidates; all of them are needed when `together`
        :param ranges: list of (start, stop), naive UTC; without any, nothing is claimed:
            the place has closed since
        :param vals: values shared by the rows (kind, state, hold_until, booking_id); `instead_of`: ids
            of rows that this transaction has let go, and that others still see
        :param together: whether the whole set is one claim (a whole floor)
        :param space: the space whose bookings may make room; None: nobody moves
        """
        if not ranges:
            return self.browse()
        self.env.flush_all()
        busy = self._live(units, ranges).unit_id
        if together:
            rows = self.browse()
            if not busy:
                rows = self._claim_group(units, ranges, vals)
            return rows or self._claim_group(units, ranges, vals, fresh=True)
        free = list(units - busy)
        random.shuffle(free)
        for unit in free:
            rows = self._claim_group(unit, ranges, vals, skip_locked=True)
            if rows:
                return rows
        return self._claim_fresh(units, ranges, vals, space)

    @api.model
    def _claim_fresh(self, units, ranges, vals, space):
        """Claim a unit after what others have just committed, moving them if need be.

        Without a lock the look proves a no, never a yes: what others are
        writing at this instant takes room, and gives none before it is committed.
        """
        sight = self._look(units, ranges, vals, space)
        free = [unit for unit in units if sight.is_free(unit.id)]
        random.shuffle(free)
        for unit in free:
            rows = self._claim_group(unit, ranges, vals, fresh=True)
            if rows:
                return rows
        if not space or not (free or sight.place()):
            return self.browse()
        return self._claim_moving(units, ranges, vals, space)

    @api.model
    def _claim_group(self, units, ranges, vals, skip_locked=False, fresh=False):
        """Claim every unit over every range in one savepoint: all or nothing."""
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                cr.execute(
                    SQL(
                        "SELECT id FROM tierslieu_unit WHERE id IN %s"
                        " ORDER BY id FOR NO KEY UPDATE %s",
                        tuple(units.ids),
                        SQL("SKIP LOCKED") if skip_locked else SQL(),
                    )
                )
                if cr.rowcount < len(units):
                    raise Taken
                if fresh and not self._clear_lapsed(units, ranges, vals):
                    raise Taken
                return self._insert(units, ranges, vals)
        except (Taken, psycopg2.errors.ExclusionViolation):
            return self.browse()

    @api.model
    def _insert(self, units, ranges, vals):
        """Insert the rows in plain SQL: losing a race is not an error to log."""
        now = fields.Datetime.now()
        columns = {
            "kind": vals["kind"],
            "state": vals["state"],
            "hold_until": vals.get("hold_until") or None,
            "booking_id": vals.get("booking_id") or None,
            "partner_id": vals.get("partner_id") or None,
            "extra_id": vals.get("extra_id") or None,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
            "create_date": now,
            "write_date": now,
        }
        names = SQL(", ").join(map(SQL.identifier, columns))
        shared = SQL(", ").join(SQL("%s", value) for value in columns.values())
        rows = SQL(", ").join(
            SQL("(%s, %s, %s, %s)", unit.id, start, stop, shared)
            for unit in units.sorted("id")
            for start, stop in ranges
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO tierslieu_occupancy (unit_id, start, stop, %s)"
                " VALUES %s RETURNING id",
                names,
                rows,
            ),
            log_exceptions=False,
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["tierslieu.booking"].browse(vals.get("booking_id")).invalidate_recordset(
            ["occupancy_ids", "unit_ids"]
        )
        return self.browse(ids)

    @api.model
    def _read_fresh(self, query):
        return read_fresh(self.env, query)

    @api.model
    def _clear_lapsed(self, units, ranges, vals):
        """Release the lapsed holds in the way; False when a live row is there.

        Looks through a second cursor, whose snapshot is newer than ours and
        true for as long as we keep the units' locks. Rows of this very
        transaction are invisible there: the insert itself meets those.
        """
        now = fields.Datetime.now()
        found = self._read_fresh(
            SQL(
                "SELECT id, booking_id, state = 'hold' AND hold_until <= %s"
                " FROM tierslieu_occupancy"
                " WHERE unit_id IN %s AND state IN ('hold', 'firm') AND (%s)",
                now,
                tuple(units.ids),
                self._overlap_sql(ranges),
            )
        )
        own, gone = vals.get("booking_id"), set(vals.get("instead_of", ()))
        found = [row for row in found if (not own or row[1] != own) and row[0] not in gone]
        if any(not lapsed for _id, _booking, lapsed in found):
            return False
        self._let_lapsed_go([row[0] for row in found])
        return True

    @api.model
    def _let_lapsed_go(self, ids):
        """Release lapsed holds, their bookings with them."""
        rows = self.sudo().browse(ids)
        if len(rows.exists()) < len(rows):
            # Born and lapsed since our snapshot: begin again with a new one.
            raise ConcurrencyError("lapsed hold newer than this transaction")
        if rows:
            rows.booking_id._expire(rows)

    @api.model
    def _live(self, units, ranges):
        """Return the rows that occupy units now over ranges, lapsed holds aside."""
        overlaps = fields.Domain.OR(
            fields.Domain("start", "<", stop)
            & (fields.Domain("stop", ">", start) | fields.Domain("stop", "=", False))
            for start, stop in ranges
        )
        return self.sudo().search_fetch(
            fields.Domain("unit_id", "in", units.ids) & self._live_domain() & overlaps, ["unit_id"]
        )

    @api.model
    def _live_sql(self, start, stop):
        """Return the condition on a row that occupies its unit over a range, in SQL.

        With the unit, the index on (unit, stop) serves it: what is over is not read.
        """
        return SQL(
            "start < %s AND (stop IS NULL OR stop > %s) AND state IN ('hold', 'firm')"
            " AND (state = 'firm' OR hold_until IS NULL OR hold_until > %s)",
            stop,
            start,
            fields.Datetime.now(),
        )

    @api.model
    def _live_domain(self):
        """Domain of rows that count: firm, or on hold and not lapsed."""
        return (
            fields.Domain("state", "=", "firm")
            | fields.Domain("state", "=", "hold")
            & (
                fields.Domain("hold_until", "=", False)
                | fields.Domain("hold_until", ">", fields.Datetime.now())
            )
        )

    @api.model
    def _overlap_sql(self, ranges):
        return SQL(" OR ").join(
            SQL("(start < %s AND (stop IS NULL OR stop > %s))", stop, start)
            for start, stop in ranges
        )


class Taken(Exception):
    """The unit cannot be had: rolls the savepoint back, which frees its lock."""
