from odoo import fields, models


class SeatClaim(models.Model):
    """A seat of a pool that is taken, or held: written by `seat_ledger` alone."""

    _name = "tierslieu.seat.claim"
    _description = "Claimed seat"
    _log_access = False
    _rec_name = "token"

    token = fields.Char(required=True, readonly=True, help="That of the registration it is for.")
    pool_id = fields.Many2one("tierslieu.seat.pool", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="pool_id.event_id.company_id")
    xid = fields.Char(required=True, readonly=True, help="The transaction that asked for it.")
    born_at = fields.Datetime(required=True, readonly=True)

    _once = models.Constraint("UNIQUE (token, pool_id)", "This seat is claimed already.")
