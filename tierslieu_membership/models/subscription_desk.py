from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

# Claims look for room up to then; their rows have no end.
FAR = datetime(2900, 1, 1)
MOST_NAMED = 3


class Occupancy(models.Model):
    """The units that subscriptions hold are given and taken back by the subscription alone."""

    _inherit = "tierslieu.occupancy"

    contract_id = fields.Many2one(
        "contract.contract", string="Subscription", readonly=True, index="btree_not_null", ondelete="restrict",
    )

    def _tierslieu_refuse_subscribed(self):
        rows = self.sudo().filtered("contract_id")
        if rows and not self.env.su:
            raise UserError(
                self.env._("%(unit)s belongs to a subscription: change or end the subscription instead.",
                           unit=rows[0].unit_id.name)
            )

    def write(self, vals):
        if {"start", "stop", "unit_id", "state", "kind", "partner_id", "contract_id"} & vals.keys():
            self._tierslieu_refuse_subscribed()
        return super().write(vals)

    def action_end(self):
        self._tierslieu_refuse_subscribed()
        return super().action_end()

    def unlink(self):
        self._tierslieu_refuse_subscribed()
        return super().unlink()


class Contract(models.Model):
    """Claiming a unit for as long as one subscribes, whatever others book at the same instant."""

    _inherit = "contract.contract"

    def _tierslieu_midnight(self, space, date):
        """Return when a date begins at the place, naive UTC."""
        return space.place_id.to_utc(datetime.combine(date, time.min))

    @api.model
    def _tierslieu_far(self):
        return FAR

    def _tierslieu_claim(self, space, date, unit=None):
        """Claim a unit of a space from a date on, without end; what is over today is not in the way.

        Bookings that any unit of the space would suit make room, as they do
        for a booking.

        :param unit: the very one; None: whichever is free for good
        :return: the rows
        :raises UserError: when there is none, with what stands in the way
        """
        self.ensure_one()
        space = space.sudo()
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        start = max(self._tierslieu_midnight(space, date), now)
        units = unit.sudo() if unit else space.unit_ids
        together = space.allocation == "all" and not unit
        occupancy = self.env["tierslieu.occupancy"].sudo()
        vals = {"kind": "assignment", "state": "firm", "partner_id": self.partner_id.id}
        rows = occupancy._claim(
            units, [(start, FAR)], vals, together, space if space.allocation == "any" else None
        )
        if not rows:
            raise UserError(self._tierslieu_taken(space, units, start))
        rows.write({"stop": False, "contract_id": self.id})
        return rows

    def _tierslieu_taken(self, space, units, start):
        """Say what stands in the way of a claim; to the team, with names."""
        place = space.place_id
        what = units.name if len(units) == 1 else space.name
        day = place.format_date(place.to_local(start).date(), year=True)
        if not self.env.user.has_group("tierslieu_base.group_host"):
            return self.env._("%(what)s is not free from %(day)s on.", what=what, day=day)
        rows = self.env["tierslieu.occupancy"].sudo()._live(units, [(start, FAR)]).sorted("start")
        said = [row._sentence() for row in rows[:MOST_NAMED]]
        if len(rows) > MOST_NAMED:
            said.append(self.env._("and %(count)s more", count=len(rows) - MOST_NAMED))
        return self.env._(
            "%(what)s is not free from %(day)s on: %(claims)s.", what=what, day=day, claims="; ".join(said)
        )

    def _tierslieu_release(self, date, spaces=None):
        """Free the units held, from a date on; those of some spaces only."""
        for row in self.sudo()._tierslieu_live_rows():
            if spaces is not None and not row.unit_id.space_ids & spaces:
                continue
            stop = self._tierslieu_midnight(row.unit_id, date)
            now = fields.Datetime.now().replace(second=0, microsecond=0)
            stop = max(stop, now)
            if row.stop and row.stop <= stop:
                continue
            if row.start >= stop:
                row.state = "released"
            else:
                row.stop = max(stop, row.start + timedelta(minutes=1))
