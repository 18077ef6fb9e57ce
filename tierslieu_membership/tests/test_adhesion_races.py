from unittest.mock import patch

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.tierslieu_base.tests.heavy import heavy
from odoo.addons.tierslieu_base.tests.race import RaceCase
from odoo.addons.tierslieu_booking.tests.common import create_booking_data

from .adhesion_common import create_adhesions

NOISE = ("odoo.sql_db", "odoo.service.model")


@tagged("post_install", "-at_install", "race")
class TestAdhesionRaces(RaceCase):
    """The same adhesion renewed at the same instant: from two devices, by two hosts."""

    @classmethod
    def prepare(cls, env):
        data = create_booking_data(env)
        company = data["place"].company_id
        cls.article = create_adhesions(env, company)["rolling"].product_variant_id.id
        cls.people = [
            env["res.partner"].create({"name": f"Contender {nth}"}).id for nth in range(9)
        ]
        cls.journal = str(
            env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
            ).id
        )

    def sell(self, person):
        def action(env, nth):
            wizard = env["tierslieu.adhesion.sale"].create(
                {"partner_id": person, "product_id": self.article, "journal": self.journal}
            )
            wizard.action_sell()
            return wizard.line_id.id

        return action

    def pay(self, orders):
        """Begin the payment of carts, as the page of payments does."""
        def action(env, nth):
            order = env["sale.order"].browse(orders[nth])
            order._check_cart_is_ready_to_be_paid()
            return env["payment.transaction"].create(
                {
                    "provider_id": env.ref("payment.payment_provider_demo").id,
                    "payment_method_id": env["payment.method"].with_context(active_test=False).search(
                        [("code", "=", "demo")], limit=1
                    ).id,
                    "reference": f"{order.name}-{nth}",
                    "amount": order.amount_total,
                    "currency_id": order.currency_id.id,
                    "partner_id": order.partner_id.id,
                    "operation": "online_direct",
                    "sale_order_ids": [(6, 0, order.ids)],
                }
            ).id

        return action

    def carts(self, person, number):
        with self.committed() as env:
            website = env["website"].search([("company_id", "=", env.company.id)], limit=1)
            carts = env["sale.order"].create(
                [{"partner_id": person, "website_id": website.id} for _nth in range(number)]
            )
            for cart in carts:
                cart._tierslieu_add_adhesion(env["product.product"].browse(self.article).product_tmpl_id)
            return carts.ids

    def count(self, person):
        with self.committed() as env:
            return env["membership.membership_line"].search_count(
                [("partner_id", "=", person), ("tierslieu_scope", "!=", False), ("state", "!=", "canceled")]
            )

    def test_two_renewals_make_one(self):
        for person in self.people[:3]:
            with self.expected_logs(*NOISE):
                outcomes = self.race(4, self.sell(person))
            self.assertOneWinner(outcomes, UserError)
            self.assertEqual(self.count(person), 1)
            with self.committed() as env:
                moves = env["account.move"].search([("partner_id", "=", person), ("move_type", "=", "out_invoice")])
                self.assertEqual(moves.mapped("payment_state"), ["paid"] if len(moves) == 1 else [])
        self.assertIntegrity()

    def test_different_people_do_not_wait_in_vain(self):
        with self.expected_logs(*NOISE):
            outcomes = self.race(2, lambda env, nth: self.sell(self.people[3 + nth])(env, nth))
        self.assertTrue(all(outcome.won for outcome in outcomes), outcomes)

    def test_two_given_at_once_make_one(self):
        person = self.people[5]

        def action(env, nth):
            return env["membership.membership_line"]._tierslieu_give(
                env["product.product"].browse(self.article), env["res.partner"].browse(person), "Bénévole"
            ).id

        with self.expected_logs(*NOISE):
            self.assertOneWinner(self.race(4, action), UserError)
        self.assertEqual(self.count(person), 1)

    def test_two_devices_begin_one_payment(self):
        carts = self.carts(self.people[7], 3)
        with self.expected_logs(*NOISE):
            outcomes = self.race(3, self.pay(carts))
        self.assertOneWinner(outcomes, ValidationError)

    @heavy
    def test_control_without_turn_two_payments_begin(self):
        blind = patch.object(self.registry["res.partner"], "_tierslieu_take_adhesion_turn", lambda partners: None)
        carts = self.carts(self.people[8], 3)
        with blind, self.expected_logs(*NOISE):
            outcomes = self.race(3, self.pay(carts), work=0.3)
        self.assertGreater(sum(outcome.won for outcome in outcomes), 1, outcomes)

    @heavy
    def test_control_without_turn_nor_members_on_partners(self):
        """Without its turn, and without what OCA writes on a person, the same race makes several members."""
        person, partners = self.people[6], self.registry["res.partner"]

        def action(env, nth):
            return env["membership.membership_line"]._tierslieu_give(
                env["product.product"].browse(self.article), env["res.partner"].browse(person), "Bénévole"
            ).id

        blind = patch.multiple(
            partners,
            _tierslieu_take_adhesion_turn=lambda partners: None,
            _compute_membership_state=lambda partners: None,
            _compute_membership_date=lambda partners: None,
        )
        with blind, self.expected_logs(*NOISE):
            outcomes = self.race(4, action, work=0.3)
        self.assertGreater(sum(outcome.won for outcome in outcomes), 1, outcomes)
        self.assertGreater(self.count(person), 1)
