import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class Occupancy(models.Model):
    """Claiming equipment: so many units of each extra, all or nothing."""

    _inherit = "tierslieu.occupancy"

    extra_id = fields.Many2one(
        "tierslieu.extra", readonly=True, index="btree_not_null", ondelete="restrict",
        help="The extra that this unit was claimed for.",
    )

    @api.model
    def _claim_equipment(self, wanted, ranges_of, vals, near=None):
        """Claim units of extras, or raise one sentence saying which cannot be had.

        All the units of these extras are locked in the order of their ids,
        then looked at through a second cursor, whose snapshot is newer than
        ours: the lock keeps what it sees true. They are few, and no lock of a
        space is taken after them, so that nobody waits in a circle.

        :param wanted: {extra: quantity}
        :param ranges_of: function of a unit: the (start, stop) to claim on it, naive UTC
        :param vals: values shared by the rows (kind, state, hold_until, booking_id)
        :param near: the units to take first when they are free
        :return: the rows
        """
        units = self.env["tierslieu.extra"].union(*wanted).unit_ids
        rows = self.browse()
        if not wanted:
            return rows
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                self._lock_units(units.ids)
                busy = self._busy_equipment(units, ranges_of, vals.get("booking_id"))
                for extra in sorted(wanted, key=lambda extra: extra.id):
                    rows |= self._claim_some(extra, wanted[extra], busy, ranges_of, vals, near or units.browse())
        except psycopg2.errors.ExclusionViolation:
            raise UserError(next(iter(wanted))._lack_sentence(0)) from None
        return rows

    @api.model
    def _claim_some(self, extra, quantity, busy, ranges_of, vals, near):
        """Insert the rows of so many units of an extra that are free."""
        free = extra.unit_ids.filtered(lambda unit: unit.id not in busy)
        if len(free) < quantity:
            raise UserError(extra._lack_sentence(len(free)))
        # What the booking held stays in its hands; then those in the order of their numbers.
        chosen = free.sorted(lambda unit: (unit not in near, unit.sequence, unit.id))[:quantity]
        rows = self.browse()
        for unit in chosen.sorted("id"):
            ranges = ranges_of(unit)
            if ranges:
                rows |= self._insert(unit, ranges, vals | {"extra_id": extra.id})
        return rows

    @api.model
    def _busy_equipment(self, units, ranges_of, booking_id):
        """Return the ids of the units that somebody else has, to fresh eyes and to ours.

        Lapsed holds in the way are let go.
        """
        ranges = {unit.id: ranges_of(unit) for unit in units}
        every = [pair for pairs in ranges.values() for pair in pairs]
        if not units or not every:
            return set()
        found = self._read_fresh(
            SQL(
                "SELECT id, unit_id, start, stop, booking_id, state = 'hold' AND hold_until <= %s"
                " FROM tierslieu_occupancy WHERE unit_id IN %s AND state IN ('hold', 'firm') AND (%s)",
                fields.Datetime.now(), tuple(units.ids), self._overlap_sql(sorted(set(every))),
            )
        )
        met = [
            row for row in found
            if (not booking_id or row[4] != booking_id)
            and any(row[2] < high and (row[3] is None or row[3] > low) for low, high in ranges[row[1]])
        ]
        busy = {row[1] for row in met if not row[5]}
        self._let_lapsed_go([row[0] for row in met if row[5] and row[1] not in busy])
        return busy | self._busy_by_us(units, every, booking_id)

    @api.model
    def _busy_by_us(self, units, ranges, booking_id):
        """Return the ids of the units that this transaction itself gave to other bookings."""
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT unit_id FROM tierslieu_occupancy WHERE unit_id IN %s"
                " AND state IN ('hold', 'firm') AND age(xmin) <= 0 AND booking_id IS DISTINCT FROM %s AND (%s)",
                tuple(units.ids), booking_id or None, self._overlap_sql(sorted(set(ranges))),
            )
        )
        return {row[0] for row in self.env.cr.fetchall()}
