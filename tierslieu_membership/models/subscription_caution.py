from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

CAUTION_ACCOUNT = "165100"
JOURNAL_CODE = "CAUT"


class Company(models.Model):
    """Where cautions are booked: a debt, in a journal that leaves no hole among the invoices."""

    _inherit = "res.company"

    def _tierslieu_caution_account(self):
        """Return account 165100; made when the chart has none."""
        self.ensure_one()
        accounts = self.env["account.account"].sudo().with_company(self)
        found = accounts.search(
            [("code", "=like", f"{CAUTION_ACCOUNT}%"), ("company_ids", "in", self.ids)], limit=1
        )
        return found or accounts.create(
            {
                "code": CAUTION_ACCOUNT, "name": self.env._("Cautions received"),
                "account_type": "liability_non_current", "company_ids": [Command.set(self.ids)],
            }
        )

    def _tierslieu_caution_journal(self):
        """Return the journal of cautions; made when there is none."""
        self.ensure_one()
        journals = self.env["account.journal"].sudo().with_company(self)
        found = journals.search([("code", "=", JOURNAL_CODE), ("company_id", "=", self.id)], limit=1)
        return found or journals.create(
            {
                "name": self.env._("Cautions"), "code": JOURNAL_CODE, "type": "sale", "company_id": self.id,
                "default_account_id": self._tierslieu_caution_account().id, "show_on_dashboard": False,
            }
        )


class Contract(models.Model):
    """The caution of a subscription: asked for by a receipt without VAT, given back once it is over."""

    _inherit = "contract.contract"

    tierslieu_caution_move_id = fields.Many2one(
        "account.move", string="Caution", readonly=True, copy=False, index="btree_not_null"
    )
    tierslieu_caution_move_ids = fields.Many2many(
        "account.move", "tierslieu_contract_caution", string="Cautions asked for and given back", readonly=True,
        copy=False,
    )
    tierslieu_caution_back_id = fields.Many2one(
        "account.move", string="Caution given back", readonly=True, copy=False, index="btree_not_null"
    )
    tierslieu_caution_kept = fields.Boolean(
        string="Keep the caution", copy=False, readonly=True, help="It is not given back by itself: the team decides."
    )

    tierslieu_caution_held = fields.Monetary(string="Caution held", compute="_compute_tierslieu_caution_held")

    @api.depends("tierslieu_caution_move_ids.state")
    def _compute_tierslieu_caution_held(self):
        for contract in self.sudo():
            contract.tierslieu_caution_held = contract._tierslieu_caution_held()

    def _tierslieu_caution_held(self):
        """Return what was asked for as a caution and not given back."""
        self.ensure_one()
        moves = self.tierslieu_caution_move_ids.filtered(lambda move: move.state == "posted")
        return sum(move.amount_total if move.move_type == "out_receipt" else -move.amount_total for move in moves)

    def _tierslieu_ask_caution(self, plan=None):
        """Ask for the caution of the plan, or for what it has more than the one that is held."""
        self.ensure_one()
        plan = plan or self.tierslieu_plan_id
        due = self.currency_id.round(plan.caution_amount - self._tierslieu_caution_held())
        if due <= 0:
            return self.env["account.move"]
        move = self._tierslieu_caution_entry("out_receipt", due, self.env._("Caution, %(plan)s", plan=plan.name))
        self.tierslieu_caution_move_ids |= move
        self.tierslieu_caution_move_id = move
        return move

    def _tierslieu_caution_entry(self, kind, amount, name, source=None):
        """Post a receipt of a caution, or what gives it back: customer against 165100, no tax."""
        company = self.company_id
        move = self.env["account.move"].sudo().with_company(company).create(
            {
                "move_type": kind,
                "company_id": company.id,
                "journal_id": company._tierslieu_caution_journal().id,
                "partner_id": (self.invoice_partner_id or self.partner_id).id,
                "invoice_date": self._tierslieu_today(),
                "invoice_origin": self.name,
                "ref": self.code,
                "reversed_entry_id": source.id if source else False,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": name, "quantity": 1.0, "price_unit": amount, "tax_ids": [Command.clear()],
                            "account_id": company._tierslieu_caution_account().id,
                        }
                    )
                ],
            }
        )
        move.action_post()
        return move

    def _tierslieu_give_caution_back(self):
        """Give back what is held; a caution that was never paid is just no longer asked for."""
        self.ensure_one()
        held = self.currency_id.round(self._tierslieu_caution_held())
        if held <= 0:
            return self.env["account.move"]
        asked = self.tierslieu_caution_move_ids.filtered(lambda move: move.move_type == "out_receipt")
        back = self._tierslieu_caution_entry(
            "out_refund", held, self.env._("Caution given back, %(plan)s", plan=self.tierslieu_plan_id.name),
            asked[-1:],
        )
        self.tierslieu_caution_move_ids |= back
        self.tierslieu_caution_back_id = back
        self._tierslieu_match(asked | back)
        return back

    def action_give_caution_back(self):
        """Give the caution back now, once."""
        for contract in self._tierslieu_require_team():
            if not contract.date_end or contract.date_end >= contract._tierslieu_today():
                raise UserError(self.env._("The caution is given back once the subscription is over."))
            if not contract._tierslieu_give_caution_back():
                raise UserError(self.env._("No caution is held."))
            contract.tierslieu_caution_kept = False
        return True

    def action_keep_caution(self):
        """Leave the caution for the team to decide on."""
        self._tierslieu_require_team().tierslieu_caution_kept = True
        return True

    # -- Each night

    def _tierslieu_close(self):
        """Close what is over: bill its last days, give its caution back."""
        for contract in self:
            if contract.date_end and contract.date_end < contract._tierslieu_today():
                contract._tierslieu_bill()
                if not contract.tierslieu_caution_kept:
                    contract._tierslieu_give_caution_back()
        return True

    def _tierslieu_turn(self):
        """Take the plan that runs today: a change was set for this day."""
        for contract in self:
            line = contract._tierslieu_line_on(contract._tierslieu_today())
            if line and line.tierslieu_plan_id != contract.tierslieu_plan_id:
                contract.tierslieu_plan_id = line.tierslieu_plan_id

    @api.model
    def _cron_subscriptions(self):
        """Close what ended, begin what changes today, and grant the credits of the periods to come."""
        batch = self.env["tierslieu.batch"]
        for company in self._tierslieu_companies():
            today = company._tierslieu_today()
            ours = [("tierslieu_plan_id", "!=", False), ("company_id", "=", company.id)]
            turning = self.env["contract.line"].search(
                [("contract_id.company_id", "=", company.id), ("tierslieu_cycle", "!=", False),
                 ("is_canceled", "=", False), ("date_start", "<=", today),
                 "|", ("date_end", "=", False), ("date_end", ">=", today)]
            ).filtered(lambda line: line.contract_id.tierslieu_plan_id != line.tierslieu_plan_id)
            turning.contract_id._tierslieu_turn()
            batch._run(
                self._name,
                [*ours, ("date_end", "<", today), ("tierslieu_caution_kept", "=", False),
                 ("tierslieu_caution_move_id", "!=", False), ("tierslieu_caution_back_id", "=", False)],
                "_tierslieu_close", lambda env: env._("End of the subscription"),
            )
            batch._run(
                self._name, [*ours, *self._tierslieu_allowance_domain(company)], "_tierslieu_grant_allowances",
                lambda env: env._("Credits of the subscription"),
            )
