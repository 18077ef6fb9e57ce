from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

SOON_DAYS = 60
STATES = [("coming", "To come"), ("running", "Running"), ("ending", "Ends soon"), ("ended", "Ended")]


class Contract(models.Model):
    """A subscription: a contract of OCA opened by a plan.

    Its lines are stretches at one price that follow each other to the day. It
    is made by `tierslieu.plan.subscribe` and changed by its own actions only:
    nobody of the team writes its dates or prices.
    """

    _inherit = "contract.contract"

    tierslieu_plan_id = fields.Many2one(
        "tierslieu.plan", string="Plan", readonly=True, copy=False, index="btree_not_null", ondelete="restrict"
    )
    tierslieu_start = fields.Date(
        string="Since", compute="_compute_tierslieu_start", store=True, index="btree_not_null"
    )
    tierslieu_committed_until = fields.Date(string="Committed until", readonly=True, copy=False)
    tierslieu_occupancy_ids = fields.One2many("tierslieu.occupancy", "contract_id", string="Units over time")
    tierslieu_units = fields.Char(string="Has", compute="_compute_tierslieu_units")
    tierslieu_price = fields.Monetary(
        string="Price", compute="_compute_tierslieu_price", help="Of a whole period, tax included."
    )
    tierslieu_billing = fields.Selection(related="tierslieu_plan_id.billing", string="Billed")
    tierslieu_monthly = fields.Monetary(
        string="Revenue a month", compute="_compute_tierslieu_monthly", store=True,
        help="What it brings in a month, without VAT.",
    )
    tierslieu_state = fields.Selection(
        STATES, string="Standing", compute="_compute_tierslieu_state", search="_search_tierslieu_state"
    )
    tierslieu_owed = fields.Monetary(string="Owed", compute="_compute_tierslieu_owed")
    is_tierslieu_due = fields.Boolean(string="Due", compute="_compute_is_tierslieu_due")
    tierslieu_bill_error = fields.Boolean(
        string="Invoice that failed", compute="_compute_tierslieu_bill_error", search="_search_tierslieu_bill_error"
    )

    @api.depends("contract_line_ids.date_start", "contract_line_ids.is_canceled", "tierslieu_plan_id")
    def _compute_tierslieu_start(self):
        for contract in self:
            lines = contract._tierslieu_lines() or contract.contract_line_ids.filtered("tierslieu_cycle")
            contract.tierslieu_start = min(lines.mapped("date_start")) if lines else False

    @api.depends("contract_line_ids.date_end", "contract_line_ids.is_canceled", "tierslieu_plan_id")
    def _compute_date_end(self):
        """Take the end of the last stretch; one that never began ended the day before it would have."""
        result = super()._compute_date_end()
        for contract in self.filtered("tierslieu_plan_id"):
            lines = contract._tierslieu_lines()
            if lines:
                contract.date_end = lines[-1].date_end
            elif contract.contract_line_ids:
                contract.date_end = fields.Date.subtract(min(contract.contract_line_ids.mapped("date_start")), days=1)
        return result

    @api.depends("contract_line_ids.monthly_recurring", "contract_line_ids.is_canceled", "contract_line_ids.date_start")
    def _compute_tierslieu_monthly(self):
        for contract in self:
            contract.tierslieu_monthly = contract._tierslieu_lines()[-1:].monthly_recurring

    @api.depends("contract_line_ids.tierslieu_price")
    def _compute_tierslieu_price(self):
        for contract in self:
            line = contract._tierslieu_lines()[-1:]
            contract.tierslieu_price = line and line.tierslieu_plan_id._with_tax(line.tierslieu_price)

    @api.depends("tierslieu_occupancy_ids.state", "tierslieu_occupancy_ids.stop")
    def _compute_tierslieu_units(self):
        for contract in self:
            units = contract.sudo()._tierslieu_live_rows().unit_id
            contract.tierslieu_units = ", ".join(units.mapped("name"))

    @api.depends("tierslieu_start", "date_end")
    def _compute_tierslieu_state(self):
        today = self.env.company._tierslieu_today()
        for contract in self:
            if not contract.tierslieu_plan_id or not contract.tierslieu_start:
                contract.tierslieu_state = False
            elif contract.date_end and contract.date_end < today:
                contract.tierslieu_state = "ended"
            elif contract.tierslieu_start > today:
                contract.tierslieu_state = "coming"
            elif contract.date_end and (contract.date_end - today).days <= SOON_DAYS:
                contract.tierslieu_state = "ending"
            else:
                contract.tierslieu_state = "running"

    def _search_tierslieu_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self.env.company._tierslieu_today()
        soon = fields.Date.add(today, days=SOON_DAYS)
        over, coming = Domain("date_end", "<", today), Domain("tierslieu_start", ">", today)
        ends = Domain("date_end", "<=", soon)
        open_ = ~over & ~coming
        domains = {
            "ended": over, "coming": coming & ~over, "ending": open_ & ends,
            "running": open_ & (Domain("date_end", "=", False) | Domain("date_end", ">", soon)),
        }
        found = Domain.OR(domains[key] for key in value if key in domains)
        return Domain("tierslieu_plan_id", "!=", False) & found

    def _compute_tierslieu_owed(self):
        """Say what is still to pay of what was invoiced for each, the caution included."""
        owed = dict.fromkeys(self.ids, 0.0)
        lines = self.env["account.move.line"].sudo().search(
            [("contract_line_id.contract_id", "in", self.ids), ("parent_state", "=", "posted")]
        )
        for contract, moves in lines.grouped(lambda line: line.contract_line_id.contract_id.id).items():
            owed[contract] += sum(moves.move_id.mapped("amount_residual_signed"))
        for contract in self:
            cautions = contract.sudo().tierslieu_caution_move_ids.filtered(lambda move: move.state == "posted")
            contract.tierslieu_owed = owed[contract.id] + sum(cautions.mapped("amount_residual_signed"))

    @api.depends("recurring_next_date")
    def _compute_is_tierslieu_due(self):
        today = self.env.company._tierslieu_today()
        for contract in self:
            contract.is_tierslieu_due = bool(contract.recurring_next_date and contract.recurring_next_date <= today)

    def _compute_tierslieu_bill_error(self):
        failed = self.env["tierslieu.batch"]._failures(self._name, self.ids, "_tierslieu_bill").mapped("res_id")
        for contract in self:
            contract.tierslieu_bill_error = contract.id in failed

    def _search_tierslieu_bill_error(self, operator, value):
        if operator != "in":
            return NotImplemented
        failed = self.env["mail.activity"].sudo().search(
            [("res_model", "=", self._name), ("tierslieu_batch", "=", "_tierslieu_bill")]
        )
        found = Domain("id", "in", failed.mapped("res_id"))
        return found if True in value else ~found

    # -- Its stretches and its units

    def _tierslieu_lines(self):
        """Return the lines of the plan that count, in the order of time."""
        return self.contract_line_ids.filtered(
            lambda line: line.tierslieu_cycle and not line.is_canceled
        ).sorted("date_start")

    def _tierslieu_line_on(self, date):
        """Return the line that runs on a date, or an empty one."""
        return self._tierslieu_lines().filtered(
            lambda line: line.date_start <= date and (not line.date_end or date <= line.date_end)
        )[:1]

    def _tierslieu_live_rows(self):
        """Return the occupancies of now and of later."""
        now = fields.Datetime.now()
        return self.tierslieu_occupancy_ids.filtered(
            lambda row: row.state in ("hold", "firm") and (not row.stop or row.stop > now)
        )

    # -- Who may

    def _tierslieu_require_team(self):
        """Let the team, and code that has asked who it is, change subscriptions; return them with all rights."""
        if not self.env.su:
            self.check_access("read")
            if not self.env.user.has_group("tierslieu_base.group_host"):
                raise AccessError(self.env._("Only the team changes subscriptions."))
        stray = self.filtered(lambda contract: not contract.sudo().tierslieu_plan_id)
        if stray:
            raise UserError(self.env._("%(name)s is not a subscription to a plan.", name=stray[0].sudo().name))
        return self.sudo()

    def _tierslieu_today(self):
        return self.company_id._tierslieu_today()

    # -- What OCA does to contracts, and subscriptions do without

    @api.depends("tierslieu_plan_id")
    def _compute_currency_id(self):
        """Take the company's currency: OCA looks into journals, which hosts do not read."""
        ours = self.filtered("tierslieu_plan_id")
        result = super(Contract, self - ours)._compute_currency_id()
        for contract in ours:
            contract.currency_id = contract.manual_currency_id or contract.company_id.currency_id
        return result

    def _set_start_contract_modification(self):
        """Make no follower of who subscribes: they would get the mail of each change of the contract."""
        return super(Contract, self.filtered(lambda c: not c.tierslieu_plan_id))._set_start_contract_modification()

    @api.depends("tierslieu_plan_id")
    def _compute_recurring_next_date(self):
        """Leave no date on a subscription of which all is invoiced: it would be due for ever."""
        result = super()._compute_recurring_next_date()
        for contract in self.filtered("tierslieu_plan_id"):
            dates = [
                line.recurring_next_date for line in contract.contract_line_ids
                if line.recurring_next_date and not line.is_canceled and not line.display_type
            ]
            contract.recurring_next_date = min(dates, default=False)
        return result

    def _get_records_action(self, **values):
        """Open subscriptions in their own form: that of all contracts shows what the team may not read."""
        if self and all(one.tierslieu_plan_id for one in self):
            form = self.env.ref("tierslieu_membership.view_subscription_form")
            several = self.env.ref("tierslieu_membership.view_subscription_list")
            views = [(form.id, "form")] if len(self) == 1 else [(several.id, "list"), (form.id, "form")]
            values.setdefault("views", views)
        return super()._get_records_action(**values)

    def get_formview_id(self, access_uid=None):
        if self.tierslieu_plan_id:
            return self.env.ref("tierslieu_membership.view_subscription_form").id
        return super().get_formview_id(access_uid=access_uid)
