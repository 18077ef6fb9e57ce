from odoo import api, models


class Setup(models.Model):
    """The ready-made kinds of spaces, as one meets them in tiers-lieux."""

    _inherit = "tierslieu.setup"

    @api.model
    def _kinds(self):
        """Return the kinds: dicts of `key`, `icon`, `ticked` (most places have it) and values of a space.

        `amenities` are keys of `_ready_amenities`.
        """
        _ = self.env._
        return [
            {
                "key": "nomad", "icon": "fa-laptop", "ticked": True,
                "name": _("Coworking"), "subtitle": _("A desk for an hour, a day or a month"),
                "kind": "coworking", "unit_prefix": _("Desk"), "unit_count": 12, "seats": 1,
                "amenities": ("wifi", "coffee"),
            },
            {
                "key": "resident", "icon": "fa-user-circle-o", "is_bookable": False,
                "name": _("Resident desks"), "subtitle": _("A desk of one's own"),
                "kind": "coworking", "unit_prefix": _("Resident desk"), "unit_count": 8, "seats": 1,
                "amenities": ("wifi", "coffee"),
            },
            {
                "key": "meeting", "icon": "fa-users", "ticked": True,
                "name": _("Meeting room"), "subtitle": _("Meetings and workshops"),
                "kind": "meeting", "unit_count": 1, "seats": 12,
                "amenities": ("screen", "video", "board", "wifi"),
            },
            {
                "key": "lounge", "icon": "fa-coffee", "ticked": True,
                "name": _("Small lounge"), "subtitle": _("For an appointment, a session, an interview"),
                "kind": "lounge", "unit_count": 1, "seats": 4,
                "amenities": ("quiet", "wifi"),
            },
            {
                "key": "hall", "icon": "fa-glass",
                "name": _("Friendly space"), "subtitle": _("Sixty people standing, forty seated"),
                "kind": "hall", "unit_count": 1, "seats": 60,
                "amenities": ("screen", "kitchen", "step_free"),
            },
            {
                "key": "office", "icon": "fa-building-o",
                "name": _("Closed office"), "subtitle": _("An office for three"),
                "kind": "office", "unit_prefix": _("Office"), "unit_count": 2, "seats": 3,
                "amenities": ("quiet", "wifi"),
            },
            {
                "key": "kitchen", "icon": "fa-cutlery",
                "name": _("Kitchen table"), "subtitle": _("A lunch of the team, a cooking workshop"),
                "kind": "kitchen", "unit_count": 1, "seats": 10,
                "amenities": ("kitchen", "coffee"),
            },
            {
                "key": "locker", "icon": "fa-lock", "is_bookable": False,
                "name": _("Lockers"), "subtitle": _("One's things, under lock and key"),
                "kind": "locker", "unit_prefix": _("Locker"), "unit_count": 12, "seats": 0,
                "amenities": (),
            },
            {
                "key": "machine", "icon": "fa-cogs",
                "name": _("Machine"), "subtitle": _("A laser cutter, a 3D printer, a loom"),
                "kind": "machine", "unit_count": 1, "seats": 1, "step": 30,
                "amenities": (),
            },
            {
                "key": "studio", "icon": "fa-microphone",
                "name": _("Studio"), "subtitle": _("Sound, pictures, podcasts"),
                "kind": "studio", "unit_count": 1, "seats": 4, "step": 60,
                "amenities": ("quiet", "wifi"),
            },
        ]

    @api.model
    def _ready_amenities(self):
        """Return what the ready-made kinds offer: {key: (name, icon)}."""
        _ = self.env._
        return {
            "wifi": (_("Fast internet"), "fa-wifi"),
            "coffee": (_("Coffee and tea"), "fa-coffee"),
            "screen": (_("Big screen"), "fa-television"),
            "video": (_("Video calls"), "fa-video-camera"),
            "board": (_("White board"), "fa-pencil-square-o"),
            "quiet": (_("Quiet"), "fa-volume-off"),
            "kitchen": (_("Kitchen"), "fa-cutlery"),
            "step_free": (_("Step-free access"), "fa-wheelchair"),
        }

    def _amenities(self, keys):
        """Return the amenities of these keys, made when nobody made them yet.

        Each is known by an external id: renamed or translated, it stays the same.
        """
        found = self.env["tierslieu.amenity"]
        for key in keys:
            name, icon = self._ready_amenities()[key]
            xmlid = f"tierslieu_base.setup_amenity_{key}"
            amenity = self.env.ref(xmlid, raise_if_not_found=False)
            if not amenity:
                amenity = found.search([("name", "=ilike", name)], limit=1) or found.create(
                    {"name": name, "icon": icon}
                )
                self.env["ir.model.data"]._update_xmlids(
                    [{"xml_id": xmlid, "record": amenity, "noupdate": True}]
                )
            found |= amenity
        return found.filtered("active")
