from datetime import timedelta

from odoo import fields

from ..build_credits import GIFTS, HANDOVERS, SALES


class CreditsOfLeQuai:
    """What Le Quai shows of credits: each kind of lot, used as people use them."""

    def lots(self, env, *domain):
        return env["tierslieu.credit.lot"].search(list(domain))

    def test_a_lot_of_each_kind(self):
        with self.committed() as env:
            today = fields.Date.context_today(env.user)
            self.assertEqual(len(self.lots(env, ("origin", "=", "pack"))), len(SALES))
            self.assertEqual(len(self.lots(env, ("origin", "=", "gift"))), len(GIFTS))
            self.assertEqual(len(self.lots(env, ("origin", "=", "transfer"))), len(HANDOVERS))
            shared = self.lots(env, ("is_shared", "=", True))
            self.assertEqual(shared.partner_id, env.ref("le_quai.fanal"))
            soon = self.lots(
                env, ("balance", ">", 0), ("last_day", ">=", today), ("last_day", "<=", today + timedelta(days=30))
            )
            self.assertTrue(soon)
            for state in ("valid", "used", "expired"):
                self.assertTrue(self.lots(env, ("state", "=", state)), state)
            kinds = {kind for kind, in env["tierslieu.credit.move"]._read_group([], ["kind"])}
            self.assertGreaterEqual(kinds, {"grant", "consume", "return", "expire", "transfer"})
            said = self.lots(env, ("origin", "!=", "pack")).move_ids.filtered(lambda move: move.kind == "grant")
            self.assertTrue(all(said.mapped("reason")))

    def test_regulars_pay_with_them(self):
        with self.committed() as env:
            paid = env["tierslieu.booking"].search([("line_ids.credit_type_id", "!=", False)])
            self.assertGreaterEqual(len(paid), 25)
            self.assertGreaterEqual(len(paid.space_id), 2)
            self.assertIn(env.ref("le_quai.alice"), paid.partner_id)
            alone = paid.filtered(lambda booking: not booking.amount_total)
            self.assertFalse([booking.name for booking in alone if booking.payment_status != "none"])
            self.assertTrue(paid.filtered(lambda booking: booking.start > fields.Datetime.now()))
            # Somebody of the organisation books with what it shares.
            drawn = env["tierslieu.credit.move"].search(
                [("lot_id.is_shared", "=", True), ("kind", "=", "consume")]
            )
            self.assertIn(env.ref("le_quai.solene"), drawn.booking_id.partner_id)

    def test_packs_are_sold_paid_and_dated_in_their_time(self):
        with self.committed() as env:
            orders = self.lots(env, ("origin", "=", "pack")).sale_line_id.order_id
            self.assertEqual(len(orders), len(SALES))
            due = orders.invoice_ids.filtered("amount_residual")
            self.assertEqual(due.partner_id, env.ref("le_quai.yasmine"))
            for lot in self.lots(env, ("origin", "=", "pack")):
                self.assertEqual(lot.valid_from, lot.sale_line_id.order_id.invoice_ids.invoice_date)
            packs = env["product.template"].search([("tierslieu_credit_type_id", "!=", False)])
            self.assertEqual(len(packs), 4)
            self.assertTrue(all(packs.mapped("is_published")))
