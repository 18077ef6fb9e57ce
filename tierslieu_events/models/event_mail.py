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


class Registration(models.Model):
    _inherit = "event.registration"

    def _update_mail_schedulers(self):
        """Leave the mails of events that have a place to the scheduler.

        Odoo's immediate sending swallows the error by which a transaction begins again: the seat that was sold in
        it would be lost.
        """
        ours = self.filtered(lambda seat: seat.event_id._tierslieu_host_place())
        seats = ours.filtered(lambda seat: seat.state == "open")
        if seats and self.env["event.mail"].sudo().search_count(
            [("event_id", "in", seats.event_id.ids), ("interval_type", "=", "after_sub")], limit=1
        ):
            self.env.ref("event.event_mail_scheduler").sudo()._trigger()
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return super(Registration, self - ours)._update_mail_schedulers()
