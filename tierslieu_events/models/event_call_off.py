import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.tools import step_alone

from .registration_cancel import SILENT, WAIVED

_logger = logging.getLogger(__name__)

SHORTEST = 3
LONGEST = 500
# What stands of an event that is called off, and is still to be settled.
WAITING = ("draft", "open")


class Event(models.Model):
    """An event that the place calls off: its room is free, everyone is told and has their money back, once."""

    _inherit = "event.event"

    tierslieu_called_off_at = fields.Datetime(string="Called off on", readonly=True, copy=False)
    tierslieu_called_off_why = fields.Char(string="Called off because", readonly=True, copy=False)
    tierslieu_to_settle = fields.Integer(
        compute="_compute_tierslieu_to_settle", string="Seats to settle",
        help="Of an event that does not take place: people who are not told yet.",
    )

    @api.depends("kanban_state", "registration_ids.state")
    def _compute_tierslieu_to_settle(self):
        for event in self:
            standing = event.sudo().registration_ids.filtered(lambda seat: seat.state in WAITING)
            event.tierslieu_to_settle = len(standing) if event.kanban_state == "cancel" else 0

    def action_tierslieu_call_off(self):
        """Ask why, before it is called off."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Call the event off"),
            "res_model": "tierslieu.event.call.off",
            "view_mode": "form",
            "target": "new",
            "context": {"default_event_id": self.id, "dialog_size": "medium"},
        }

    def tierslieu_call_off(self, why):
        """Call events off: their rooms are free at once, people are told and refunded one after the other.

        :param why: what people read
        """
        self.check_access("write")
        why = typed.one_line(why, LONGEST)
        if len(why) < SHORTEST:
            raise UserError(self.env._("Say why it is called off: people read it."))
        self.write(
            {
                "kanban_state": "cancel", "tierslieu_called_off_why": why,
                "tierslieu_called_off_at": fields.Datetime.now(),
            }
        )
        self.env.ref("tierslieu_events.cron_call_off").sudo()._trigger()
        return True

    def write(self, vals):
        """Forget that it was called off once it takes place again."""
        if vals.get("kanban_state", "cancel") != "cancel" and any(self.mapped("tierslieu_called_off_at")):
            vals = vals | {"tierslieu_called_off_at": False, "tierslieu_called_off_why": False}
        return super().write(vals)

    @api.model
    def _cron_call_off(self):
        """Settle the seats of events that were called off: one buyer at a time, kept as soon as it is done."""
        commit = self.env["ir.cron"]._commit_progress
        called_off = self.search([("tierslieu_called_off_at", "!=", False), ("kanban_state", "=", "cancel")])
        groups = [
            (event, seats)
            for event in called_off
            for seats in event.registration_ids.filtered(
                lambda seat: seat.state in WAITING
            )._tierslieu_groups_of_payers()
        ]
        commit(remaining=len(groups))
        for event, seats in groups:
            step_alone(seats, f"seats {event.id} {seats[0].id}", commit, event._call_off_failed)
            commit(1)

    def _call_off_failed(self):
        """Leave to a person the people whose seats could not be settled."""
        _logger.exception("%s: calling it off failed", self)
        event = self.sudo()
        if not event.activity_ids:
            event.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=self.env._("Some people could not be told or refunded: see who still has a seat."),
                user_id=(event.user_id or self.env.ref("base.user_admin")).id,
            )


class Registration(models.Model):
    _inherit = "event.registration"

    def _tierslieu_groups_of_payers(self):
        """Return these seats in groups: those of one payer together."""
        by_payer = self._tierslieu_by_payer()
        nobody = self - self.browse().union(*by_payer.values())
        return [*by_payer.values(), *nobody]

    def _step(self, _commit):
        """Give back the seats of one payer of an event that is called off, and tell them."""
        seats = self.exists().filtered(lambda seat: seat.state in WAITING)
        event = seats.event_id
        if not event.tierslieu_called_off_at or event.kanban_state != "cancel":
            return
        seats.with_context(**{WAIVED: True, SILENT: True}).write({"state": "cancel"})
        seats._tierslieu_write_to_all(
            "tierslieu_events.mail_template_event_called_off", why=event.tierslieu_called_off_why
        )

    @api.constrains("state", "event_id")
    def _check_tierslieu_takes_place(self):
        """Give no seat at an event that was called off; a cart is not paid either."""
        for seat in self.sudo().filtered(lambda one: one.active and one.state == "open"):
            seat._tierslieu_require_event()

    def _tierslieu_require_event(self):
        """Refuse what is of an event that was called off."""
        for event in self.event_id.filtered("tierslieu_called_off_at"):
            raise ValidationError(self.env._("%(event)s does not take place.", event=event.name))
