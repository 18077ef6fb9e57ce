from odoo import models


class Booking(models.Model):
    _name = "tierslieu.booking"
    _inherit = ["tierslieu.booking", "tierslieu.private.notes"]

    _tierslieu_private = frozenset({"note", "override_reason", "cancel_reason"})


class CreditLot(models.Model):
    _name = "tierslieu.credit.lot"
    _inherit = ["tierslieu.credit.lot", "tierslieu.private.notes"]
