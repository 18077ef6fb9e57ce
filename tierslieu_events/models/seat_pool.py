from odoo import fields, models


class SeatPool(models.Model):
    """A number of seats that runs out: of an event, of one of its slots, of a ticket, of a quota, of a voucher.

    How many there are is said by what it is of; how many are claimed is
    counted here, by `seat_ledger` alone.
    """

    _name = "tierslieu.seat.pool"
    _description = "Seats that run out"
    _log_access = False
    _rec_name = "key"

    key = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [("event", "Event"), ("slot", "Slot"), ("ticket", "Ticket"), ("quota", "Quota"), ("voucher", "Voucher")],
        required=True, readonly=True,
    )
    event_id = fields.Many2one("event.event", required=True, index=True, ondelete="cascade", readonly=True)
    slot_id = fields.Many2one("event.slot", index="btree_not_null", ondelete="cascade", readonly=True)
    ticket_id = fields.Many2one("event.event.ticket", index="btree_not_null", ondelete="cascade", readonly=True)
    quota_id = fields.Many2one("tierslieu.event.quota", index="btree_not_null", ondelete="cascade", readonly=True)
    voucher_id = fields.Many2one("tierslieu.event.voucher", index="btree_not_null", ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="event_id.company_id")
    used = fields.Integer(required=True, default=0, readonly=True, string="Claimed")

    _once = models.Constraint("UNIQUE (key)", "These seats are counted already.")
    _positive = models.Constraint("CHECK (used >= 0)", "No fewer seats than none are claimed.")
