"""Packs sold by orders and by invoices, refunded, cancelled, corrected."""

from decimal import Decimal

from dateutil.relativedelta import relativedelta

from .credit_acts import Act, hundredths


class PackActs:
    """Acts of a `Machine`, like those of `BookingActs`."""

    # -- Packs

    def pack(self):
        """Return (kind, product, values of the lot that it grants) of a pack and its buyer."""
        kind = self.rng.choice(list(self.case.packs))
        product = self.case.packs[kind]
        shared, amount = product.tierslieu_credit_shared, Decimal(str(product.tierslieu_credits))
        _person, partner, holder = self.who(shared)
        return product, partner, (kind, holder, amount, self.today, self.end_of(product), shared)

    def end_of(self, product):
        """Return the last day of a pack sold today."""
        months = product.tierslieu_credit_months
        return self.today + relativedelta(months=months, days=-1) if months else None

    def act_order(self):
        product, partner, values = self.pack()

        def do():
            line = {"product_id": product.id, "product_uom_qty": 1}
            order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
            order.action_confirm()
            return order.id, order.order_line.tierslieu_lot_ids.id

        def tell(ledger, value):
            order, lot = value
            self.orders[order] = values
            ledger.sell(("order", order), lot, *values)

        return Act(do, tell)

    def one_order(self, state, used=False):
        """Return an order of these in that state, or None.

        :param used: rather one whose credits were drawn from
        """
        found = [
            order for order in list(self.orders)[-12:] if (("order", order) in self.ledger.sales) == (state == "sale")
        ]
        if used:
            found = [order for order in found if self.is_used(("order", order))] or found
        return self.env["sale.order"].browse(self.rng.choice(found)) if found else None

    def act_order_cancelled(self):
        order = self.one_order("sale", used=self.rng.random() < 0.5)
        return order and Act(
            lambda: order._action_cancel() and None, lambda ledger, _none: ledger.call_off(("order", order.id))
        )

    def newest_lot(self, order):
        return max(order.order_line.tierslieu_lot_ids.ids)

    def again(self, order):
        """Return what a pack sold now is like: valid from today on."""
        kind, holder, amount, _start, _end, shared = self.orders[order.id]
        return kind, holder, amount, self.today, self.end_of(order.order_line.product_id), shared

    def act_order_again(self):
        order = self.one_order("cancel")
        if not order:
            return None
        values = self.again(order)
        quantity = int(order.order_line.product_uom_qty)
        values = (*values[:2], values[2] * quantity, *values[3:])

        def do():
            order.action_draft()
            order.action_confirm()
            return self.newest_lot(order)

        return Act(do, lambda ledger, lot: ledger.sell(("order", order.id), lot, *values))

    def act_order_one_more(self):
        order = self.one_order("sale")
        if not order:
            return None
        values = self.again(order)

        def do():
            order.order_line.product_uom_qty += 1
            return self.newest_lot(order)

        return Act(do, lambda ledger, lot: ledger.sell(("order", order.id), lot, *values))

    def act_order_one_less(self):
        order = self.one_order("sale")
        if not order or order.order_line.product_uom_qty < 2:
            return None
        amount = self.orders[order.id][2]

        def do():
            order.order_line.product_uom_qty -= 1

        return Act(do, lambda ledger, _none: ledger.refund(("order", order.id), amount))

    def act_invoice(self):
        product, partner, values = self.pack()

        def do():
            line = {"product_id": product.id, "quantity": 1, "price_unit": 100}
            move = self.env["account.move"].create(
                {"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [(0, 0, line)]}
            )
            move.action_post()
            return move.id, move.invoice_line_ids.tierslieu_lot_ids.id

        def tell(ledger, value):
            move, lot = value
            self.invoices[move] = values
            ledger.sell(("invoice", move), lot, *values)

        return Act(do, tell)

    def one_invoice(self, state, used=False):
        """Return an invoice without a credit note, or None; `used`: some of its credits were."""
        moves = self.env["account.move"].browse(list(self.invoices)[-12:])
        moves = moves.filtered(lambda move: move.state == state and move.id not in self.notes)
        if used:
            moves = moves.filtered(lambda move: self.is_used(("invoice", move.id)))
        return self.rng.choice(moves) if moves else None

    def is_used(self, sale):
        return any(lot.balance < lot.granted - lot.refunded - lot.over for lot in self.ledger.lots_of(sale))

    def act_invoice_draft(self):
        move = self.one_invoice("posted", used=True) or self.one_invoice("posted")
        return move and Act(
            move.button_draft, lambda ledger, _none: ledger.unpost(("invoice", move.id))
        )

    def act_invoice_again(self):
        move = self.one_invoice("draft")
        return move and Act(
            lambda: move.action_post() and None, lambda ledger, _none: ledger.repost(("invoice", move.id))
        )

    def act_credit_note(self, part=1):
        move = self.one_invoice("posted", used=self.rng.random() < 0.5)
        # The others are there to go back to draft.
        if not move or len(self.notes) > len(self.invoices) / 2:
            return None
        amount = hundredths(self.invoices[move.id][2] * Decimal(str(part)))

        def do():
            note = move._reverse_moves()
            if part != 1 and self.rng.random() < 0.5:
                note.invoice_line_ids.price_unit *= part
            elif part != 1:
                note.invoice_line_ids.quantity = part
            note.action_post()
            return note.id

        def tell(ledger, note):
            ledger.refund(("invoice", move.id), amount, note)
            self.notes[move.id] = note, amount

        return Act(do, tell)

    def act_credit_note_half(self):
        return self.act_credit_note(0.5)

    def one_note(self, state):
        notes = self.env["account.move"].browse(note for note, _amount in self.notes.values())
        notes = notes.filtered(lambda note: note.state == state and note.reversed_entry_id.state == "posted")
        return self.rng.choice(notes) if notes else None

    def act_credit_note_draft(self):
        note = self.one_note("posted")
        return note and Act(
            note.button_draft,
            lambda ledger, _none: ledger.unrefund(("invoice", note.reversed_entry_id.id), note.id),
        )

    def act_credit_note_again(self):
        note = self.one_note("draft")
        if not note:
            return None
        invoice = note.reversed_entry_id.id
        amount = self.notes[invoice][1]
        return Act(
            lambda: note.action_post() and None,
            lambda ledger, _none: ledger.refund(("invoice", invoice), amount, note.id),
        )
