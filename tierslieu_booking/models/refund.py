from odoo import api, fields, models


class Refund(models.Model):
    """Money to give back, sent once, after the transaction that decided it.

    A provider cannot be asked inside that transaction: if it were rolled back
    the money would be gone and the trace too, and a retry would send it again.
    """

    _name = "tierslieu.refund"
    _description = "Refund"
    _order = "id desc"
    _rec_name = "booking_id"

    booking_id = fields.Many2one("tierslieu.booking", index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True)
    partner_id = fields.Many2one("res.partner", required=True)
    transaction_id = fields.Many2one("payment.transaction", index="btree_not_null")
    refund_transaction_id = fields.Many2one("payment.transaction")
    move_id = fields.Many2one("account.move", string="Credit note")
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True)
    state = fields.Selection(
        [
            ("pending", "To send"),
            ("sent", "Sent"),
            ("done", "Refunded"),
            ("manual", "By hand"),
            ("failed", "Failed"),
        ],
        default="pending", required=True, index=True,
    )
    message = fields.Char()

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A refund gives something back."
    )

    @api.model
    def _queue(self, booking, amount, transactions, move=None):
        """Queue a refund through the payments that brought the money.

        What no provider can give back is left as a credit of the customer, for the
        team to settle by hand.

        :param transactions: `payment.transaction` of the order, any state
        :param move: the credit note that the refund pays back, if there is one
        """
        refunds = self.sudo().browse()
        for tx, part in self._plan(booking, amount, transactions):
            refunds |= self._add(booking, part, move, tx)
        self.env.ref("tierslieu_booking.cron_send_refunds").sudo()._trigger()
        return refunds

    @api.model
    def _plan(self, booking, amount, transactions):
        """Return [(transaction or None, part)]: through which payments an amount goes back.

        None is what no payment on line brought: the team gives it back.
        """
        currency = booking.currency_id
        plan = []
        for tx in transactions.filtered(
            lambda tx: tx.state == "done" and tx.operation not in ("refund", "validation")
        ):
            queued = self.sudo().search(
                [("transaction_id", "=", tx.id), ("state", "!=", "failed")]
            )
            part = currency.round(min(amount, tx.amount - sum(queued.mapped("amount"))))
            if part > 0:
                plan.append((tx, part))
                amount = currency.round(amount - part)
        if amount > 0:
            plan.append((None, amount))
        return plan

    @api.model
    def _is_automatic(self, tx):
        """Whether the provider of a payment can send its money back."""
        return bool(tx) and tx.provider_id.support_refund not in (False, "none")

    @api.model
    def _add(self, booking, amount, move=None, tx=None):
        can = self._is_automatic(tx)
        refund = self.sudo().create(
            {
                "booking_id": booking.id,
                "company_id": booking.company_id.id,
                "partner_id": booking.partner_id.id,
                "move_id": move.id if move else False,
                "currency_id": booking.currency_id.id,
                "amount": amount,
                "transaction_id": tx.id if tx else False,
                "state": "pending" if can else "manual",
            }
        )
        if not can:
            refund._ask_team()
        return refund

    def _ask_team(self):
        """Leave the team an activity on the credit note that nobody else will settle."""
        for refund in self:
            refund.booking_id.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Give back %(amount)s to %(partner)s",
                                   amount=refund.currency_id.format(refund.amount),
                                   partner=refund.partner_id.name),
                user_id=refund._responsible().id,
            )

    def _responsible(self):
        group = self.env.ref("tierslieu_base.group_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids and user.id > 1
        )
        return managers[:1] or self.env.ref("base.user_admin")

    @api.model
    def _cron_send(self):
        """Send the refunds that wait, one by one: mark, commit, ask the provider, commit.

        A refund found `sent` at the next run means that the process died in
        between: nobody knows whether the provider heard, so a person decides.
        """
        waiting = self.search([("state", "=", "pending")])
        cron = self.env["ir.cron"]
        for refund in waiting:
            refund = refund.try_lock_for_update().filtered(lambda r: r.state == "pending")
            if refund:
                refund.state = "sent"
                cron._commit_progress()
                refund._send()
            cron._commit_progress(1)

    def _send(self):
        """Ask the provider, then reconcile its payment with the credit note."""
        self.ensure_one()
        tx = self.transaction_id._refund(self.amount)
        self.refund_transaction_id = tx
        if tx.state == "error":
            self.write({"state": "failed", "message": tx.state_message})
            self._ask_team()
            return
        self.env["ir.cron"]._commit_progress()
        tx._post_process()
        origin = self.move_id or self.transaction_id.payment_id.move_id
        lines = (tx.payment_id.move_id | origin).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
            and not line.reconciled
        )
        if len(lines.move_id) > 1:
            lines.reconcile()
        self.state = "done"
