from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

# More of one person at a time is a slip, or a nuisance.
MOST_WAITING = 10
# What an answer fixes.
DECIDED = {
    "name", "description", "date_begin", "date_end", "space_ids", "seats", "price", "partner_id", "state",
}


class EventProposal(models.Model):
    """An event that somebody would like to see here: the team gives it a room and a day, or says why not."""

    _name = "tierslieu.event.proposal"
    _description = "Proposed event"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    name = fields.Char(string="Title", required=True, tracking=True)
    partner_id = fields.Many2one("res.partner", string="Proposed by", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company, readonly=True
    )
    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="restrict",
        domain="[('company_id', '=', company_id)]", default=lambda self: self._default_place(),
    )
    description = fields.Text(string="What it is about", required=True)
    wished = fields.Char(string="When, ideally", help="In their own words.")
    people = fields.Integer(string="People expected")
    audience = fields.Selection(
        lambda self: self.env["event.event"]._fields["tierslieu_audience"]._description_selection(self.env),
        string="Who it is for", default="all", required=True,
    )
    price_wished = fields.Char(string="Price, ideally", help="In their own words.")
    state = fields.Selection(
        [("proposed", "Proposed"), ("accepted", "Accepted"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        default="proposed", required=True, readonly=True, copy=False, index=True, tracking=True,
    )
    # What the team decides.
    date_begin = fields.Datetime(string="From")
    date_end = fields.Datetime(string="Until")
    space_ids = fields.Many2many(
        "tierslieu.space", "tierslieu_event_proposal_space_rel", "proposal_id", "space_id", string="Rooms",
        domain="[('place_id', '=', place_id)]",
    )
    seats = fields.Integer(help="0: no limit.")
    price = fields.Monetary(string="Price of a seat", help="Tax included. 0: free.")
    currency_id = fields.Many2one(related="company_id.currency_id")
    publish = fields.Boolean(string="Announce it at once", default=True)
    answer = fields.Char(string="What they read", copy=False, help="With the answer, whichever it is.")
    event_id = fields.Many2one("event.event", readonly=True, copy=False, index="btree_not_null", ondelete="set null")

    _people = models.Constraint("CHECK (COALESCE(people, 0) BETWEEN 0 AND 10000)", "Write how many people you expect.")
    _seats = models.Constraint("CHECK (COALESCE(seats, 0) >= 0)", "There are no fewer seats than none.")
    _price = models.Constraint("CHECK (COALESCE(price, 0) >= 0)", "A price is not below zero.")

    @api.model
    def _default_place(self):
        return self.env["tierslieu.place"].sudo().search([("company_id", "=", self.env.company.id)], limit=1)

    @api.constrains("date_begin", "date_end")
    def _check_dates(self):
        for proposal in self:
            if proposal.date_begin and proposal.date_end and proposal.date_begin >= proposal.date_end:
                raise ValidationError(self.env._("It ends after it begins."))

    @api.constrains("partner_id", "state")
    def _check_waiting(self):
        """Refuse more than anybody can look at."""
        for proposal in self.sudo().filtered(lambda one: one.state == "proposed"):
            waiting = self.sudo().search_count(
                [("partner_id", "=", proposal.partner_id.id), ("state", "=", "proposed")], limit=MOST_WAITING + 1
            )
            if waiting > MOST_WAITING:
                raise ValidationError(
                    self.env._(
                        "%(most)s of your proposals wait for an answer: let us read them first.", most=MOST_WAITING
                    )
                )

    @api.onchange("date_begin")
    def _onchange_date_begin(self):
        if self.date_begin and (not self.date_end or self.date_end <= self.date_begin):
            self.date_end = self.date_begin + timedelta(hours=2)

    def write(self, vals):
        """Leave what was decided as it was."""
        if not self.env.su and DECIDED & vals.keys() and any(one.state != "proposed" for one in self):
            raise UserError(self.env._("This proposal has its answer: change the event itself."))
        if {"state", "event_id"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("A proposal is accepted, refused or withdrawn by its buttons."))
        return super().write(vals)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("state", "proposed") != "proposed" for vals in vals_list):
            raise UserError(self.env._("A proposal is accepted, refused or withdrawn by its buttons."))
        proposals = super().create(vals_list)
        for proposal in proposals.sudo():
            group = self.env.ref("tierslieu_base.group_manager")
            managers = group.sudo().all_user_ids.filtered(
                lambda user, company=proposal.company_id: company in user.company_ids and user.id > 1
            )
            proposal.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Answer %(name)s", name=proposal.partner_id.name),
                user_id=(managers[:1] or self.env.ref("base.user_admin")).id,
            )
        return proposals

    # -- Answered

    def action_accept(self):
        """Make the event, with its rooms; announce it when that is wanted; tell whoever proposed it.

        :raises UserError: it has no date yet, its rooms are taken
        """
        self.check_access("write")
        for proposal in self:
            proposal._check_waits()
            if not proposal.date_begin or not proposal.date_end:
                raise UserError(self.env._("Say from when until when it takes place."))
            event = self.env["event.event"].create(proposal._event_values())
            proposal.sudo().write({"state": "accepted", "event_id": event.id})
            proposal._answer("tierslieu_events.mail_template_proposal_accepted")
        return self.event_id._get_records_action() if len(self) == 1 else True

    def _event_values(self):
        """Return the values of the event: what was proposed, as the team decided it."""
        place = self.place_id
        values = {
            "name": self.name,
            "company_id": self.company_id.id,
            "date_begin": self.date_begin,
            "date_end": self.date_end,
            "date_tz": place.tz,
            "tierslieu_place_id": place.id,
            "tierslieu_space_ids": [Command.set(self.space_ids.ids)],
            "tierslieu_audience": self.audience,
            "subtitle": (self.description or "").strip().split("\n")[0][:200],
            "organizer_id": self.company_id.partner_id.id,
            "seats_limited": bool(self.seats),
            "seats_max": self.seats,
            "is_published": self.publish,
            "description": self.env["ir.qweb"]._render(
                "tierslieu_events.event_proposed", {"proposal": self}, minimal_qcontext=True
            ),
        }
        if self.seats or self.price:
            values["event_ticket_ids"] = [
                Command.create(
                    {
                        "name": self.env._("Seat"), "price": self.price,
                        "product_id": self.env.ref("event_product.product_product_event").id,
                    }
                )
            ]
        return values

    def action_refuse(self):
        """Say no, and why."""
        self.check_access("write")
        for proposal in self:
            proposal._check_waits()
            if not (proposal.answer or "").strip():
                raise UserError(self.env._("Say why not: they read it."))
            proposal.sudo().state = "refused"
            proposal._answer("tierslieu_events.mail_template_proposal_refused")
        return True

    def _withdraw(self):
        """Take it back, for whoever proposed it."""
        for proposal in self:
            proposal._check_waits()
            proposal.sudo().state = "withdrawn"
            proposal.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _check_waits(self):
        self.ensure_one()
        if self.state != "proposed":
            raise UserError(self.env._("This proposal has its answer already."))

    def _answer(self, template):
        """Write the answer to whoever proposed it."""
        self.ensure_one()
        proposal = self.sudo()
        proposal.activity_feedback(["mail.mail_activity_data_todo"])
        self.env.ref(template).sudo().with_context(lang=proposal.partner_id.lang).send_mail(
            proposal.id, email_layout_xmlid="tierslieu_booking.mail_layout"
        )
