from odoo import api, models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    @api.constrains("tz", "flexible_hours")
    def _check_tierslieu_places(self):
        """Keep the hours of a place readable when they are edited by themselves."""
        if not self.env.context.get("tierslieu_place_moves"):
            self.env["tierslieu.place"]._of_calendars(self)._check_calendar()
