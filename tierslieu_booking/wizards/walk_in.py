from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class WalkIn(models.TransientModel):
    """Someone is at the desk: who, which space, from when, how long."""

    _name = "tierslieu.walk.in"
    _description = "Walk-in booking"

    partner_id = fields.Many2one("res.partner", string="Who", required=True)
    space_id = fields.Many2one(
        "tierslieu.space", required=True,
        default=lambda self: self.env["tierslieu.space"].search([], limit=1),
    )
    unit_id = fields.Many2one(
        "tierslieu.unit",
        help="The very one asked for on the planning. Empty: whichever is free.",
    )
    place_tz = fields.Selection(related="space_id.place_id.tz", string="Zone of the place")
    start = fields.Datetime(string="From", required=True)
    hours = fields.Float(string="Length", default=1.0, required=True)
    stop = fields.Datetime(compute="_compute_stop")
    when = fields.Char(compute="_compute_preview")
    preview = fields.Char(compute="_compute_preview")
    preview_ok = fields.Boolean(compute="_compute_preview")
    may_use_credits = fields.Boolean(compute="_compute_preview")
    use_credits = fields.Boolean(
        string="Pay with credits", default=True, help="What their credits can pay is drawn from them."
    )
    rule = fields.Char(compute="_compute_rule", help="The rule of the space in the way.")
    override_reason = fields.Char(string="Reason to set the rule aside")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "start" in fields and not values.get("start"):
            values["start"] = self._default_start(values.get("space_id"))
        return values

    @api.model
    def _default_start(self, space_id):
        """Return the grid time of a space that has just begun."""
        now = fields.Datetime.now().replace(second=0, microsecond=0)
        space = self.env["tierslieu.space"].browse(space_id)
        return space._floor(now) if space else now

    @api.depends("start", "hours")
    def _compute_stop(self):
        for wizard in self:
            wizard.stop = wizard.start and wizard.start + timedelta(
                minutes=round(wizard.hours * 60)
            )

    @api.onchange("space_id")
    def _onchange_space_id(self):
        """Forget a unit that cannot be chosen in this space."""
        units = self.space_id.unit_ids
        if self.unit_id not in units or (self.space_id.allocation == "all" and len(units) > 1):
            self.unit_id = False

    @api.depends("space_id", "start", "hours")
    def _compute_rule(self):
        """Say which rule of the space the team would have to set aside."""
        for wizard in self:
            wizard.rule = False
            if wizard.space_id and wizard.start and wizard.hours > 0:
                _final, rules = wizard.space_id._range_errors(wizard.start, wizard.stop)
                wizard.rule = rules and rules[0]

    @api.depends(
        "partner_id", "space_id", "unit_id", "start", "hours", "override_reason", "use_credits", "extra_ids"
    )
    def _compute_preview(self):
        """Say what it costs, or why not, before anyone clicks."""
        for wizard in self:
            booking = self.env["tierslieu.booking"].new(
                {
                    "partner_id": wizard.partner_id.id,
                    "space_id": wizard.space_id.id,
                    "start": wizard.start,
                    "stop": wizard.stop,
                    "override_reason": wizard.override_reason,
                    "use_credits": wizard.use_credits,
                    "extra_ids": [fields.Command.create({"extra_id": key}) for key in wizard._extras()],
                }
            )
            wizard.when = booking.when
            wizard.may_use_credits = booking.may_use_credits
            wizard.preview, wizard.preview_ok = booking._preview()
            if wizard.preview and wizard.preview_ok and not wizard._unit_free():
                wizard.preview_ok = False
                wizard.preview = self.env._(
                    "%(unit)s is taken at that time: choose another one, or leave it empty.",
                    unit=wizard.unit_id.name,
                )

    def _unit_free(self):
        """Whether the wanted unit, when there is one, can be had over the whole range."""
        space = self.space_id.sudo()
        ranges = space._claim_ranges(self.start, self.stop) if self.unit_id else []
        if not ranges:
            return True
        busy = space._busy(ranges[0][0], ranges[-1][1])
        return busy.leaves(self.unit_id, ranges)

    def _book(self):
        self.ensure_one()
        if self.hours <= 0:
            raise UserError(self.env._("Say how long they stay."))
        booking = self.env["tierslieu.booking"].reserve(
            self.space_id, self.partner_id, self.start, self.stop, unit=self.unit_id,
            override_reason=self.override_reason if self.rule else None, use_credits=self.use_credits,
            extras=self._extras(),
        )
        booking.action_confirm()
        return booking

    def action_book(self):
        """Book and confirm."""
        booking = self._book()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "message": booking._said_at_desk(),
                "type": "success",
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_book_and_collect(self):
        """Book, confirm, and take the payment at the desk."""
        return self._book().action_collect()
