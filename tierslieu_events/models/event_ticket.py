from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_base.tools import say_day

# More than that for one seat is a slip.
MOST_GIVEN = 10000


class EventTicket(models.Model):
    """A ticket of an event: for whom it is, what it costs, how many are left."""

    _inherit = "event.event.ticket"

    tierslieu_public = fields.Selection(
        [("all", "Everybody"), ("members", "Members"), ("members_first", "Members first")],
        string="For", default="all", required=True,
    )
    tierslieu_members_until = fields.Datetime(
        string="For everybody from", help="Members have it before; everybody from then on."
    )
    tierslieu_profile_ids = fields.Many2many(
        "tierslieu.profile", "tierslieu_event_ticket_profile_rel", "ticket_id", "profile_id", string="Fares",
        help="Only for people who have one of these fares on the day. None: whatever their fare.",
    )
    tierslieu_free_price = fields.Boolean(string="Free price", help="Each gives what they choose.")
    tierslieu_floor = fields.Float(string="At least", digits="Product Price", help="Tax included. 0: nothing at all.")
    tierslieu_suggested = fields.Float(string="Suggested", digits="Product Price", help="Tax included.")

    _free_price = models.Constraint(
        "CHECK (COALESCE(tierslieu_floor, 0) >= 0 AND COALESCE(tierslieu_suggested, 0) >= 0)",
        "Prices are not below zero.",
    )

    @api.constrains("tierslieu_free_price", "tierslieu_floor", "tierslieu_suggested")
    def _check_free_price(self):
        for ticket in self.filtered("tierslieu_free_price"):
            if ticket.tierslieu_suggested and ticket.tierslieu_suggested < ticket.tierslieu_floor:
                raise ValidationError(self.env._("%(ticket)s: suggest no less than the least.", ticket=ticket.name))

    @api.constrains("tierslieu_public", "tierslieu_members_until")
    def _check_members_first(self):
        for ticket in self:
            if ticket.tierslieu_public == "members_first" and not ticket.tierslieu_members_until:
                raise ValidationError(
                    self.env._("%(ticket)s is for members first: say from when for everybody.", ticket=ticket.name)
                )

    # -- Seats

    @api.depends("registration_ids.tierslieu_hold_until", "event_id.tierslieu_quota_ids.size")
    def _compute_seats(self):
        """Leave out of what is available the seats that are only held, and what no quota has any more."""
        result = super()._compute_seats()
        for ticket in self.filtered(lambda one: one._origin.id and one.seats_max and not one.event_id.is_multi_slots):
            [(ticket.seats_available, _held)] = ticket.event_id._origin._tierslieu_left([(None, ticket._origin)])
        return result

    @api.depends("registration_ids.tierslieu_hold_until", "event_id.tierslieu_quota_ids.size")
    def _compute_is_sold_out(self):
        """Call sold out a ticket that a quota has no seat for."""
        result = super()._compute_is_sold_out()
        for ticket in self.filtered(lambda one: one._origin.id and not one.is_sold_out):
            event = ticket.event_id._origin
            if event.tierslieu_quota_ids and not event.is_multi_slots:
                [(left, _held)] = event._tierslieu_left([(None, ticket._origin)])
                ticket.is_sold_out = left == 0
        return result

    def write(self, vals):
        result = super().write(vals)
        if "seats_max" in vals:
            self.event_id._tierslieu_count_again()
        return result

    # -- For whom

    def _tierslieu_refusal(self, partner, date):
        """Say why somebody may not have this ticket; None when they may.

        :param partner: who buys; empty: nobody knows
        :param date: local date of the event
        """
        self.ensure_one()
        ticket, partner = self.sudo(), partner.sudo().with_company(self.event_id.company_id or self.env.company)
        if ticket._tierslieu_is_for_members() and not (partner and partner.is_tierslieu_member_on(date)):
            if ticket.tierslieu_public == "members_first":
                return self.env._(
                    "%(ticket)s: members first, everybody from %(day)s on.",
                    ticket=ticket.name, day=ticket._tierslieu_open_said(),
                )
            return self.env._("%(ticket)s is for members: log in, or join first.", ticket=ticket.name)
        if ticket.tierslieu_profile_ids and (
            not partner or partner.tierslieu_profile_on(date) not in ticket.tierslieu_profile_ids
        ):
            return self.env._(
                "%(ticket)s is for who has the fare %(fares)s.",
                ticket=ticket.name, fares=", ".join(ticket.tierslieu_profile_ids.mapped("name")),
            )
        return None

    def _tierslieu_is_for_members(self):
        """Whether only members may have it at this moment."""
        self.ensure_one()
        return self.tierslieu_public == "members" or (
            self.tierslieu_public == "members_first" and self.tierslieu_members_until > fields.Datetime.now()
        )

    def _tierslieu_open_said(self):
        """Say from when on everybody may have it."""
        return say_day(self.env, self.event_id._tierslieu_local(self.tierslieu_members_until).date())

    def _tierslieu_launch_said(self):
        """Say from when on it is sold."""
        return say_day(self.env, self.event_id._tierslieu_local(self.start_sale_datetime).date())

    # -- What it costs

    def _tierslieu_checked_price(self, price):
        """Return a price that somebody has chosen, tax included; what is suggested when none is.

        :raises UserError: it is no number, below the least, or this ticket has its price
        """
        self.ensure_one()
        if not self.tierslieu_free_price:
            if price not in (None, False, ""):
                raise UserError(self.env._("%(ticket)s has its price.", ticket=self.name))
            return None
        if price in (None, False, ""):
            return self.tierslieu_suggested or self.tierslieu_floor
        try:
            price = float(typed.amount(price))
        except typed.Wrong:
            price = -1
        if not 0 <= price <= MOST_GIVEN:
            raise UserError(self.env._("%(ticket)s: write how much you give, for example 8.", ticket=self.name))
        if self.currency_id.compare_amounts(price, self.tierslieu_floor) < 0:
            raise UserError(
                self.env._(
                    "%(ticket)s: %(floor)s at least.", ticket=self.name,
                    floor=self.currency_id.format(self.tierslieu_floor),
                )
            )
        return price
