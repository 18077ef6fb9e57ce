from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import as_record, figures

from .credit_type import exact


class ResPartner(models.Model):
    """The credits that someone can book with."""

    _inherit = "res.partner"

    tierslieu_credit_lot_ids = fields.One2many(
        "tierslieu.credit.lot", "partner_id", string="Credits", readonly=True,
        groups="tierslieu_base.group_host",
    )

    tierslieu_credits_left = fields.Char(
        compute="_compute_tierslieu_credits", compute_sudo=True, groups="tierslieu_base.group_host",
        string="Credits left", help="What they can book with today, the credits of their organisation included.",
    )
    tierslieu_credits_said = fields.Char(
        compute="_compute_tierslieu_credits", compute_sudo=True, groups="tierslieu_base.group_host",
        string="Credits left, without their names",
    )

    @api.depends(
        "tierslieu_credit_lot_ids.balance", "tierslieu_credit_lot_ids.last_day",
        "commercial_partner_id.tierslieu_credit_lot_ids.balance",
    )
    @api.depends_context("allowed_company_ids")
    def _compute_tierslieu_credits(self):
        """Add up by type, in one query for the whole list."""
        lots = self.env["tierslieu.credit.lot"]
        domain = lots._usable_domain_of(self, self.env.companies, lots._today()) & Domain("balance", ">", 0)
        found = lots.search(domain).grouped("partner_id")
        for partner in self:
            mine, organisation = defaultdict(int), partner.commercial_partner_id
            for lot in found.get(partner, lots):
                mine[lot.type_id] += exact(lot.balance)
            for lot in found.get(organisation, lots) if organisation != partner else ():
                if lot.is_shared:
                    mine[lot.type_id] += exact(lot.balance)
            types = sorted(mine, key=lambda each: (each.sequence, each.id))
            partner.tierslieu_credits_left = ", ".join(each.say(float(mine[each])) for each in types)
            partner.tierslieu_credits_said = " + ".join(figures(self.env, float(mine[each])) for each in types) or "0"

    def action_view_tierslieu_credits(self):
        """Open the credits that this person can book with, those of the organisation too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_booking.action_credit_lot")
        theirs = Domain("partner_id", "=", self.id)
        shared = Domain("is_shared", "=", True) & Domain("partner_id", "=", self.commercial_partner_id.id)
        return action | {
            "domain": list(theirs | shared),
            # Both wizards begin with this person.
            "context": {"tierslieu_partner_id": self.id},
        }

    def action_sell_tierslieu_pack(self):
        """Open the sale of a pack, for this person."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_booking.action_credit_sale")
        return action | {"context": {"tierslieu_partner_id": self.id, "dialog_size": "medium"}}

    def credit_balance(self, credit_type, at=None):
        """Return how many credits of a type someone can book with, their organisation's included.

        :param credit_type: record or id
        :param at: local date of the slot; None: today
        :return: float, exact to the hundredth
        """
        self.ensure_one()
        self.check_access("read")
        credit_type = as_record(self.env, "tierslieu.credit.type", credit_type)
        lots = self.env["tierslieu.credit.lot"].sudo()
        date = fields.Date.to_date(at) or lots._today()
        usable = lots._usable(self, credit_type.sudo().company_id, date, credit_type)
        return float(sum(amount for _lot, amount in usable))
