from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .seat_ledger import Pool, reader


class EventQuota(models.Model):
    """Seats that several tickets, or several slots, share: the first who come have them.

    Several quotas may count one ticket: it is sold while all of them have a seat.
    """

    _name = "tierslieu.event.quota"
    _description = "Quota of seats"
    _order = "event_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    event_id = fields.Many2one("event.event", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="event_id.company_id", store=True, index=True)
    size = fields.Integer(string="Seats", required=True, default=10, help="0: none is sold any more.")
    ticket_ids = fields.Many2many(
        "event.event.ticket", "tierslieu_event_quota_ticket_rel", "quota_id", "ticket_id", string="Tickets",
        required=True, domain="[('event_id', '=', event_id)]",
    )
    slot_ids = fields.Many2many(
        "event.slot", "tierslieu_event_quota_slot_rel", "quota_id", "slot_id", string="Slots",
        domain="[('event_id', '=', event_id)]", help="None: all of them together.",
    )
    seats_left = fields.Integer(compute="_compute_seats_left", string="Left")

    _size = models.Constraint("CHECK (size >= 0)", "A quota has no fewer seats than none.")

    @api.depends("size", "ticket_ids", "slot_ids", "event_id.registration_ids.state")
    def _compute_seats_left(self):
        for quota in self:
            event = quota.event_id
            pool = Pool("quota", event._origin.id, quota=quota._origin.id)
            known = reader(self.env, event._origin.ids).taken([pool]) if pool.quota and pool.event else {}
            quota.seats_left = max(quota.size - known.get(pool, (0, 0))[0], 0)

    @api.constrains("event_id", "ticket_ids", "slot_ids")
    def _check_event(self):
        for quota in self:
            if (quota.ticket_ids.event_id | quota.slot_ids.event_id) - quota.event_id:
                raise ValidationError(
                    self.env._("%(quota)s counts tickets and slots of its own event.", quota=quota.name)
                )
            if not quota.ticket_ids:
                raise ValidationError(self.env._("%(quota)s counts no ticket: choose at least one.", quota=quota.name))

    @api.model_create_multi
    def create(self, vals_list):
        quotas = super().create(vals_list)
        quotas.event_id._tierslieu_count_again()
        return quotas

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"size", "ticket_ids", "slot_ids"}):
            self.event_id._tierslieu_count_again()
        return result
