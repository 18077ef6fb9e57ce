from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

# What the team has not said yes to: nobody pays for it, nobody confirms it but the team.
UNDECIDED = ("asked", "refused", "withdrawn", "lapsed")
# How a request ends without an answer.
ENDS = {"cancelled": "withdrawn", "expired": "lapsed"}
# When the team is reminded of a request: so long after it was made, or so near to its start.
REMIND_AFTER = timedelta(hours=24)
REMIND_BEFORE = timedelta(hours=24)


class Booking(models.Model):
    """Bookings that the team agrees to first.

    A request is a hold without an end: its units are kept, its price is frozen,
    its credits are drawn, and nothing of it is paid. The team says yes: the hold gets
    an end and goes to a cart, or is firm at once when there is nothing to pay first.
    It says no, with a reason; or the start comes before an answer: the slot is free again.
    """

    _inherit = "tierslieu.booking"

    approval = fields.Selection(
        [
            ("asked", "To approve"),
            ("granted", "Agreed"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
            ("lapsed", "Not answered"),
            ("unpaid", "Agreed, not paid in time"),
        ],
        string="Agreement of the team", readonly=True, copy=False, index="btree_not_null", tracking=True,
    )
    approval_chased = fields.Boolean(
        readonly=True, copy=False, help="Whether the team was reminded of this request."
    )

    # -- Asked

    def _must_ask(self):
        """Whether the team agrees to this booking before it is anyone's: what they make themselves needs none."""
        self.ensure_one()
        if self._is_staff():
            return False
        return self.sudo().space_id._needs_approval(self.start, self.stop, self.people)

    def _hold(self, options, quote=None):
        """Keep what the team has to agree to without an end, and tell who asks."""
        asked = self.filtered(lambda booking: booking._must_ask())
        for booking in asked:
            booking._require_answerable()
        asked.sudo().write({"approval": "asked"})
        result = super()._hold(options, quote)
        if asked:
            asked.sudo()._send_mail("tierslieu_booking.mail_template_approval_asked", calendar=self.browse())
        return result

    def _hold_end(self, options):
        return False if self.approval == "asked" else super()._hold_end(options)

    def _require_answerable(self):
        """Refuse the request of somebody whom no answer would find."""
        partner = self.sudo().partner_id
        if self._is_anonymous(partner) or not partner.user_ids:
            raise UserError(
                self.env._(
                    "The team agrees to bookings of %(space)s first: log in or create your account, and ask again.",
                    space=self.sudo().space_id.name,
                )
            )

    @api.model
    def _just_asked(self, space, partner, start, stop):
        """Return the same request, made already: a button pressed twice asks once."""
        return self.search(
            [
                ("partner_id", "=", partner.id), ("space_id", "=", space.id), ("start", "=", start),
                ("stop", "=", stop), ("state", "=", "hold"), ("approval", "=", "asked"),
            ],
            limit=1,
        )

    def _asked_sentence(self):
        """Say to who has just asked what happens next."""
        self.ensure_one()
        return self.env._(
            "Your request is with the team, and the slot is kept for you. They answer by e-mail; you pay nothing"
            " before that."
        )

    def _require_decided(self):
        """Refuse to sell what the team has not agreed to."""
        for booking in self:
            if booking.approval in UNDECIDED:
                raise UserError(
                    self.env._(
                        "The team has not agreed to %(name)s: it can be neither paid nor confirmed.",
                        name=booking.name,
                    )
                )

    def _make_firm(self):
        """Let nobody but the team confirm what it has not agreed to."""
        self.ensure_one()
        if self.approval in UNDECIDED:
            if not self._is_staff():
                self._require_decided()
            self._forget_reminder()
        if self.approval:
            self.sudo().approval = "granted"
        return super()._make_firm()

    def _transition(self, state, **vals):
        """A request that ends without an answer says how; it is shown among what was called off."""
        asked = self.filtered(lambda booking: booking.approval == "asked")
        result = super()._transition(state, **vals)
        if asked and state in ENDS:
            asked.filtered(lambda booking: booking.approval == "asked").sudo().approval = ENDS[state]
            asked.sudo().hold_source = False
            asked._forget_reminder()
        return result

    # -- Answered

    def _answer_refusal(self):
        """Return why there is nothing to answer, or None."""
        self.ensure_one()
        if self.state == "hold" and self.approval == "asked":
            return None
        return self.env._("%(name)s waits for no answer any more.", name=self.name)

    def action_approve(self):
        """Say yes: the customer is asked to pay, or the booking is firm when nothing is paid first.

        Twice is once.

        :raises UserError: when the request is no more, or its time has come
        """
        self._require_staff()
        for booking in self:
            if booking.approval == "granted" and booking.state in ("hold", "confirmed"):
                continue
            refusal = booking._answer_refusal()
            if not refusal and booking.start <= fields.Datetime.now():
                refusal = self.env._("Their time has come already: book another one with them.")
            if refusal:
                raise UserError(refusal)
            if booking._is_paid_first():
                booking._keep_to_pay()
            else:
                booking.action_confirm()
                booking.sudo()._send_mail("tierslieu_booking.mail_template_confirmed")
        return True

    def _is_paid_first(self):
        """Whether the customer pays before it is firm: not what costs no money, nor who has an invoice to pay later."""
        self.ensure_one()
        booking = self.sudo()
        payer = booking.partner_id.commercial_partner_id.with_company(booking.company_id)
        return bool(booking.amount_total and not payer.property_payment_term_id)

    def _keep_to_pay(self):
        """Give the hold an end, and ask for its payment."""
        self.ensure_one()
        booking = self.sudo()
        place, now = booking.place_id, fields.Datetime.now()
        until = max(
            min(now + place._approval_time(), booking.start), now + timedelta(minutes=place.hold_minutes)
        )
        booking.occupancy_ids.filtered(lambda row: row.state == "hold").write({"hold_until": until})
        booking._transition("hold", approval="granted", hold_until=until)
        booking._forget_reminder()
        booking._send_mail("tierslieu_booking.mail_template_approval_granted", calendar=booking.browse())

    def action_refuse(self, reason=None):
        """Say no, with a reason that the customer reads; without one, ask for it.

        :raises UserError: when the request is no more
        """
        self._require_staff()
        reason = (reason or "").strip()
        if not reason:
            return self._ask_why()
        for booking in self:
            if booking.approval == "refused":
                continue
            refusal = booking._answer_refusal()
            if refusal:
                raise UserError(refusal)
            booking._release()
            booking._transition("cancelled", approval="refused", hold_until=False, cancel_reason=reason)
            booking.sudo()._send_mail("tierslieu_booking.mail_template_approval_refused", calendar=booking.browse())
        return True

    def _ask_why(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why not?"),
            "res_model": "tierslieu.approval.refusal",
            "view_mode": "form",
            "views": [[False, "form"]],
            "target": "new",
            "context": {"default_booking_ids": self.ids, "dialog_size": "medium"},
        }

    # -- Paid, once agreed

    def _hold_until_said(self):
        """Say until when a hold waits for its payment: the hour, with its day unless it is today; "" without an end."""
        self.ensure_one()
        if not self.hold_until:
            return ""
        place = self.sudo().place_id
        local = place.to_local(self.hold_until)
        if local.date() == place.now_local().date():
            return place._say_time(local)
        return self.env._("%(day)s, %(hour)s", day=place.format_date(local.date()), hour=place._say_time(local))

    def _may_be_paid(self):
        """Whether its owner may take this agreed hold to a cart now."""
        self.ensure_one()
        until = self.hold_until
        return self.state == "hold" and self.approval == "granted" and until and until > fields.Datetime.now()

    def _put_in_cart(self, order):
        """Take a hold that the team has agreed to to the cart of who pays it.

        :raises UserError: when it cannot be paid now
        """
        self.ensure_one()
        booking = self.sudo()
        booking._take_cart_turn()
        booking._require_decided()
        if not booking._may_be_paid():
            raise UserError(self.env._("%(name)s is no longer kept: ask again.", name=booking.name))
        lines = booking.sale_line_ids.filtered(lambda line: line.order_id.state in ("draft", "sent"))
        elsewhere = lines.filtered(lambda line: line.order_id != order)
        if elsewhere.order_id.filtered(lambda other: other._has_live_payment()):
            raise UserError(self.env._("A payment of this booking is on its way already."))
        booking._put_aside(elsewhere)
        if lines == elsewhere:
            order.sudo()._tierslieu_add(booking)

    def _take_cart_turn(self):
        """Let one cart at a time take it: a row touched by both makes the second begin again."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE tierslieu_booking SET id = id WHERE id IN %s", tuple(self.ids)), log_exceptions=False
        )

    # -- Left unanswered

    @api.model
    def _asked_domain(self):
        """Domain of the requests that wait for an answer."""
        return Domain("state", "=", "hold") & Domain("approval", "=", "asked")

    @api.model
    def _cron_approvals(self, limit=200):
        """Let go what was not answered or not paid in time, and remind the team of the rest."""
        done = self._lapse_unanswered(limit) + self._tell_unpaid(limit) + self._chase(limit)
        self.env["ir.cron"]._commit_progress(done, remaining=int(done >= limit))

    @api.model
    def _lapse_unanswered(self, limit):
        """Free the slots of requests whose start has come, and say so; return how many."""
        domain = self._asked_domain() & Domain("start", "<=", fields.Datetime.now())
        late = self.sudo().search(domain, limit=limit).try_lock_for_update()
        for booking in late:
            booking._expire()
            booking._send_mail("tierslieu_booking.mail_template_approval_lapsed", calendar=booking.browse())
        return len(late)

    @api.model
    def _tell_unpaid(self, limit):
        """Tell who has not paid what was agreed to that it is free again; return how many."""
        domain = Domain("state", "=", "expired") & Domain("approval", "=", "granted")
        unpaid = self.sudo().search(domain, limit=limit).try_lock_for_update()
        unpaid = unpaid.filtered(
            lambda booking: not any(order._has_live_payment() for order in booking.sale_line_ids.order_id)
        )
        unpaid.approval = "unpaid"
        for booking in unpaid:
            booking._send_mail("tierslieu_booking.mail_template_approval_lapsed", calendar=booking.browse())
        return len(unpaid)

    @api.model
    def _chase(self, limit):
        """Put requests that wait too long on somebody's list, once; return how many."""
        now = fields.Datetime.now()
        domain = self._asked_domain() & Domain("approval_chased", "=", False) & (
            Domain("held_at", "<=", now - REMIND_AFTER) | Domain("start", "<=", now + REMIND_BEFORE)
        )
        left = self.sudo().search(domain, limit=limit).try_lock_for_update()
        for booking in left:
            booking.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Answer the request of %(who)s", who=booking.partner_id.display_name),
                user_id=self.env["tierslieu.integrity.result"]._responsible().id,
            )
        left.approval_chased = True
        return len(left)

    def _forget_reminder(self):
        """Take an answered request off the list it was put on."""
        chased = self.sudo().filtered("approval_chased")
        if chased:
            chased.activity_unlink(["mail.mail_activity_data_todo"])

    # -- Moved

    def _move_refusal(self):
        """What the team has agreed to stays as they agreed to it, unless they move it."""
        refusal = super()._move_refusal()
        if not refusal and self.approval == "granted" and not self._is_staff():
            return self.env._("The team has agreed to this booking as it is: ask them to move it.")
        return refusal

    def _check_move(self, start, stop, space=None, reason=None, only_own=False):
        """Move nothing to a slot that the team has to agree to, but by the team."""
        moved = super()._check_move(start, stop, space, reason, only_own)
        start, stop, space, _quote = moved
        if not self._is_staff() and space._needs_approval(start, stop, self.people):
            raise UserError(
                self.env._(
                    "The team agrees to bookings of %(space)s at that time first: make a request, or ask them to"
                    " move yours.",
                    space=space.sudo().name,
                )
            )
        return moved
