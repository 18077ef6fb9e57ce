from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What is kept about who comes to events: their names for a while, their number for good."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._

        def belongs(partners):
            emails = [email for email in partners.mapped("email_normalized") if email]
            return ["|", ("partner_id", "in", partners.ids), ("email", "in", emails)]

        return [
            *super()._rules(),
            Rule(
                key="events.registration",
                model="event.registration",
                label=_("Seats at events"),
                purpose=_("Welcoming you at an event, and telling you when something changes"),
                legal=_("Performance of the contract, then the time for a claim (Code civil, article 2224)"),
                action="pseudonymise",
                keep=36,
                domain=[("name", "!=", False)],
                due=lambda limit: [("event_id.date_end", "<", limit)],
                person=belongs,
                erasure="pseudonymise",
                pseudonymise=lambda records: records._tierslieu_pseudonymise(),
                chatter=True,
                fields=("event_id", "event_ticket_id", "event_slot_id", "name", "email", "phone", "state"),
            ),
            Rule(
                key="events.proposal",
                model="tierslieu.event.proposal",
                label=_("Events that you proposed"),
                purpose=_("Finding a room and a day with you, and answering you"),
                legal=_("Steps taken at your request, then the time for a claim (Code civil, article 2224)"),
                action="delete",
                keep=36,
                date_field="create_date",
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="delete",
                chatter=True,
                fields=("name", "description", "wished", "people", "price_wished", "state", "answer", "event_id"),
            ),
        ]


class Registration(models.Model):
    _inherit = "event.registration"

    def _tierslieu_pseudonymise(self):
        """Keep that somebody came, and forget who."""
        self.registration_answer_ids.unlink()
        self.write({"name": False, "email": False, "phone": False, "company_name": False, "partner_id": False})


class Partner(models.Model):
    _inherit = "res.partner"

    def _tierslieu_erasure_obstacles(self):
        """Nobody is erased while they have a seat at an event to come."""
        obstacles = super()._tierslieu_erasure_obstacles()
        if obstacles:
            return obstacles
        coming = self.env["event.registration"].sudo().search(
            [
                ("partner_id", "in", self._tierslieu_with_addresses().ids), ("state", "in", ("draft", "open")),
                ("event_id.date_end", ">", fields.Datetime.now() - relativedelta(days=1)),
            ]
        )
        return [
            self.env._("They have a seat at %(event)s: cancel it first.", event=event.name) for event in coming.event_id
        ]
