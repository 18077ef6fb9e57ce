from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize

from odoo.addons.tierslieu_booking.kernels import cancellation

# What context tells this module, of itself alone: with the rights of the system.
WAIVED = "tierslieu_fee_waived"
SILENT = "tierslieu_told_elsewhere"


class Registration(models.Model):
    """A seat that is given up: settled once, each by the way it was paid, and others may have it.

    However it is cancelled, from the link in a mail, at the desk, by a
    script: what is owed for it and what comes back follow its policy.
    """

    _inherit = "event.registration"

    tierslieu_fee_line_id = fields.Many2one(
        "sale.order.line", string="Order line of the fee", readonly=True, copy=False, ondelete="set null",
        index="btree_not_null",
    )
    tierslieu_refund_ids = fields.One2many("tierslieu.refund", "registration_id", string="Refunds", readonly=True)

    def write(self, vals):
        """Settle what is given up; refuse to take back what was settled."""
        leaving = self.browse()
        if vals.get("state") == "cancel":
            leaving = self.filtered(lambda one: one.state != "cancel")
            leaving._tierslieu_decide_fee()
        elif vals.get("state"):
            self.filtered(lambda one: one.state == "cancel")._tierslieu_check_again()
        result = super().write(vals)
        leaving._tierslieu_settle()
        if leaving and not self.env.context.get(SILENT):
            leaving._tierslieu_tell_cancelled()
        return result

    def _tierslieu_check_again(self):
        """Refuse to give again a seat whose price was given back: it is to be had anew."""
        for registration in self.sudo().filtered("tierslieu_cancelled_at"):
            if registration.sale_order_line_id.price_unit or registration.tierslieu_credit_move_ids:
                raise UserError(
                    self.env._(
                        "%(name)s gave this seat up and it was settled: give them another one.",
                        name=registration.display_name,
                    )
                )

    def _tierslieu_cancel_refusal(self):
        """Return why whoever has this seat may not give it up any more, or None."""
        self.ensure_one()
        registration = self.sudo()
        if registration.state == "cancel":
            return self.env._("This seat was given up already.")
        if registration.state == "done":
            return self.env._("You are in already: it can no longer be cancelled.")
        if registration._tierslieu_start() <= fields.Datetime.now():
            return self.env._("It has begun: it can no longer be cancelled.")
        return None

    def tierslieu_give_up(self):
        """Give up seats, for whoever has them: what it costs is what their policy says.

        :raises UserError: it is too late
        """
        for registration in self:
            refusal = registration._tierslieu_cancel_refusal()
            if refusal:
                raise UserError(refusal)
        self.write({"state": "cancel"})
        return True

    def action_tierslieu_ask_cancel(self):
        """Open what the team decides about the price of seats that are given up."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Give up the seat"),
            "res_model": "tierslieu.seat.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_registration_ids": self.ids, "dialog_size": "medium"},
        }

    # -- Settled

    def _tierslieu_decide_fee(self):
        """Keep what giving up costs now."""
        waived = self.env.su and self.env.context.get(WAIVED)
        for registration in self.sudo():
            fee = cancellation.NOTHING if waived else registration._tierslieu_fee_now()
            registration.write(
                {"tierslieu_fee_percent": float(fee), "tierslieu_cancelled_at": fields.Datetime.now()}
            )

    def _tierslieu_settle(self):
        """Bring orders, invoices, payments and credits to what is owed of seats that were given up."""
        for registration in self.sudo():
            line = registration.sale_order_line_id
            percent = Decimal(str(registration.tierslieu_fee_percent))
            registration._tierslieu_return_credits(percent)
            if line.order_id.state in ("draft", "sent"):
                if registration.event_id._tierslieu_host_place():
                    registration._tierslieu_leave_cart()
            elif line.order_id.state == "sale" and percent != cancellation.WHOLE:
                registration._tierslieu_settle_order(percent)

    def _tierslieu_leave_cart(self):
        """Go out of a cart: nothing was bought yet."""
        line = self.sale_order_line_id
        left = line.registration_ids.filtered(lambda seat: seat.state != "cancel")
        self.write({"sale_order_line_id": False, "sale_order_id": False})
        if left:
            line.product_uom_qty = len(left)
        else:
            line.unlink()

    def _tierslieu_settle_order(self, percent):
        """Sell one seat less, and what stays due instead; give the rest back."""
        line, order = self.sale_order_line_id, self.sale_order_id
        if not line.price_total or line.product_uom_qty < 1:
            return
        before = line.product_uom_qty
        amount, _credit = self._tierslieu_fee_of(percent)
        said = self._tierslieu_to_buyer().env._("%(name)s gives up a seat", name=self.display_name)
        with order._tierslieu_unlocked():
            fee = line.browse()
            if amount:
                fee = fee.create(self._tierslieu_fee_values(percent, float(amount)))
                self.tierslieu_fee_line_id = fee
            # The price with the quantity: it is that of the day when it was bought.
            line.write({"product_uom_qty": before - 1, "price_unit": line.price_unit})
        keeps = self._tierslieu_keeps_money() and not self.env.context.get(WAIVED)
        refunds = self._tierslieu_correct(line, before, fee, said, keeps)
        refunds |= order._tierslieu_give_back_excess(kept=keeps)
        self._tierslieu_ask_about_part()
        refunds.write({"registration_id": self.id, "reason": "cancel"})

    def _tierslieu_to_buyer(self):
        """Return it in the language of the papers of who bought it."""
        return self.with_context(lang=self.sale_order_id.partner_id.lang or self.env.lang)

    def _tierslieu_fee_values(self, percent, amount):
        """Return the order line of what stays due of a seat."""
        line = self.sale_order_line_id
        env = self._tierslieu_to_buyer().env
        said = env["tierslieu.space"]._say_percent(percent)
        what = line.with_env(env).event_ticket_id.name
        return {
            "order_id": line.order_id.id,
            "product_id": self.env.ref("tierslieu_events.product_seat_fee").id,
            "name": env._(
                "Cancelled late: %(fee)s of %(what)s", fee=said,
                what=f"{line.with_env(env).event_id.name}, {what}" if what else line.with_env(env).event_id.name,
            ),
            "tierslieu_seat_fee_of_id": line.id,
            "product_uom_qty": 1,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "discount": 0.0,
            "price_unit": line._tierslieu_unit_of(amount),
        }

    def _tierslieu_correct(self, line, before, fee, said, keeps):
        """Take one seat out of the invoices of its line, and put the fee in.

        :param before: how many seats the line sold
        :return: the refunds of what was paid for it
        """
        if line.qty_invoiced < before:
            return self.env["tierslieu.refund"].sudo()
        if self._tierslieu_correct_draft(line, fee):
            return self.env["tierslieu.refund"].sudo()
        quantities, again = {line: 1}, []
        if before > 1 and not all(tax.price_include for tax in line.tax_ids):
            # A tax on top is rounded on the whole: what is left is charged again, to the cent.
            quantities, again = {line: before}, [(line, before - 1)]
        move = fee._tierslieu_post_difference(quantities, said, again)
        return self.sale_order_id._tierslieu_settle_document(move, keeps)

    def _tierslieu_correct_draft(self, line, fee):
        """Take one seat out of an invoice that is still a draft; return whether there was one."""
        drafts = line.invoice_lines.filtered(
            lambda each: each.parent_state == "draft" and each.move_id.move_type == "out_invoice"
        )
        charged = drafts[:1]
        if not charged:
            return False
        invoice, commands = charged.move_id, []
        if fee:
            commands.append(Command.create(fee._prepare_invoice_line(quantity=1)))
        if charged.quantity > 1:
            commands.append(Command.update(charged.id, {"quantity": charged.quantity - 1}))
        elif fee or len(invoice.invoice_line_ids) > 1:
            commands.append(Command.delete(charged.id))
        else:
            invoice.button_cancel()
        if commands:
            invoice.invoice_line_ids = commands
        return True

    # -- Told

    def _tierslieu_tell_cancelled(self):
        """Write to those who had a seat, and to who paid for it, what became of it."""
        ours = self.filtered(lambda seat: seat.event_id._tierslieu_host_place())
        ours._tierslieu_write_to_all("tierslieu_events.mail_template_seat_cancelled")

    def _tierslieu_write_to_all(self, template, **values):
        """Send one mail to each address of these seats; what comes back is said to who paid.

        :param values: what the template reads in its context
        """
        seats = self.sudo()
        payers = seats._tierslieu_by_payer()
        for payer, bought in payers.items():
            bought[0]._tierslieu_write_to(template, payer, bought, back=bought._tierslieu_back_said(), **values)
        for email, had in seats.grouped(lambda seat: email_normalize(seat.email or "")).items():
            if email and email not in payers:
                had[0]._tierslieu_write_to(template, email, had, back=[], **values)

    def _tierslieu_by_payer(self):
        """Return {normalized e-mail: seats}: by who paid for them, or has them for nothing."""
        found = self.grouped(
            lambda seat: email_normalize(seat.sale_order_id.partner_id.email or seat.email or "")
        )
        return {email: seats for email, seats in found.items() if email}

    def _tierslieu_write_to(self, template, email, seats, **values):
        """Send a mail about seats to an address, in the language of whoever has it."""
        partner = self.sale_order_id.partner_id or self.partner_id
        lang = partner.lang if email_normalize(partner.email or "") == email else False
        self.env.ref(template).sudo().with_context(
            lang=lang or self.event_id.lang or self.env.company.partner_id.lang, seats=seats, **values
        ).send_mail(
            self.id, email_values={"email_to": email, "recipient_ids": []},
            email_layout_xmlid="tierslieu_booking.mail_layout",
        )

    def _tierslieu_back_said(self):
        """Return what seats that were given up have cost and brought back, as sentences."""
        said, _ = [], self.env._
        paid_in = self.filtered("tierslieu_credit_type_id")
        fees = [seat._tierslieu_fee_kept() for seat in self]
        for seat, (amount, credit) in zip(self, fees, strict=True):
            if amount or credit:
                said.append(_("Cancelled late: it costs %(price)s.", price=seat._tierslieu_worth_said(amount, credit)))
        amounts = {
            state: sum(group.mapped("amount")) for state, group in self.tierslieu_refund_ids.grouped("state").items()
        }
        by_itself = sum(amounts.get(state, 0) for state in ("pending", "sent", "done"))
        by_hand = sum(amounts.get(state, 0) for state in ("manual", "failed"))
        money = self[:1]._tierslieu_money_said
        if by_itself:
            said.append(_("%(amount)s go back to your means of payment within a few days.", amount=money(by_itself)))
        if by_hand:
            said.append(_("The team gives you back %(amount)s on your next visit.", amount=money(by_hand)))
        if amounts.get("kept"):
            said.append(
                _("%(amount)s stay on your account: they pay your next invoices.", amount=money(amounts["kept"]))
            )
        for credit_type, seats in paid_in.grouped("tierslieu_credit_type_id").items():
            back = sum(
                Decimal(str(move.amount)) for move in seats.tierslieu_credit_move_ids if move.kind == "return"
            ) - sum(seat._tierslieu_fee_kept()[1] for seat in seats)
            if back > 0:
                said.append(_("%(credits)s come back to you.", credits=credit_type.say(float(back))))
        return said

    def _tierslieu_fee_kept(self):
        """Return what stays due of a seat that was given up: (amount, credits)."""
        self.ensure_one()
        fee_line = self.tierslieu_fee_line_id
        kept = Decimal(0)
        if fee_line:
            kept = Decimal(str(fee_line.price_total))
        elif self.tierslieu_fee_percent == cancellation.WHOLE:
            kept, _credit = self._tierslieu_price()
        credit = -sum(Decimal(str(move.amount)) for move in self.tierslieu_credit_move_ids if move.kind == "fee")
        return kept, credit


class Refund(models.Model):
    _inherit = "tierslieu.refund"

    registration_id = fields.Many2one(
        "event.registration", string="Seat", readonly=True, index="btree_not_null", ondelete="set null"
    )
