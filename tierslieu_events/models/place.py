from odoo import fields, models
from odoo.fields import Domain


class Place(models.Model):
    _inherit = "tierslieu.place"

    def _programme(self, start, stop):
        """Announce the events that are published, with what is announced of bookings."""
        programme = super()._programme(start, stop)
        start, stop = fields.Datetime.to_datetime(start), fields.Datetime.to_datetime(stop)
        events = self.env["event.event"].sudo().search(self._events_domain(start, stop))
        for event in events:
            times = [(event.date_begin, event.date_end)]
            if event.is_multi_slots:
                times = [(slot.start_datetime, slot.end_datetime) for slot in event.event_slot_ids]
            programme += [
                {
                    "start": begin,
                    "stop": end,
                    "title": event.name,
                    "summary": (event.subtitle or "").strip(),
                    "space": event.tierslieu_space_ids[:1],
                    "url": event.website_url,
                }
                for begin, end in times
                if begin < stop and end > start
            ]
        return sorted(programme, key=lambda one: (one["start"], one["title"]))

    def _events_domain(self, start, stop):
        """Find the events that are published here over a range: those that take place."""
        return (
            Domain("tierslieu_place_id", "=", self.id)
            & Domain("is_published", "=", True)
            & Domain("kanban_state", "!=", "cancel")
            & Domain("date_begin", "<", stop)
            & Domain("date_end", ">", start)
        )
