import itertools
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools import SQL


class Space(models.Model):
    """When many spaces are free: a month of a whole place, in a few queries."""

    _inherit = "tierslieu.space"

    @api.model
    def availability_of(self, spaces, start, stop):
        """Return when each unit of many spaces is free and open, as far as it is known now.

        The queries do not grow with the spaces nor with what is booked: each
        place opens once, and all that occupies it is read in one.

        :param spaces: records, or ids
        :param start, stop: naive UTC datetimes, half-open
        :return: {space id: {unit id: [(start, stop), …]}}, naive UTC, sorted
        """
        spaces = self.browse(getattr(spaces, "ids", spaces))
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        free = {space_id: {} for space_id in spaces.ids}
        opening = {}
        rows = self._read_taken(spaces, start, max(start, stop))
        for (place_id, space_id, unit_id), claims in itertools.groupby(  # pylint: disable=bad-builtin-groupby
            rows, itemgetter(0, 1, 2)
        ):
            if place_id not in opening:
                place = self.env["tierslieu.place"].sudo().browse(place_id)
                opening[place_id] = self._as_intervals(place.open_intervals(start, stop))
            if unit_id:
                taken = self._as_intervals(
                    (begin, end or max(begin, stop)) for *_ids, begin, end in claims if begin
                )
                free[space_id][unit_id] = [
                    (begin, end) for begin, end, _record in opening[place_id] - taken
                ]
        return free

    @api.model
    def _read_taken(self, spaces, start, stop):
        """Return (place, space, unit, start, stop) of all that occupies spaces, in one query.

        A unit that is free has one row, without a start; so has a space
        without units, with no unit either.

        :raises AccessError: when a space is not for this user to read
        """
        occupancies = self.env["tierslieu.occupancy"].sudo()
        self.flush_model(["place_id", "unit_ids"])
        self.env["tierslieu.unit"].flush_model(["active", "sequence"])
        occupancies.flush_model(["unit_id", "start", "stop", "state", "hold_until"])
        readable = self.with_context(active_test=False)._search([("id", "in", spaces.ids)])
        rows = self.env.execute_query(
            SQL(
                "SELECT tierslieu_space.place_id, tierslieu_space.id, unit.id, claim.start, claim.stop"
                " FROM tierslieu_space"
                " LEFT JOIN (tierslieu_space_tierslieu_unit_rel AS part"
                " JOIN tierslieu_unit AS unit"
                " ON unit.id = part.tierslieu_unit_id AND unit.active)"
                " ON part.tierslieu_space_id = tierslieu_space.id"
                # OFFSET keeps the planner from reading everything, once, to save looking
                # each unit up in the index.
                " LEFT JOIN LATERAL (SELECT start, stop FROM tierslieu_occupancy"
                " WHERE unit_id = unit.id AND %s OFFSET 0) AS claim ON TRUE"
                " WHERE tierslieu_space.id IN %s"
                " ORDER BY tierslieu_space.id, unit.sequence, unit.id, claim.start",
                occupancies._live_sql(start, stop),
                readable.subselect(),
            )
        )
        if len({space_id for _place, space_id, *_claim in rows}) < len(spaces):
            spaces.check_access("read")
        return rows
