import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL

from odoo.addons.tierslieu_base.tools import insert_once, say_day, step_alone

_logger = logging.getLogger(__name__)
LIVE = ("draft", "pending", "authorized")
SETTLED = ("paid", "in_payment", "reversed")
# A payment that somebody began and left: until then it may still come.
LEFT_AFTER = timedelta(days=2)


class Charge(models.Model):
    """An invoice of a subscription that is charged to the card kept for it, once.

    The provider is asked between two commits: the first writes that it will
    be, the second what it said. A charge found `asking` by whoever comes next
    means that the process died in between: nobody knows whether the provider
    heard, so it is not asked again and a person decides.
    """

    _name = "tierslieu.charge"
    _description = "Charge to a card"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one("account.move", string="Invoice", required=True, readonly=True, ondelete="cascade")
    contract_id = fields.Many2one(
        "contract.contract", string="Subscription", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="move_id.partner_id", store=True, index=True, string="Who pays")
    currency_id = fields.Many2one(related="move_id.currency_id")
    residual = fields.Monetary(related="move_id.amount_residual", string="Still to pay")
    state = fields.Selection(
        [
            ("due", "To charge"),
            ("asking", "Being asked"),
            ("waiting", "Waiting for the bank"),
            ("check", "To check"),
            ("failed", "Failed"),
            ("stopped", "Not charged"),
            ("paid", "Charged"),
        ],
        default="due", required=True, readonly=True, index=True,
    )
    next_on = fields.Date(string="Charged on", required=True, readonly=True, help="Of one to charge: not before.")
    first_on = fields.Date(string="First asked on", readonly=True)
    tries = fields.Integer(string="Times asked", readonly=True)
    message = fields.Char(string="What happened", readonly=True)
    transaction_ids = fields.One2many("payment.transaction", "tierslieu_charge_id", string="Payments", readonly=True)

    _once = models.Constraint("UNIQUE (move_id)", "This invoice is charged already.")

    # -- What is due

    @api.model
    def _find_due(self):
        """Begin a charge for each posted invoice of a subscription with a card that is due and not paid."""
        lines = self.env["account.move.line"].sudo().search(
            [
                ("contract_line_id.contract_id.tierslieu_token_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("move_id.move_type", "=", "out_invoice"),
                ("move_id.payment_state", "in", ("not_paid", "partial")),
                ("move_id.tierslieu_charge_ids", "=", False),
            ]
        )
        made = self.sudo()
        for move in lines.move_id.sorted("id"):
            today = move.company_id._tierslieu_today()
            if (move.invoice_date_due or move.invoice_date) > today:
                continue
            contracts = move.invoice_line_ids.contract_line_id.contract_id
            contract = contracts.filtered("tierslieu_token_id")[:1]
            # Of two workers that find the same one, the first has it.
            made |= made.browse(
                insert_once(
                    made.browse(),
                    {
                        "move_id": move.id, "contract_id": contract.id, "next_on": today, "state": "due", "tries": 0,
                        "company_id": contract.company_id.id, "partner_id": move.partner_id.id,
                    },
                ) or []
            )
        return made

    @api.model
    def _todo(self):
        """Return the charges that something may be done about."""
        found = self.sudo().browse()
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            found |= found.search(
                [
                    ("company_id", "=", company.id),
                    "|", ("state", "in", ("asking", "waiting", "check")),
                    "|", "&", ("state", "=", "due"), ("next_on", "<=", company._tierslieu_today()),
                    "&", ("state", "in", ("due", "failed")), ("move_id.payment_state", "in", SETTLED),
                ]
            )
        return found.sorted("id")

    @api.model
    def _cron_charge(self):
        """Charge what is due, one after the other; what a killed run left is seen to first."""
        commit = self.env["ir.cron"]._commit_progress
        try:
            self._find_due()
            commit()
        except (OperationalError, ConcurrencyError):
            # Another worker found the same ones.
            self.env.cr.rollback()
        charges = self._todo()
        left = len(charges)
        commit(remaining=left)
        for charge in charges:
            charge._charge_alone(commit)
            left -= 1
            if not commit(1, remaining=left) and left:
                break

    def _charge_alone(self, commit):
        """See to one charge while no other worker does.

        :param commit: saves what is done; called before the provider is asked, and after
        """
        def failed():
            _logger.exception("%s: the charge failed", self)
            self._to_check(self.env._("Something went wrong: the log says what."))

        step_alone(self, f"charge {self.id}", commit, failed)

    # -- One charge

    def _step(self, commit):
        """Do what comes next: ask, or see what became of the asking."""
        self.ensure_one()
        if self.state == "due":
            tx = self._claim()
            if tx:
                commit()
                tx._charge_with_token()
                # What the provider said stays, whatever the books say next.
                commit()
                self._conclude()
        elif self.state in ("asking", "waiting", "check"):
            self._conclude(died=self.state == "asking")
        elif self.state == "failed" and self.move_id.payment_state in SETTLED:
            self._settle()

    def _claim(self):
        """Return a payment to ask the provider for, written down; an empty one when nothing is to be asked."""
        move = self.move_id
        # Whoever pays, credits or charges it at this moment makes one of us begin again.
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE account_move SET id = id WHERE id = %s", move.id), log_exceptions=False
        )
        transactions = self.env["payment.transaction"].sudo()
        if not self._may_ask():
            return transactions
        token = self.contract_id.tierslieu_token_id
        tx = transactions.create(
            {
                "provider_id": token.provider_id.id,
                "payment_method_id": token.payment_method_id.id,
                "reference": transactions._compute_reference(token.provider_code, prefix=move.name),
                "amount": move.amount_residual,
                "currency_id": move.currency_id.id,
                "partner_id": token.partner_id.id,
                "token_id": token.id,
                "operation": "offline",
                "invoice_ids": [fields.Command.set(move.ids)],
                "tierslieu_charge_id": self.id,
            }
        )
        today = self.contract_id._tierslieu_today()
        self.write(
            {"state": "asking", "tries": self.tries + 1, "first_on": self.first_on or today, "message": False}
        )
        return tx

    def _may_ask(self):
        """Return whether the provider may be asked now; write down why not when it never will be."""
        _, move, contract = self.env._, self.move_id, self.contract_id
        token = contract.tierslieu_token_id
        if move.state != "posted" or move.payment_state in SETTLED or move.amount_residual <= 0:
            self._settle()
        elif contract.date_end and contract.date_end < contract._tierslieu_today() and contract.tierslieu_owed <= 0:
            self._stop(_("The subscription is over, and nothing is owed."))
        elif not token.active or not contract.tierslieu_card_consent_on:
            self._stop(_("No card is kept for this subscription."))
        elif token.provider_id.state == "disabled":
            self._to_check(_("%(provider)s is disabled: no card can be charged.", provider=token.provider_id.name))
        elif other := move.transaction_ids.filtered(lambda tx: tx.state in LIVE):
            if min(other.mapped("last_state_change") or other.mapped("create_date")) < (
                fields.Datetime.now() - LEFT_AFTER
            ):
                self._to_check(
                    _("Another payment of this invoice is not over: %(reference)s.", reference=other[0].reference)
                )
        else:
            return True
        return False

    def _conclude(self, died=False):
        """Note what became of the asking, as the payment says.

        :param died: whoever asked is no more; a payment in draft then says nothing
        """
        tx = self.transaction_ids.sorted("id")[-1:]
        if self.move_id.payment_state in SETTLED and tx.state not in (*LIVE, "done"):
            self._settle()
        elif tx.state == "done":
            if not tx.is_post_processed:
                tx._post_process()
            self._settle()
        elif tx.state in ("pending", "authorized"):
            self.state = "waiting"
        elif tx.state in ("cancel", "error") and self.state != "check":
            self._fail(tx.state_message)
        elif tx.state == "draft" and (died or self.state == "asking"):
            self._to_check(self.env._("The asking was interrupted: see what the bank did before charging again."))

    def _settle(self):
        """Close a charge of an invoice that is paid: by it, or otherwise."""
        if self.transaction_ids.filtered(lambda tx: tx.state == "done"):
            self._close("paid", False)
        elif self.move_id.state != "posted":
            self._close("stopped", self.env._("The invoice does not stand any more."))
        else:
            self._close("stopped", self.env._("It was paid otherwise."))

    def _stop(self, message):
        self._close("stopped", message)

    def _close(self, state, message):
        self.write({"state": state, "message": message})
        self.activity_ids.unlink()

    # -- What goes wrong

    def _fail(self, message):
        """Try again on one of the days of the place, or leave it to the team; tell who pays."""
        days = self.company_id._tierslieu_retry_days()
        first = self.first_on or self.contract_id._tierslieu_today()
        values = {"message": message or self.env._("The bank refused.")}
        if self.tries <= len(days):
            again = first + timedelta(days=days[self.tries - 1])
            values |= {"state": "due", "next_on": max(again, self.contract_id._tierslieu_today() + timedelta(days=1))}
        else:
            values["state"] = "failed"
        self.write(values)
        if self.tries == 1 or self.state == "failed":
            self._tell_payer()
        if self.state == "failed":
            self._tell_team(self.env._("The card of %(name)s was refused", name=self.partner_id.name))

    def _to_check(self, message):
        self.write({"state": "check", "message": message})
        self._tell_team(self.env._("Check the payment of %(name)s", name=self.partner_id.name))

    def _tell_team(self, summary):
        """Leave the team one activity, with the way to what it is about."""
        if self.activity_ids:
            self.activity_ids.write({"summary": summary, "note": self.message})
            return
        someone = self.company_id._tierslieu_responsible()
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_warning", user_id=someone.id, summary=summary, note=self.message
        )

    def _tell_payer(self):
        """Mail who pays: what was refused, what comes next, how to pay by hand."""
        template = self.env.ref("tierslieu_membership.mail_template_charge_refused").sudo()
        template.send_mail(self.id, email_layout_xmlid="tierslieu_booking.mail_layout")

    def _say_next(self):
        """Return the day of the next try in the language of who pays; False: there is none."""
        return self.state == "due" and say_day(self.env, self.next_on, self.partner_id.lang)

    def _pay_address(self):
        """Return where who pays can do it by hand."""
        move = self.move_id
        return move.get_base_url() + move.get_portal_url()

    # -- The team

    def action_charge_again(self):
        """Charge at the next run what failed, was stopped or was checked."""
        if not self.env.user.has_group("tierslieu_base.group_host"):
            raise UserError(self.env._("Only the team charges cards."))
        self.check_access("read")
        for charge in self.sudo():
            if charge.state not in ("check", "failed", "stopped"):
                raise UserError(self.env._("It is not over yet: there is nothing to charge again."))
            if charge.transaction_ids.filtered(lambda tx: tx.state in LIVE):
                raise UserError(
                    self.env._("A payment of it is not over: see what the bank did, and cancel it first.")
                )
            charge._again()
        return True

    def action_give_up(self):
        """Say that a payment that nobody answered for never was: what was checked can be charged again."""
        if not self.env.user.has_group("tierslieu_base.group_manager"):
            raise UserError(self.env._("Only a manager says that a payment never was."))
        self.check_access("read")
        for charge in self.sudo().filtered(lambda charge: charge.state == "check"):
            stuck = charge.transaction_ids.filtered(lambda tx: tx.state == "draft")
            stuck._set_canceled(state_message=charge.env._("The team saw that the bank never had it."))
            charge._stop(charge.env._("The team saw that the bank never had it."))
        return True

    def _again(self):
        """Begin again, with all the tries of a first time."""
        for charge in self:
            charge.write(
                {"state": "due", "next_on": charge.contract_id._tierslieu_today(), "first_on": False, "tries": 0,
                 "message": False}
            )
            charge.activity_ids.unlink()
        self.env.ref("tierslieu_membership.cron_charge").sudo()._trigger()
