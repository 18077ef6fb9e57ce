from odoo import models


class EventType(models.Model):
    _inherit = "event.type"

    def _default_event_mail_type_ids(self):
        """Send each seat with the code that its door reads, and a reminder the day before, where there is a place."""
        template = self.env.ref("tierslieu_events.mail_template_seat", raise_if_not_found=False)
        reminder = self.env.ref("tierslieu_events.mail_template_seat_reminder", raise_if_not_found=False)
        places = self.env["tierslieu.place"].sudo().search_count([("company_id", "=", self.env.company.id)], limit=1)
        if not places or not template or not reminder:
            return super()._default_event_mail_type_ids()
        return [
            (0, 0, {
                "interval_nbr": 0, "interval_unit": "now", "interval_type": "after_sub",
                "template_ref": f"mail.template, {template.id}",
            }),
            (0, 0, {
                "interval_nbr": 1, "interval_unit": "days", "interval_type": "before_event",
                "template_ref": f"mail.template, {reminder.id}",
            }),
        ]
