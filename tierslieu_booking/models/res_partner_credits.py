from odoo import fields, models


class ResPartner(models.Model):
    """The credits that someone can book with."""

    _inherit = "res.partner"

    tierslieu_credit_lot_ids = fields.One2many(
        "tierslieu.credit.lot", "partner_id", string="Credits", readonly=True,
        groups="tierslieu_base.group_host",
    )

    def credit_balance(self, credit_type, at=None):
        """Return how many credits of a type someone can book with, their organisation's included.

        :param credit_type: record or id
        :param at: local date of the slot; None: today
        :return: float, exact to the hundredth
        """
        self.ensure_one()
        self.check_access("read")
        credit_type = self.env["tierslieu.booking"]._as_record("tierslieu.credit.type", credit_type)
        lots = self.env["tierslieu.credit.lot"].sudo()
        date = fields.Date.to_date(at) or lots._today()
        usable = lots._usable(self, credit_type.sudo().company_id, date, credit_type)
        return float(sum(amount for _lot, amount in usable))
