from odoo import api, fields, models


class Unit(models.Model):
    _inherit = "tierslieu.unit"

    occupancy_ids = fields.One2many("tierslieu.occupancy", "unit_id", string="Occupancies")

    @api.model
    @api.readonly
    def planning_rows(self, domain, start, stop):
        """Return the rows of the planning, those nobody has booked included.

        :param domain: what the planning shows of `tierslieu.occupancy`; its
            conditions on the unit or its place choose the rows, the others do not
        :param start, stop: naive UTC, the stretch whose opening hours are told
        :return: list of dicts in the order of the screen: id, name, space_id,
            place_id, step (minutes), first (of its space); the first row of a
            place adds `place`: name, tz, open ([[start, stop], …] naive UTC)
        """
        start, stop = map(fields.Datetime.to_datetime, (start, stop))
        units = self.search(fields.Domain(domain).map_conditions(_on_unit))
        rows, last = [], None
        for space, unit in sorted(
            ((unit._planning_space(), unit) for unit in units), key=_planning_order
        ):
            row = {
                "id": unit.id,
                "name": unit.name,
                "space_id": space.id,
                "place_id": unit.place_id.id,
                "step": space.step or unit.place_id.step,
                "first": not rows or space != last,
            }
            if not rows or rows[-1]["place_id"] != unit.place_id.id:
                row["place"] = unit.place_id._planning_hours(start, stop)
            rows.append(row)
            last = space
        return rows

    def _planning_space(self):
        """Return the space that a booking on this row means: the smallest."""
        self.ensure_one()
        return self.space_ids.sorted(lambda space: (len(space.unit_ids), space.sequence))[:1]

    def _future_claims(self, limit=5, space=None):
        """Name the live claims that end in the future on these units."""
        claims = super()._future_claims(limit=limit, space=space)
        of_space = fields.Domain("booking_id.space_id", "=", space.id) if space else []
        rows = self.env["tierslieu.occupancy"].sudo().search(
            fields.Domain("unit_id", "in", self.ids)
            & fields.Domain(of_space)
            & self.env["tierslieu.occupancy"]._live_domain()
            & (
                fields.Domain("stop", "=", False)
                | fields.Domain("stop", ">", fields.Datetime.now())
            ),
            limit=limit,
        )
        return claims + [row._sentence() for row in rows]


def _on_unit(condition):
    """Turn a condition on occupancies into one on their units, or into none."""
    path, operator, value = condition.field_expr, condition.operator, condition.value
    root, _dot, rest = path.partition(".")
    if root == "place_id":
        return fields.Domain(path, operator, value)
    if root != "unit_id":
        return fields.Domain.TRUE
    if rest:
        return fields.Domain(rest, operator, value)
    if operator in ("any", "not any"):
        return value if operator == "any" else ~value
    return fields.Domain("name" if "like" in operator else "id", operator, value)


def _planning_order(pair):
    """Order rows by place, rooms before rows of desks, by space, then as the units are counted."""
    space, unit = pair
    return (
        unit.place_id.sequence,
        unit.place_id.id,
        space.allocation == "any",
        space.sequence if space else float("inf"),
        space.id,
        unit.sequence,
        unit.id,
    )
