import re

from odoo import fields, models
from odoo.exceptions import UserError

MOST_UNITS = 500
MOST_SEATS = 10_000


class Setup(models.Model):
    """Third step: what people book, from ready-made kinds."""

    _inherit = "tierslieu.setup"

    def _is_there_spaces(self):
        return bool(self.place_id.space_ids)

    # -- What is asked

    def _page_spaces(self):
        _ = self.env._
        made = self._made_spaces()
        kinds = self._kinds()
        notes = []
        others = self.place_id.space_ids - made
        if others:
            notes.append(
                _("Already there: %(spaces)s. They stay as they are.", spaces=", ".join(others.mapped("name")))
            )
        rows = [
            self._space_row(kind, made.filtered(lambda one, its=kind: one.setup_key == its["key"]))
            for kind in kinds
        ]
        by_key = {kind["key"]: kind for kind in kinds}
        rows += [
            self._space_row(by_key[space.setup_key.split("-")[0]], space)
            for space in made.filtered(lambda one: "-" in one.setup_key)
        ]
        return {
            "title": _("What can people book?"),
            "intro": _("Tick what you have: the usual figures are there, change those that differ."),
            "notes": notes,
            "fields": [
                self._field(
                    "spaces", "table", _("Spaces"), columns=self._space_columns(), ticks=True,
                    add=[{"key": kind["key"], "label": kind["name"]} for kind in kinds],
                    add_label=_("Another space"),
                )
            ],
            "values": {"spaces": rows},
        }

    def _made_spaces(self):
        """Return the spaces of the place that the assistant made."""
        return self.place_id.space_ids.filtered("setup_key")

    def _space_columns(self):
        """Return the columns of the table, after the tick."""
        _ = self.env._
        return [
            {"name": "name", "kind": "text", "label": _("Name")},
            {"name": "unit_count", "kind": "number", "label": _("How many"),
             "help": _("How many of them: desks, rooms, lockers.")},
            {"name": "seats", "kind": "number", "label": _("People"), "help": _("In each.")},
        ]

    def _space_row(self, kind, space):
        """Return the row of a kind: as the space that it made, or as it would make it."""
        amenities = space.amenity_ids.mapped("name") if space else [
            self._ready_amenities()[key][0] for key in kind["amenities"]
        ]
        return {
            "key": space.setup_key or kind["key"],
            "icon": kind["icon"],
            "ticked": bool(space) or (kind.get("ticked", False) and not self.place_id.space_ids),
            # What is there goes away from the list of spaces, where its bookings are seen.
            "locked": bool(space),
            "hint": " · ".join([kind["subtitle"], *amenities]),
            "name": space.name or kind["name"],
            "unit_count": space.unit_count if space else kind["unit_count"],
            "seats": space.seats if space else kind["seats"],
        }

    # -- What is written

    def _apply_spaces(self, answers):
        """Make the spaces that are ticked; bring those that are there up to date."""
        kinds = {kind["key"]: kind for kind in self._kinds()}
        rows = [row for row in answers.rows("spaces") if row.get("ticked") is True]
        made = {space.setup_key: space for space in self._made_spaces()}
        read = {}
        for row in rows:
            key = row["key"]
            kind = kinds.get(key.split("-")[0])
            if not kind or not re.fullmatch(r"[a-z]+(-[0-9]{1,3})?", key) or key in read:
                answers.refuse(self.env._("Spaces"))
            read[key] = self._read_space(answers, kind, row)
        if not read and not self.place_id.space_ids:
            raise UserError(self.env._("Tick one space at least, or pass this step for now."))
        self._refuse_same_names(read, made)
        place = self._ensure_place()
        for sequence, (key, values) in enumerate(read.items(), start=1):
            kind = kinds[key.split("-")[0]]
            space = made.get(key)
            if space:
                self._update_space(space, values)
            else:
                space = self._make_space(place, kind, key, values, 10 * sequence)
            self._price_space(space, kind, values)

    def _read_space(self, answers, kind, row):
        """Return the answers of a row: `name`, `unit_count`, `seats`."""
        said = row.get("name") if isinstance(row.get("name"), str) else kind["name"]
        name = type(answers)(self.env, row).text(
            "name", self.env._("Name of the space"), required=True, most=60
        )
        return {
            "name": name,
            "unit_count": answers.read_number(
                row.get("unit_count"), self.env._("%(space)s, how many", space=said[:60]),
                1, MOST_UNITS, whole=True,
            ),
            "seats": answers.read_number(
                row.get("seats"), self.env._("%(space)s, people", space=said[:60]),
                0, MOST_SEATS, whole=True, required=False,
            ) or 0,
        }

    def _refuse_same_names(self, read, made):
        """Refuse two spaces that people could not tell apart."""
        kept = self.place_id.space_ids.filtered(lambda space: space.setup_key not in read)
        names = [space.name for space in kept] + [values["name"] for values in read.values()]
        seen = set()
        for name in names:
            if name.casefold() in seen:
                raise UserError(
                    self.env._("Two spaces are called %(name)s: give one another name.", name=name)
                )
            seen.add(name.casefold())

    def _make_space(self, place, kind, key, values, sequence):
        several = values["unit_count"] > 1 or kind["kind"] in ("coworking", "locker")
        return self.env["tierslieu.space"].create(
            {
                "place_id": place.id,
                "setup_key": key,
                "sequence": sequence,
                "kind": kind["kind"],
                "subtitle": kind["subtitle"],
                "allocation": "any" if several else "all",
                "unit_prefix": kind.get("unit_prefix", False),
                "step": kind.get("step", 0),
                "is_bookable": kind.get("is_bookable", True),
                "amenity_ids": [fields.Command.set(self._amenities(kind["amenities"]).ids)],
                **{name: values[name] for name in ("name", "unit_count", "seats")},
            }
        )

    def _update_space(self, space, values):
        """Write what differs; a room of which there are now two is given one at a time."""
        changed = {name: value for name, value in values.items() if name in space and space[name] != value}
        if changed.get("unit_count", 0) > 1 and space.allocation == "all" and space.unit_count == 1:
            changed["allocation"] = "any"
        if changed:
            space.write(changed)

    def _price_space(self, space, kind, values):
        """Give a space its prices: the layer that sells time adds them."""
