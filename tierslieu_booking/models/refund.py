import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import step_alone

_logger = logging.getLogger(__name__)

# States in which nothing has left yet, for sure: what is owed may still change.
UNSENT = ("pending", "manual", "kept")
NO_WAIT = timedelta(0)


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
    reason = fields.Selection(
        [
            ("cancel", "Cancelled"),
            ("move", "Moved"),
            ("excess", "Paid too much or too late"),
        ],
        default="cancel", required=True,
    )
    state = fields.Selection(
        [
            ("pending", "To send"),
            ("sent", "Sent"),
            ("done", "Refunded"),
            ("manual", "By hand"),
            ("kept", "Stays on account"),
            ("failed", "Failed"),
        ],
        default="pending", required=True, index=True,
    )
    message = fields.Char()
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    send_from = fields.Datetime(
        default=fields.Datetime.now, required=True,
        help="Not sent before: time to undo what gave the money back.",
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A refund gives something back."
    )

    @api.model
    def _queue(
        self, amount, transactions, booking=None, move=None, reason="excess", wait=NO_WAIT, kept=False
    ):
        """Queue a refund through the payments that brought the money.

        What no provider can give back is left as a credit of the customer, for the
        team to settle by hand.

        :param amount: in the currency of the payments and of the credit note
        :param transactions: `payment.transaction` of the order, any state
        :param booking: what is given back, to name it
        :param move: the credit note that the refund pays back, if there is one
        :param wait: how long to wait before sending it
        :param kept: it is not sent: it stays on the account of the customer, for their next invoices
        """
        refunds = self.sudo().browse()
        currency = (move or transactions[:1]).currency_id
        self._take_turn(transactions)
        for tx, part in self._plan(currency, amount, transactions):
            if tx or move:
                refunds |= self._add(currency, part, booking, move, tx, kept)
        refunds.write({"reason": reason, "send_from": fields.Datetime.now() + wait})
        cron = self.env.ref("tierslieu_booking.cron_send_refunds").sudo()
        cron._trigger(fields.Datetime.now() + wait if wait else None)
        return refunds

    @api.model
    def _take_turn(self, transactions):
        """Let one transaction at a time decide what goes back through these payments.

        A row touched by both makes the second begin again, with the refunds
        of the first in sight: two polls of a page would each queue the same.
        """
        if transactions:
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    "UPDATE payment_transaction SET id = id WHERE id IN %s",
                    tuple(transactions.sorted("id").ids),
                ),
                log_exceptions=False,
            )

    @api.model
    def _plan(self, currency, amount, transactions):
        """Return [(transaction or None, part)]: through which payments an amount goes back.

        None is what no payment on line brought: the team gives it back.
        """
        plan = []
        for tx in transactions.filtered(
            lambda tx: tx.state == "done"
            and tx.operation not in ("refund", "validation")
            and tx.currency_id == currency
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
    def _is_automatic(self, tx, amount):
        """Whether the provider of a payment can send this much of it back."""
        if not tx or tx.provider_id.state == "disabled":
            return False
        support = tx.provider_id.support_refund
        return support == "partial" or (
            support == "full_only" and not tx.currency_id.compare_amounts(amount, tx.amount)
        )

    @api.model
    def _add(self, currency, amount, booking=None, move=None, tx=None, kept=False):
        can = self._is_automatic(tx, amount)
        state = "kept" if kept else "pending" if can else "manual"
        origin = move or tx
        refund = self.sudo().create(
            {
                "booking_id": booking.id if booking else False,
                "company_id": origin.company_id.id,
                "partner_id": (booking or origin).partner_id.id,
                "move_id": move.id if move else False,
                "currency_id": currency.id,
                "amount": amount,
                "transaction_id": tx.id if tx else False,
                "state": state,
            }
        )
        if state == "manual":
            refund._ask_team()
        return refund

    def _ask_team(self):
        """Leave the team an activity where they will see what nobody else settles."""
        for refund in self:
            record = (
                refund.booking_id or refund.move_id or refund.transaction_id.sale_order_ids[:1]
            )
            refund.activity_id = record.activity_schedule(
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
    def _offset(self, invoice, refunds):
        """Keep, towards a new invoice, what was to go back and has not left yet.

        A host who moves a booking by mistake, and back, moves no money.

        :param refunds: those of the same booking
        """
        for credit, group in refunds.sudo().filtered("move_id").grouped("move_id").items():
            waiting = group.filtered(lambda refund: refund.state in UNSENT)
            if (
                not waiting
                or any(refund.state == "sent" for refund in group)
                or (credit.partner_id, credit.currency_id)
                != (invoice.partner_id, invoice.currency_id)
            ):
                continue
            lines = (invoice | credit).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
            if len(lines.move_id) == 2:
                lines.reconcile()
                waiting._keep(credit.amount_residual)

    def _keep(self, amount):
        """Bring refunds that have not left down to an amount in all."""
        for refund in self:
            part = refund.currency_id.round(min(refund.amount, amount))
            amount -= part
            if part == refund.amount:
                continue
            refund.activity_id.unlink()
            if not part:
                refund.unlink()
                continue
            refund.amount = part
            if refund.state != "kept" and not self._is_automatic(refund.transaction_id, part):
                refund.state = "manual"
                refund._ask_team()

    @api.model
    def _use_kept(self, invoices):
        """Pay posted invoices with what stays on the account of their customers, the oldest first."""
        for invoice in invoices.sudo().filtered(lambda move: move.move_type == "out_invoice"):
            kept = self.sudo().search(
                [
                    ("state", "=", "kept"),
                    ("company_id", "=", invoice.company_id.id),
                    ("currency_id", "=", invoice.currency_id.id),
                    ("partner_id.commercial_partner_id", "=", invoice.commercial_partner_id.id),
                ],
                order="id",
            )
            for refund in kept:
                # What no invoice ever carried is what is left of the payment itself.
                source = refund.move_id or refund.transaction_id.payment_id.move_id
                lines = (invoice | source).line_ids.filtered(
                    lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
                )
                left = -sum((lines & source.line_ids).mapped("amount_residual_currency"))
                if refund.currency_id.compare_amounts(left, refund.amount) > 0:
                    # The rest of it is not theirs to spend: the fee is not invoiced yet.
                    continue
                if len(lines.move_id) == 2 and len(lines.account_id) == 1:
                    lines.reconcile()

    @api.model
    def _cron_send(self):
        """Send the refunds that wait, one by one: mark, commit, ask the provider, commit.

        A refund found `sent` without its transaction means that the process
        died in between: nobody knows whether the provider heard, so a person
        decides. One whose provider takes its time is looked at again.
        """
        commit = self.env["ir.cron"]._commit_progress
        due = fields.Domain("state", "=", "sent") | (
            fields.Domain("state", "=", "pending")
            & fields.Domain("send_from", "<=", fields.Datetime.now())
        )
        for refund in self.search(due):
            # One that is being sent is not an interrupted one.
            step_alone(refund, f"refund {refund.id}", commit, refund._sending_failed)
            commit(1)

    def _sending_failed(self):
        """Tell what went wrong, and leave to a person what may not have left."""
        _logger.exception("%s: the sending failed", self)
        if not self.refund_transaction_id:
            self._fail(self.env._("Something went wrong: the log says what."))

    def _step(self, commit):
        """Do what comes next of one refund: send it, or see what became of the sending."""
        refund = self.try_lock_for_update()
        if refund.state == "pending":
            refund.state = "sent"
            commit()
            refund._send(commit)
        elif refund.state == "sent" and refund.refund_transaction_id:
            refund._conclude()
        elif refund.state == "sent":
            refund._fail(self.env._("The sending was interrupted: see what the provider did."))

    def _send(self, commit):
        """Ask the provider; what it answers is kept before anything else is done."""
        self.ensure_one()
        self.refund_transaction_id = self.transaction_id._refund(self.amount)
        commit()
        self._conclude()

    def _conclude(self):
        """Note what the provider did; reconcile its payment with the credit note."""
        tx = self.refund_transaction_id
        if tx.state in ("error", "cancel"):
            self._fail(tx.state_message)
        elif tx.state == "done":
            if not tx.is_post_processed:
                tx._post_process()
            origin = self.move_id or self.transaction_id.payment_id.move_id
            lines = (tx.payment_id.move_id | origin).line_ids.filtered(
                lambda line: line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
            if len(lines.move_id) > 1:
                lines.reconcile()
            self.state = "done"

    def _fail(self, message):
        self.write({"state": "failed", "message": message})
        self._ask_team()
