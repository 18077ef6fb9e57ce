from odoo.tests import tagged

from .http_common import WebsiteCase


@tagged("post_install", "-at_install")
class TestRefusedPayment(WebsiteCase):
    """A payment refused or given up leaves the visitor their cart, and their slot."""

    def test_the_cart_stays(self):
        for state in ("error", "cancel"):
            with self.subTest(state):
                self.new_visitor(self.alix)
                self.hold(start=self.at(10 if state == "error" else 12))
                self.get("/shop/cart")
                order = self.env["sale.order"].search([], order="id desc", limit=1)
                self.pay(order, state)
                answer = self.url_open(
                    "/shop/payment/validate", allow_redirects=False, timeout=60
                )
                self.assertTrue(answer.headers["Location"].endswith("/shop/payment"))
                self.env.invalidate_all()
                self.assertEqual(order.state, "draft")
                self.assertEqual(order.tierslieu_booking_ids.mapped("state")[-1], "hold")
                self.assertIn("Petit salon", self.get("/shop/cart").text)

    def pay(self, order, state):
        provider = self.env.ref("payment.payment_provider_demo")
        provider.state = "test"
        method = self.env["payment.method"].with_context(active_test=False).search(
            [("code", "=", "demo")], limit=1
        )
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": method.id,
                "reference": f"{order.name}-{state}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        tx._process("demo", {"reference": tx.reference, "simulated_state": state})
        tx._post_process()
