from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What decides which rooms an event has, and when.
DECIDES = {
    "date_begin", "date_end", "date_tz", "is_multi_slots", "event_slot_ids", "kanban_state", "active",
    "tierslieu_space_ids", "tierslieu_setup", "tierslieu_cleanup",
}
# How many other rooms are named when those wanted are taken.
MOST_NAMED = 3


class Event(models.Model):
    """The rooms of an event: really free, set-up and cleaning included, and nobody else's from then on."""

    _inherit = "event.event"

    tierslieu_place_id = fields.Many2one(
        "tierslieu.place", string="Place", compute="_compute_tierslieu_place_id", store=True, readonly=False,
        index="btree_not_null", domain="[('company_id', '=', company_id)]",
    )
    tierslieu_space_ids = fields.Many2many(
        "tierslieu.space", "tierslieu_event_space_rel", "event_id", "space_id", string="Rooms", copy=False,
        domain="[('place_id', '=', tierslieu_place_id)]", help="They are the event's, set-up and cleaning included.",
    )
    tierslieu_setup = fields.Integer(
        string="Set-up (min)", help="Minutes before it begins during which it has its rooms."
    )
    tierslieu_cleanup = fields.Integer(
        string="Cleaning (min)", help="Minutes after its end during which it has its rooms."
    )
    tierslieu_occupancy_ids = fields.One2many("tierslieu.occupancy", "event_id", string="Occupancies")

    _setup = models.Constraint(
        "CHECK (COALESCE(tierslieu_setup, 0) BETWEEN 0 AND 2880 AND COALESCE(tierslieu_cleanup, 0) BETWEEN 0 AND 2880)",
        "Set-up and cleaning last from 0 to 2 days.",
    )

    @api.depends("company_id")
    def _compute_tierslieu_place_id(self):
        """Take the place of the company where it has only one."""
        for event in self:
            company = event.company_id or self.env.company
            if event.tierslieu_place_id.company_id != company:
                places = self.env["tierslieu.place"].sudo().search([("company_id", "=", company.id)], limit=2)
                event.tierslieu_place_id = places if len(places) == 1 else False

    # -- Constraints

    @api.constrains("tierslieu_space_ids", "tierslieu_place_id", "company_id")
    def _check_tierslieu_spaces(self):
        for event in self.sudo():
            spaces = event.tierslieu_space_ids
            if spaces and spaces.place_id != event.tierslieu_place_id:
                raise ValidationError(self.env._("The rooms of %(event)s are in its place.", event=event.name))
            if event.company_id and spaces.company_id - event.company_id:
                raise ValidationError(self.env._("The rooms of %(event)s are those of its company.", event=event.name))

    @api.constrains("tierslieu_space_ids", "seats_limited", "seats_max")
    def _check_tierslieu_people(self):
        """Let in no more people than the rooms take."""
        for event in self.sudo().filtered("tierslieu_space_ids"):
            most = event._tierslieu_most_people()
            if most and event.seats_limited and event.seats_max > most:
                raise ValidationError(
                    self.env._(
                        "%(rooms)s: %(most)s people at most, not %(seats)s.",
                        rooms=", ".join(event.tierslieu_space_ids.mapped("name")), most=most, seats=event.seats_max,
                    )
                )

    def _tierslieu_most_people(self):
        """Return how many people its rooms take together; 0: nobody says."""
        self.ensure_one()
        seats = self.sudo().tierslieu_space_ids.mapped("seats")
        return sum(seats) if all(seats) else 0

    # -- Its rooms

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events.filtered("tierslieu_space_ids")._tierslieu_take_rooms()
        return events

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(DECIDES):
            roomy = self.filtered(lambda one: one.tierslieu_space_ids or one.sudo().tierslieu_occupancy_ids)
            roomy._tierslieu_take_rooms()
        return result

    def _tierslieu_ranges(self):
        """Return when it has its rooms: [(start, stop)], naive UTC, apart from each other."""
        self.ensure_one()
        before, after = timedelta(minutes=self.tierslieu_setup), timedelta(minutes=self.tierslieu_cleanup)
        times = [(self.date_begin, self.date_end)]
        if self.is_multi_slots:
            times = [(slot.start_datetime, slot.end_datetime) for slot in self.event_slot_ids]
        ranges = []
        for start, stop in sorted((start - before, stop + after) for start, stop in times):
            if ranges and start <= ranges[-1][1]:
                ranges[-1] = ranges[-1][0], max(stop, ranges[-1][1])
            else:
                ranges.append((start, stop))
        return ranges

    def _tierslieu_is_on(self):
        """Whether it takes place: it is neither cancelled nor archived."""
        self.ensure_one()
        return self.active and self.kanban_state != "cancel"

    def _tierslieu_take_rooms(self):
        """Let go of the rooms it had, and take those it needs now: all of them, or nothing changes.

        What it has and still needs is left as it is. What is over is never given back.
        """
        for event in self.sudo():
            units = event.tierslieu_space_ids.unit_ids if event._tierslieu_is_on() else event.env["tierslieu.unit"]
            wanted = {(unit, start, stop) for unit in units for start, stop in event._tierslieu_ranges()}
            live = event.tierslieu_occupancy_ids.filtered(lambda row: row.state != "released")
            kept = live.filtered(lambda row, wanted=wanted: (row.unit_id, row.start, row.stop) in wanted)
            had = {(row.unit_id, row.start, row.stop) for row in kept}
            (live - kept).write({"state": "released"})
            missing = wanted - had
            for start, stop in sorted({(start, stop) for _unit, start, stop in missing}):
                new = units.filtered(lambda unit, at=(start, stop), missing=missing: (unit, *at) in missing)
                event._tierslieu_claim_units(new, start, stop, live - kept)

    def _tierslieu_claim_units(self, units, start, stop, instead_of):
        """Claim units for one stretch of time.

        :param instead_of: rows of its own that have just been let go: no rival of theirs
        :raises UserError: who has them, and what is free at that time
        """
        self.ensure_one()
        vals = {"kind": "event", "state": "firm", "instead_of": instead_of.ids}
        rows = self.env["tierslieu.occupancy"].sudo()._claim(units, [(start, stop)], vals, together=True)
        if not rows:
            raise UserError(self._tierslieu_rooms_taken(units, start, stop))
        rows.write({"event_id": self.id})

    def _tierslieu_rooms_taken(self, units, start, stop):
        """Say what stands in the way of an event, and which rooms are free at that time."""
        rows = self.env["tierslieu.occupancy"].sudo()._live(units, [(start, stop)]).sorted("start")
        said = [row._sentence() for row in rows[:MOST_NAMED]]
        sentences = [self.env._("%(event)s cannot have its rooms: %(taken)s.", event=self.name, taken=", ".join(said))]
        free = self._tierslieu_rooms_free(start, stop)
        if free:
            sentences.append(
                self.env._("Free at that time: %(rooms)s.", rooms=", ".join(free[:MOST_NAMED].mapped("name")))
            )
        return " ".join(sentences)

    def _tierslieu_rooms_free(self, start, stop):
        """Return the spaces of its place that are entirely free over a stretch of time, the smallest that fit first."""
        self.ensure_one()
        spaces = self.sudo().tierslieu_place_id.space_ids.filtered(lambda space: space.seats)
        taken = self.env["tierslieu.occupancy"].sudo()._live(spaces.unit_ids, [(start, stop)]).unit_id
        people = self.seats_max if self.seats_limited else 0
        free = spaces.filtered(lambda space: space.unit_ids and not space.unit_ids & taken and space.seats >= people)
        return free.sorted(lambda space: (space.seats, space.sequence, space.id))


class EventSlot(models.Model):
    _inherit = "event.slot"

    @api.model_create_multi
    def create(self, vals_list):
        slots = super().create(vals_list)
        slots._tierslieu_take_rooms()
        return slots

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"date", "start_hour", "end_hour", "event_id"}):
            self._tierslieu_take_rooms()
        return result

    def unlink(self):
        events = self.event_id
        result = super().unlink()
        events.exists()._tierslieu_take_rooms()
        return result

    def _tierslieu_take_rooms(self):
        self.event_id.filtered(lambda event: event.is_multi_slots and event.tierslieu_space_ids)._tierslieu_take_rooms()
