from datetime import timedelta

from odoo import models

from ..kernels import cancellation
from .booking_terms_words import OVER


def ask_team_once(record, summary):
    """Leave whoever is in charge an activity on a record, unless one with this summary waits there."""
    if summary not in record.activity_ids.mapped("summary"):
        record.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            user_id=record.env["tierslieu.integrity.result"]._responsible().id,
        )


class Booking(models.Model):
    """A booking whose invoice an accountant has credited by hand: its money is in their hands."""

    _inherit = "tierslieu.booking"

    def _fee_now(self, at=None):
        """Ask nothing more of who was credited all of it: the fee was given up with the price."""
        return self._fee_unless_credited(super()._fee_now(at))

    def _fee_of_no_show(self):
        """Ask nothing more of them when nobody comes either."""
        return self._fee_unless_credited(super()._fee_of_no_show())

    def _fee_unless_credited(self, percent):
        """Return a fee, in percent; nothing of it where all was credited."""
        return cancellation.NOTHING if percent and self._credited_by_hand() == "all" else percent

    def _credited_by_hand(self):
        """Return how much of what is charged an accountant has credited: "all", "part", or None.

        None while it counts as invoiced. A credit note that is still a draft is a part: it is to be posted.
        """
        self.ensure_one()
        booking = self.sudo()
        return booking.sale_line_ids._tierslieu_credited_by_hand() if booking.payment_status == "credited" else None

    def _keeps_on_account(self):
        """Keep nothing by itself of what was credited in part: the team gives back what is left."""
        return super()._keeps_on_account() and self._credited_by_hand() != "part"

    def _bring_books(self, said, wait=timedelta(0)):
        """Ask the team where a credit note of theirs leaves a part: it is not to be guessed what was meant.

        Nothing of it goes back by itself: see `_tierslieu_in_hand`.
        """
        in_part = self._credited_by_hand() == "part"
        result = super()._bring_books(said, wait)
        if in_part:
            self._ask_about_part()
        return result

    def _reprice(self, quote):
        """Ask the team as well where its price is another one."""
        in_part = self.state != "hold" and self._credited_by_hand() == "part"
        result = super()._reprice(quote)
        if in_part:
            self._ask_about_part()
        return result

    def _ask_about_part(self):
        """Leave the team an activity, once, to bring the invoice to what is owed."""
        if self.state == "cancelled":
            summary = self.env._("Called off, and credited in part by hand: bring its invoice to what is owed")
        elif self.state == "no_show":
            summary = self.env._("Nobody came, and credited in part by hand: bring its invoice to what is owed")
        else:
            summary = self.env._("Changed, and credited in part by hand: bring its invoice to what is owed")
        ask_team_once(self, summary)

    def _invoice_again(self):
        """Leave alone what an accountant took back: somebody who came after all owes it no more than before."""
        if self._credited_by_hand():
            return None
        return super()._invoice_again()

    # -- Said

    def _give_back_plan(self, amount):
        """Say that the team gives back what is left of a part: no provider is asked."""
        if amount > 0 and self._credited_by_hand() == "part":
            return 0.0, amount
        return super()._give_back_plan(amount)

    def _money_back(self):
        """Count what the team has still to give back, as long as its invoice says more than is owed."""
        sent, by_hand = super()._money_back()
        if self.state in OVER and self._credited_by_hand() == "part":
            booking = self.sudo()
            by_hand += max(0.0, booking.currency_id.round(booking._paid_amount() - booking.amount_owed))
        return sent, by_hand

    def _left_to_pay(self):
        """Ask for no more than is owed, whatever the invoice says still."""
        if self.state in OVER and self._credited_by_hand() == "part":
            booking = self.sudo()
            return max(0.0, booking.currency_id.round(booking.amount_owed - booking._paid_amount()))
        return super()._left_to_pay()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _tierslieu_in_hand(self):
        """Return what is sold no more of what accountants have credited by notes of their own.

        They give it back by their own means: nothing of it leaves by itself.
        """
        return sum(line._tierslieu_in_hand() for line in self.order_line)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _tierslieu_credited_by_hand(self):
        """Return how much of what is charged of these lines an accountant has credited: "all", "part", or None.

        A credit note that is still a draft is a part: it is to be posted.
        """
        moves = self.invoice_lines.move_id.filtered(lambda move: move.state != "cancel")
        if not any(move._tierslieu_is_by_hand() for move in moves):
            return None
        left = self._tierslieu_invoiced_net()
        return "all" if all(currency.is_zero(left) for currency in self.currency_id) else "part"

    def _tierslieu_in_hand(self):
        """Return how much more our documents charge of this line than it costs, once credited by hand."""
        self.ensure_one()
        called_off = self.order_id.state == "cancel"
        if not (called_off or self._tierslieu_is_settled()):
            return 0.0
        lines = self.invoice_lines.filtered(lambda line: line.parent_state != "cancel")
        by_hand = lines.filtered(lambda line: line.move_id._tierslieu_is_by_hand())
        if not by_hand:
            return 0.0
        charged = (lines - by_hand).filtered(lambda line: line.parent_state == "posted")._tierslieu_net()
        return max(0.0, charged - (0.0 if called_off else self.price_total))

    def _tierslieu_is_settled(self):
        """Whether what is paid of this line and not owed any more goes back by itself."""
        self.ensure_one()
        return bool(self.tierslieu_booking_id)
