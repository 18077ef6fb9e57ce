from odoo import api, models

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.models.import_kind import LineError


class ImportKind(models.AbstractModel):
    """What several kinds say of a place and its spaces."""

    _inherit = "tierslieu.import.kind"

    @api.model
    def _know_places(self, run):
        """Read the places of the company and their spaces, by name, once for all the lines."""
        places = self.env["tierslieu.place"].sudo().search([("company_id", "=", run.company.id)])
        run.known["places"] = {typed.plain(place.name): place.id for place in places}
        run.known["spaces"] = spaces = {}
        for space in places.space_ids:
            spaces.setdefault((space.place_id.id, typed.plain(space.name)), space.id)

    @api.model
    def _place_of(self, values, run):
        """Return the place that a line names, or the only one there is."""
        places, name = run.known["places"], values.get("place")
        found = places.get(typed.plain(name)) if name else len(places) == 1 and next(iter(places.values()))
        if not found:
            raise LineError(
                self.env._("No place is called %(name)s.", name=name)
                if name else self.env._("This line does not say in which place."),
                "place", self._advise_places(run),
            )
        return self.env["tierslieu.place"].sudo().browse(found)

    @api.model
    def _advise_places(self, run):
        places = self.env["tierslieu.place"].sudo().browse(run.known["places"].values())
        if not places:
            return self.env._("Create the place first, with its opening hours.")
        return self.env._("Choose among: %(choices)s.", choices=", ".join(places.mapped("name")))

    @api.model
    def _space_of(self, values, place, run):
        """Return the space that a line names; empty when there is none of this name."""
        found = run.known["spaces"].get((place.id, typed.plain(values["space"])))
        # A line that failed took the space that it had made along.
        return self.env["tierslieu.space"].sudo().browse(found).exists()
