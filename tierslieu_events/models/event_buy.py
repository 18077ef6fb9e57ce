from odoo import models
from odoo.exceptions import UserError

# What one person may ask for in one go, whatever is left.
MOST_AT_ONCE = 20


class Event(models.Model):
    """Seats asked for by whoever comes to the page of an event: what is offered, then had."""

    _inherit = "event.event"

    # -- Offered

    def _tierslieu_open_slots(self):
        """Return the slots that may still be chosen, in their order."""
        self.ensure_one()
        return self.event_slot_ids._filter_open_slots().sorted("start_datetime")

    def _tierslieu_offer(self, partner, slot=None, voucher=None):
        """Return what a page offers of each ticket, in order.

        :return: dicts: `ticket`, `price` (what a seat costs, tax included; None: free price), `most`
            (how many may be asked for), `word` (why none, or how many are left; may be empty), `refusal`,
            `credits` (what a seat costs in the credits that they have; may be empty)
        """
        self.ensure_one()
        date = self._tierslieu_date(slot)
        tickets = self.event_ticket_ids.filtered(lambda one: one.product_id.active and not one.is_expired)
        left = self._tierslieu_left([(slot, ticket) for ticket in tickets], voucher=voucher)
        fare = self._tierslieu_fare(partner, slot)
        offers = []
        for ticket, (number, held) in zip(tickets, left, strict=True):
            refusal = ticket._tierslieu_refusal(partner, date)
            if not ticket.is_launched:
                refusal = self.env._("On sale from %(day)s on.", day=ticket._tierslieu_launch_said())
            most = MOST_AT_ONCE if number is None else min(number, MOST_AT_ONCE)
            if ticket.limit_max_per_order:
                most = min(most, ticket.limit_max_per_order)
            offers.append(
                {
                    "ticket": ticket,
                    "price": (
                        None if ticket.tierslieu_free_price else self._tierslieu_price(ticket, voucher, slot, fare)
                    ),
                    "most": 0 if refusal else most,
                    "word": self._tierslieu_left_said(number, held),
                    "refusal": refusal,
                    "credits": ticket._tierslieu_credit_offer(partner, date) and ticket._tierslieu_credits_said(),
                }
            )
        return offers

    def _tierslieu_date(self, slot=None):
        """Return the local date of the event, or of one of its slots."""
        return self._tierslieu_local(slot.start_datetime if slot else self.date_begin).date()

    def _tierslieu_left_said(self, number, held):
        """Say how many seats are left when there are few: “Full”, or that some may come back."""
        if number == 0:
            return self.env._("Full. Some seats may come back soon.") if held else self.env._("Full")
        if number is not None and number <= 5:
            return self.env._("%(number)s left", number=number)
        return ""

    def _tierslieu_price(self, ticket, voucher=None, slot=None, fare=None):
        """Return what a seat costs with this ticket, tax included.

        :param fare: pricelist; empty: that of the environment
        """
        fare = fare or ticket.product_id.product_tmpl_id._get_contextual_pricelist()
        fits = voucher and voucher._fits(ticket, slot or self.env["event.slot"])
        return ticket._tierslieu_price_by(fare, voucher if fits else None)

    # -- Had

    def _tierslieu_have(self, wanted, people, partner, slot=None, voucher=None, order=None, in_credits=False):
        """Give seats that cost nothing, or put them in a cart.

        :param wanted: {ticket: (number, price chosen or None)}
        :param people: [(name, e-mail, phone)], the one who asks first; fewer than the seats: the first brings others
        :param partner: who is logged in; empty for a passer-by
        :param order: function that returns the cart; called only when something is to be paid
        :param in_credits: whether the credits of `partner` pay the tickets that take them
        :return: (registrations, order); an empty order when nothing is to be paid
        :raises UserError: one sentence; nothing is kept
        """
        self.ensure_one()
        wanted = {ticket: (number, price) for ticket, (number, price) in wanted.items() if number}
        self._tierslieu_check_wanted(wanted, people, slot)
        prices = {ticket: ticket._tierslieu_checked_price(price) for ticket, (_number, price) in wanted.items()}
        drawn = {ticket for ticket in wanted if in_credits and partner and ticket.sudo().tierslieu_credit_type_id}
        fare = self._tierslieu_fare(partner, slot)
        costs = any(
            self._tierslieu_price(ticket, voucher, slot, fare) if price is None else price
            for ticket, price in prices.items()
            if ticket not in drawn
        )
        cart = order() if costs else self.env["sale.order"]
        registrations, named = self.env["event.registration"].sudo(), iter(people)
        for ticket, (number, _price) in wanted.items():
            used = voucher if voucher and voucher._fits(ticket, slot or self.env["event.slot"]) else None
            line = cart and ticket not in drawn and self._tierslieu_cart_line(
                cart, ticket, number, prices[ticket], slot, used
            )
            seats = registrations.create(
                [
                    self._tierslieu_seat_values(ticket, slot, used, partner, next(named, people[0]), line)
                    for _nth in range(number)
                ]
            )
            if ticket in drawn:
                seats.with_env(self.env).sudo()._tierslieu_draw_credits(partner)
            registrations |= seats
        return registrations, cart

    def _tierslieu_check_wanted(self, wanted, people, slot):
        if not wanted:
            raise UserError(self.env._("Say how many seats you would like."))
        if self.is_multi_slots and (not slot or slot not in self._tierslieu_open_slots()):
            raise UserError(self.env._("Choose a time first."))
        if not self._tierslieu_is_on() or self.is_finished:
            raise UserError(self.env._("%(event)s is over, or does not take place.", event=self.name))
        if not people or not people[0][0] or not people[0][1]:
            raise UserError(self.env._("Write your name and your e-mail address."))
        for ticket, (number, _price) in wanted.items():
            most = ticket.limit_max_per_order or MOST_AT_ONCE
            if number > most:
                raise UserError(
                    self.env._("%(ticket)s: %(most)s seats at most at a time.", ticket=ticket.name, most=most)
                )
            if not ticket.is_launched or ticket.is_expired:
                raise UserError(self.env._("%(ticket)s is not on sale at this moment.", ticket=ticket.name))

    def _tierslieu_cart_line(self, cart, ticket, number, price, slot, voucher):
        """Put seats in a cart; refuse to put in fewer than were asked for."""
        options = {"tierslieu_voucher_id": voucher.id} if voucher else {}
        if price is not None:
            options["tierslieu_seat_price"] = price
        had = sum(cart.order_line.filtered(lambda line: line.event_ticket_id == ticket).mapped("product_uom_qty"))
        values = cart._cart_add(
            product_id=ticket.product_id.id, quantity=number, event_ticket_id=ticket.id,
            event_slot_id=slot.id if slot else False, **options,
        )
        now = sum(cart.order_line.filtered(lambda line: line.event_ticket_id == ticket).mapped("product_uom_qty"))
        if now - had < number:
            raise UserError(values.get("warning") or self.env._("%(ticket)s: not enough seats.", ticket=ticket.name))
        return cart.order_line.browse(values["line_id"])

    def _tierslieu_seat_values(self, ticket, slot, voucher, partner, person, line):
        name, email, phone = person
        return {
            "event_id": self.id, "event_ticket_id": ticket.id, "event_slot_id": slot.id if slot else False,
            "partner_id": partner.id if partner else False, "name": name, "email": email, "phone": phone,
            "tierslieu_voucher_id": voucher.id if voucher else False,
        } | ({"sale_order_id": line.order_id.id, "sale_order_line_id": line.id} if line else {})
