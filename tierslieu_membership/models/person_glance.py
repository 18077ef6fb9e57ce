from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

NEXT_SHOWN = 3


class Partner(models.Model):
    """A person in one look: in order or not, what they owe, what they have, when they come."""

    _inherit = "res.partner"

    tierslieu_order_said = fields.Char(
        string="In order", compute="_compute_tierslieu_glance", groups="tierslieu_base.group_host"
    )
    tierslieu_owed_said = fields.Char(
        string="Owes", compute="_compute_tierslieu_glance", groups="tierslieu_base.group_host"
    )
    tierslieu_owes = fields.Boolean(
        string="To chase", compute="_compute_tierslieu_glance", search="_search_tierslieu_owes",
        groups="tierslieu_base.group_host", help="Has an invoice that is due and not paid.",
    )
    tierslieu_has_said = fields.Char(
        string="Plan and credits", compute="_compute_tierslieu_glance", groups="tierslieu_base.group_host"
    )
    tierslieu_comes_said = fields.Char(
        string="Comes", compute="_compute_tierslieu_glance", groups="tierslieu_base.group_host"
    )

    @api.depends_context("company", "lang")
    def _compute_tierslieu_glance(self):
        company = self.env.company
        for partner in self:
            person = partner.sudo()
            owed = person._tierslieu_owed_moves(company)
            partner.tierslieu_order_said = person._tierslieu_say_order()
            partner.tierslieu_owes = bool(owed)
            partner.tierslieu_owed_said = person._tierslieu_say_owed(owed, company)
            partner.tierslieu_has_said = person._tierslieu_say_has(company)
            partner.tierslieu_comes_said = person._tierslieu_say_comes(company)

    @api.model
    def _search_tierslieu_owes(self, operator, value):
        """Find who belongs here and has not paid in time: members, those on a plan, their organisations."""
        if operator != "in":
            return NotImplemented
        company = self.env.company
        late = self.env["account.move"].sudo().search(
            self._tierslieu_unpaid_domain()
            & Domain("company_id", "=", company.id)
            & Domain("invoice_date_due", "<=", company._tierslieu_today())
        )
        contracts = self.env["contract.contract"].sudo().search(
            [("tierslieu_plan_id", "!=", False), ("company_id", "=", company.id)]
        )
        adhesions = self.env["membership.membership_line"].sudo().search(
            [("tierslieu_scope", "!=", False), ("company_id", "=", company.id)]
        )
        payers = contracts.partner_id | contracts.invoice_partner_id | adhesions.partner_id
        owing = late.partner_id & (self.sudo().search(self._tierslieu_people_domain()) | payers)
        found = Domain("id", "in", owing.ids)
        return found if True in value else ~found

    def _tierslieu_say_order(self):
        """Say the adhesion, and what else a host should know."""
        _ = self.env._
        labels = dict(self._fields["tierslieu_adhesion_state"]._description_selection(self.env))
        state, until = self.tierslieu_adhesion_state, self.tierslieu_adhesion_until
        said = _("Adhesion: %(state)s", state=labels.get(state, ""))
        if until:
            said = _("%(said)s, until %(date)s", said=said, date=format_date(self.env, until))
        parts = [said]
        if self.tierslieu_charter_state == "waiting":
            parts.append(_("charter not accepted"))
        return " · ".join(parts)

    @api.model
    def _tierslieu_unpaid_domain(self):
        """Domain of the invoices and receipts that are not paid in full."""
        return (
            Domain("move_type", "in", ("out_invoice", "out_receipt"))
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial"))
        )

    def _tierslieu_owed_moves(self, company):
        """Return what this person, or their organisation, has not paid in full."""
        return self.env["account.move"].sudo().search(
            self._tierslieu_unpaid_domain()
            & Domain("company_id", "=", company.id)
            & Domain("commercial_partner_id", "=", self.commercial_partner_id.id),
            order="invoice_date_due, id",
        )

    def _tierslieu_say_owed(self, moves, company):
        if not moves:
            return self.env._("nothing")
        total = company.currency_id.format(sum(moves.mapped("amount_residual_signed")))
        due = moves[0].invoice_date_due or moves[0].invoice_date
        words = {"total": total, "date": format_date(self.env, due)}
        if due > company._tierslieu_today():
            return self.env._("%(total)s, to pay by %(date)s", **words)
        return self.env._("%(total)s, to pay since %(date)s", **words)

    def _tierslieu_say_has(self, company):
        """Say plans with their desk, and the credits that are left."""
        contracts = self.env["contract.contract"].sudo().search(
            [
                ("tierslieu_plan_id", "!=", False), ("partner_id", "=", self.id), ("company_id", "=", company.id),
                "|", ("date_end", "=", False), ("date_end", ">=", company._tierslieu_today()),
            ]
        )
        said = [
            " · ".join(filter(None, [contract.tierslieu_plan_id.name, contract.tierslieu_units]))
            for contract in contracts
        ]
        if self.tierslieu_credits_left:
            said.append(self.tierslieu_credits_left)
        return ", ".join(said) or self.env._("nothing")

    def _tierslieu_say_comes(self, company):
        """Say the next bookings."""
        bookings = self.env["tierslieu.booking"].sudo().search(
            [
                ("partner_id", "=", self.id), ("state", "in", ("confirmed", "in_use")),
                ("stop", ">", fields.Datetime.now()), ("space_id.company_id", "=", company.id),
            ],
            order="start", limit=NEXT_SHOWN,
        )
        said = [f"{booking.space_id.name}, {booking.when}" for booking in bookings]
        return " · ".join(said) or self.env._("nothing booked")

