import math

from odoo import models

from ..kernels import plan

# Wider than high on a desk, higher than wide in a hand: (name, width, ratio, on its side).
DRAWINGS = (("wide", 730, 0.68, False), ("tall", 358, 2.1, True))
# What is written in a room stands above its furniture.
LABEL, WALL = 74, 3
# Beyond, a plan is a mosaic: the list says it better.
MOST_DRAWN = 40


class Place(models.Model):
    """A plan of the place, drawn from its spaces and their units."""

    _inherit = "tierslieu.place"

    def _plan(self, spaces=None):
        """Return what the plan of this place shows.

        Each unit is drawn once, in the smallest space that has it: a space made
        of others, as the whole floor is, has no room of its own.

        :param spaces: those shown, by default those that visitors may book
        :return: dict: `spaces` (records), `now` ({space: see `_now_of`}) and
            `drawings` (dicts: `name`, `width`, `height`, `rooms`), none of
            them when there is nothing to draw or too much
        """
        self.ensure_one()
        place = self.sudo()
        if spaces is None:
            spaces = place.space_ids._online(place.company_id, [("place_id", "=", place.id)])
        now = spaces._now_of(spaces)
        own = place._drawn_units(spaces)
        drawn = [space for space in spaces if own[space]]
        if not 0 < len(drawn) <= MOST_DRAWN:
            drawn = []
        drawings = [
            place._drawing(drawn, own, now, *drawing) for drawing in DRAWINGS if drawn
        ]
        return {"spaces": spaces, "now": now, "drawings": drawings}

    def _drawn_units(self, spaces):
        """Return {space: the units that its room shows}."""
        seen, own = self.env["tierslieu.unit"], {}
        for space in spaces.sorted(lambda space: len(space.unit_ids)):
            own[space] = space.unit_ids - seen
            seen |= space.unit_ids
        return own

    def _drawing(self, spaces, own, now, name, width, ratio, upright):
        weights = [space._plan_weight(own[space]) for space in spaces]
        cells = [space._plan_cell_on_grid() for space in spaces]
        boxes, height = plan.rooms(weights, cells, width, ratio, upright)
        return {
            "name": name,
            "width": width,
            "height": math.ceil(height),
            "rooms": [
                space._plan_room(box.inset(WALL), own[space], now[space])
                for space, box in zip(spaces, boxes, strict=True)
            ],
        }


class Space(models.Model):
    _inherit = "tierslieu.space"

    def _plan_count(self, units):
        """Return how many desks, seats or machines its room shows."""
        return len(units) if self.allocation == "any" else self.seats or len(units)

    def _plan_weight(self, units):
        """Return how large it is beside the others: its people, tempered."""
        return 2 + math.sqrt(min(self._plan_count(units), 100))

    def _plan_room(self, box, units, now):
        """Return the room of a space: where it is, what stands in it and what is said of it."""
        inside = plan.Box(box.x, box.y + LABEL, box.w, box.h - LABEL).inset(8)
        free = [unit.id in now["free"] for unit in units.sorted(lambda one: (one.sequence, one.id))]
        # Of a place that is closed nothing is taken, nothing is free.
        by_unit = self.allocation == "any" and len(free) > 1 and now["state"] != "closed"
        return {
            "space": self,
            "box": box,
            "label": box.inset(8),
            "state": now["state"],
            "word": now["word"],
            "shapes": [
                (shape, free[shape.unit] if by_unit and shape.unit is not None else None)
                for shape in plan.furniture(self.kind, self._plan_count(units), inside)
            ],
        }
