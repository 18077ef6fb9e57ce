from odoo import models


class Booking(models.Model):
    _name = "tierslieu.booking"
    _inherit = ["tierslieu.booking", "tierslieu.private.notes"]

    _tierslieu_private = frozenset({"note", "override_reason", "cancel_reason"})

    def _transition(self, state, **vals):
        """Let no state be changed by who may only read: bookings are for their owner and for the team."""
        self._tierslieu_refuse_accountant()
        return super()._transition(state, **vals)


class CreditLot(models.Model):
    _name = "tierslieu.credit.lot"
    _inherit = ["tierslieu.credit.lot", "tierslieu.private.notes"]
