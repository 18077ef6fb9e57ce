from odoo import api, fields, models
from odoo.fields import Domain


class BillingRun(models.Model):
    """A run of the billing, as it goes on: how many subscriptions it has billed, and who failed."""

    _name = "tierslieu.billing.run"
    _description = "Billing run"
    _order = "id desc"
    _rec_name = "begun_at"

    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    begun_at = fields.Datetime(required=True, readonly=True, string="Begun")
    ended_at = fields.Datetime(readonly=True, string="Ended")
    upto = fields.Date(required=True, readonly=True, string="Due until")
    total = fields.Integer(readonly=True, string="Subscriptions due")
    done = fields.Integer(readonly=True, string="Billed")
    failed = fields.Integer(readonly=True)
    busy = fields.Integer(readonly=True, string="In use", help="Someone was changing them: the next run has them.")
    progress = fields.Float(compute="_compute_progress")

    @api.depends("total", "done", "failed", "busy")
    def _compute_progress(self):
        for run in self:
            seen = run.done + run.failed + run.busy
            run.progress = 100.0 * seen / run.total if run.total else 100.0

    @api.model
    def _cron_bill(self):
        """Bill what is due in each company; what a killed run left is due still."""
        for company in self.env["contract.contract"]._tierslieu_companies():
            self._bill_company(company)

    @api.model
    def _bill_company(self, company, size=None):
        """Bill the subscriptions of a company that are due; return the run, or an empty one when none is."""
        upto = company._tierslieu_today()
        contracts = self.env["contract.contract"].with_company(company)
        domain = contracts._tierslieu_due_domain(company, upto)
        total = contracts.search_count(domain)
        if not total:
            return self.browse()
        run = self.create({"company_id": company.id, "begun_at": fields.Datetime.now(), "upto": upto, "total": total})

        def tell(outcome):
            run.write({key: outcome[key] for key in ("done", "failed", "busy")})

        batch = self.env["tierslieu.batch"].with_company(company)
        options = {"size": size} if size else {}
        batch._run_chunks(
            contracts._name, domain, "_tierslieu_bill", lambda env: env._("Invoices of the subscription"),
            tell=tell, **options,
        )
        run.ended_at = fields.Datetime.now()
        self.env["ir.cron"]._commit_progress()
        return run

    @api.model
    def action_bill_now(self):
        """Start the billing, as the scheduler would, and show how it goes."""
        self.check_access("read")
        self.env.ref("tierslieu_membership.cron_bill").sudo()._trigger()
        return self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_billing_run")


class Contract(models.Model):
    """What is due, billed."""

    _inherit = "contract.contract"

    @api.model
    def _tierslieu_companies(self):
        """Return the companies that have subscriptions."""
        groups = self._read_group([("tierslieu_plan_id", "!=", False)], ["company_id"])
        return self.env["res.company"].union(*(company for (company,) in groups))

    @api.model
    def _tierslieu_due_domain(self, company, upto):
        """Domain of the subscriptions that have something to invoice by a date."""
        return (
            Domain("tierslieu_plan_id", "!=", False)
            & Domain("company_id", "=", company.id)
            & Domain("recurring_next_date", "<=", upto)
        )

    @api.model
    def _get_contracts_to_invoice_domain(self, date_ref=None):
        """Leave ours to our run: OCA's would bill one period a night, all dated today, and post none."""
        domain = super()._get_contracts_to_invoice_domain(date_ref=date_ref)
        return fields.Domain(domain) & fields.Domain("tierslieu_plan_id", "=", False)

    def _tierslieu_bill(self, upto=None):
        """Invoice each period that is due by a date, dated as the period is, and post the invoices.

        :param upto: local date; None: today at each company
        :return: the invoices
        """
        moves = self.env["account.move"]
        for company, contracts in self.grouped("company_id").items():
            moves |= contracts.with_company(company)._tierslieu_bill_until(upto or company._tierslieu_today())
        return moves

    def _tierslieu_bill_until(self, upto):
        moves = self.env["account.move"]
        while due := self.filtered(lambda c: c.recurring_next_date and c.recurring_next_date <= upto):
            before = {contract: contract.recurring_next_date for contract in due}
            moves |= due._recurring_create_invoice()
            if all(contract.recurring_next_date == before[contract] for contract in due):
                break
        # Numbered in the order of their dates.
        moves = moves.sorted(lambda move: (move.invoice_date, move.id))
        if moves:
            moves.action_post()
            self._tierslieu_billed(moves)
        return moves

    def _tierslieu_billed(self, moves):
        """Do what follows from new invoices: a hook for cards that are kept, and for mails."""

    def _prepare_recurring_invoices_values(self, date_ref=False):
        """Make no invoice of a period that costs nothing."""
        values = super()._prepare_recurring_invoices_values(date_ref)
        if not self or not all(contract.tierslieu_plan_id for contract in self):
            return values
        return [each for each in values if each["invoice_line_ids"]]

    def _add_contract_origin(self, invoices):
        """Write where invoices come from in one go: OCA posts a message each, which costs more than the rest."""
        ours = self.filtered("tierslieu_plan_id")
        super(Contract, self - ours)._add_contract_origin(invoices)
        if not ours or not invoices:
            return
        bodies = {}
        for move in invoices:
            contract = move.invoice_line_ids.contract_line_id.contract_id[:1]
            if contract in ours:
                bodies[move.id] = self.env._(
                    "Invoice of the subscription %(subscription)s.", subscription=contract._get_html_link()
                )
        if bodies:
            invoices.browse(bodies)._message_log_batch(bodies)
