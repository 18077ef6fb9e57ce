from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import figures

# What counts: what somebody keeps for themselves, or had.
COUNTED = ("hold", "confirmed", "in_use", "done")
TO_COME = ("hold", "confirmed")


class Quota(models.Model):
    """How much one person, or one organisation, may book.

    The period is that of the calendar of the place around the day of the slot;
    “at the same time” counts the bookings to come, whenever they are.
    """

    _name = "tierslieu.quota"
    _description = "Quota"
    _order = "sequence, id"
    _rec_name = "name"

    name = fields.Char(compute="_compute_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    space_ids = fields.Many2many(
        "tierslieu.space", string="Spaces", domain="[('company_id', '=', company_id)]",
        help="Counted together. None: all.",
    )
    profile_ids = fields.Many2many(
        "tierslieu.profile", string="Fares", domain="[('company_id', '=', company_id)]",
        help="For the people who have these fares. None: for everybody.",
    )
    measure = fields.Selection(
        [("hours", "Hours"), ("count", "Bookings")], required=True, default="hours"
    )
    most = fields.Float(string="At the most", required=True, default=1.0)
    period = fields.Selection(
        [("day", "a day"), ("week", "a week"), ("month", "a month"), ("pending", "to come at the same time")],
        required=True, default="week",
    )
    per = fields.Selection(
        [("person", "Each person"), ("organisation", "Each organisation")],
        string="For", required=True, default="person",
    )

    _most = models.Constraint("CHECK (most >= 0)", "A quota is not negative.")

    @api.depends("measure", "most", "period", "space_ids.name")
    @api.depends_context("lang")
    def _compute_name(self):
        for quota in self:
            quota.name = quota._said()

    def _said(self):
        """Say the quota: “10 h a week at the most: Coworking”."""
        _, count = self.env._, figures(self.env, self.most)
        hours = {
            "day": _("%(count)s h a day at the most", count=count),
            "week": _("%(count)s h a week at the most", count=count),
            "month": _("%(count)s h a month at the most", count=count),
            "pending": _("%(count)s h to come at the most", count=count),
        }
        bookings = {
            "day": _("%(count)s bookings a day at the most", count=count),
            "week": _("%(count)s bookings a week at the most", count=count),
            "month": _("%(count)s bookings a month at the most", count=count),
            "pending": _("%(count)s bookings to come at the most", count=count),
        }
        said = (hours if self.measure == "hours" else bookings)[self.period]
        names = ", ".join(self.sudo().space_ids.mapped("name"))
        return _("%(spaces)s: %(quota)s", spaces=names, quota=said) if names else said

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @tools.ormcache("company_id")
    def _are_any(self, company_id):
        """Whether a company has quotas at all, known without a query."""
        return bool(self.sudo().search_count([("company_id", "=", company_id)], limit=1))

    @api.model
    def _of(self, space, profile):
        """Return the quotas that a booking of a space counts in."""
        if not self._are_any(space.company_id.id):
            return self.sudo()
        domain = (
            Domain("company_id", "=", space.company_id.id)
            & (Domain("space_ids", "=", False) | Domain("space_ids", "in", space.ids))
            & (Domain("profile_ids", "=", False) | Domain("profile_ids", "in", profile.ids))
        )
        return self.sudo().search(domain)

    def _people(self, partner):
        """Return the domain of whose bookings are counted together."""
        if self.per == "organisation":
            return Domain("partner_id.commercial_partner_id", "=", partner.commercial_partner_id.id)
        return Domain("partner_id", "=", partner.id)

    def _window(self, place, date):
        """Return the naive UTC bounds of the period around a local date."""
        if self.period == "day":
            first, last = date, date
        elif self.period == "week":
            first = date - timedelta(days=date.weekday())
            last = first + timedelta(days=6)
        else:
            first = date.replace(day=1)
            last = first + relativedelta(months=1, days=-1)
        return place.day_bounds(first)[0], place.day_bounds(last)[1]

    def _used(self, partner, place, date, moving=None):
        """Return how much is booked of this quota, in its measure.

        :param moving: a booking that would leave its slot: not counted
        """
        domain = self._people(partner) & Domain("company_id", "=", self.company_id.id)
        if self.space_ids:
            domain &= Domain("space_id", "in", self.space_ids.ids)
        now = fields.Datetime.now()
        # A hold that lapsed counts no more, the nightly work done or not.
        live = Domain("state", "!=", "hold") | Domain("hold_until", "=", False) | Domain("hold_until", ">", now)
        domain &= live
        if self.period == "pending":
            domain &= Domain("state", "in", TO_COME) & Domain("start", ">", now)
        else:
            first, last = self._window(place, date)
            domain &= Domain("state", "in", COUNTED) & Domain("start", ">=", first) & Domain("start", "<", last)
        if moving:
            domain &= Domain("id", "!=", moving.id)
        bookings = self.env["tierslieu.booking"].sudo().search(domain)
        return len(bookings) if self.measure == "count" else sum(bookings._held_minutes()) / 60

    @api.model
    def _take_turn(self, quotas, partner):
        """Let one transaction at a time count for someone: the second begins again.

        A row touched by both cannot be written from a snapshot that does not
        know what the other one booked.
        """
        for quota in quotas.sorted("id"):
            holder = partner.commercial_partner_id if quota.per == "organisation" else partner
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "INSERT INTO tierslieu_quota_turn (quota_id, partner_id, turns, create_date)"
                    " VALUES (%s, %s, 1, %s)"
                    " ON CONFLICT (quota_id, partner_id) DO UPDATE SET turns = tierslieu_quota_turn.turns + 1",
                    quota.id, holder.id, fields.Datetime.now(),
                ),
                log_exceptions=False,
            )


class QuotaTurn(models.Model):
    """Who counted last: a row to meet on, for each quota and each person."""

    _name = "tierslieu.quota.turn"
    _description = "Turn of a quota"

    quota_id = fields.Many2one("tierslieu.quota", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", required=True, index=True, ondelete="cascade")
    turns = fields.Integer(required=True, default=0)

    _once = models.Constraint("UNIQUE (quota_id, partner_id)", "Each person has one turn of a quota.")
