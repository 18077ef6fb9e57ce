from datetime import timedelta

from odoo import Command

from .common import EventCase, put_in


class FareCase(EventCase):
    """Alice has the fare of students on the day of the event: half of every price. Bob has none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.event.write({"tierslieu_place_id": cls.place.id, "seats_max": 100})
        cls.reduced.seats_max = 0
        cls.product = cls.full.product_id
        cls.till = cls.env["account.journal"].create({"name": "Caisse", "type": "cash", "code": "TLC"})
        cls.half = cls.a_list("Étudiants", compute_price="percentage", percent_price=50.0)
        cls.student = cls.env["tierslieu.profile"].create(
            {"name": "Étudiant", "pricelist_id": cls.half.id, "needs_proof": True, "company_id": cls.env.company.id}
        )
        day = cls.event.date_begin.date()
        cls.proof = cls.env["tierslieu.proof"].create(
            {
                "partner_id": cls.alice.id, "profile_id": cls.student.id, "company_id": cls.env.company.id,
                "state": "accepted", "valid_from": day - timedelta(days=1), "valid_until": day,
            }
        )

    @classmethod
    def a_list(cls, name, **rule):
        """Make a pricelist of one rule for everything."""
        rules = [Command.create({"applied_on": "3_global"} | rule)] if rule else []
        return cls.env["product.pricelist"].create({"name": name, "item_ids": rules})

    def show_discounts(self, shown=True):
        """Tick or untick the setting of Odoo that writes reductions beside prices."""
        users, discounts = self.env.ref("base.group_user"), self.env.ref("sale.group_discount_per_so_line")
        users.implied_ids = [Command.link(discounts.id) if shown else Command.unlink(discounts.id)]
        self.env.invalidate_all()
        self.assertEqual(self.env["product.pricelist.item"]._is_discount_feature_enabled(), shown)

    def order_of(self, partner, ticket=None, number=1, pricelist=None, **options):
        """Put seats in a cart that has a pricelist, or none."""
        order = self.env["sale.order"].create(
            {
                "partner_id": partner.id, "website_id": self.website.id, "company_id": self.env.company.id,
                "pricelist_id": pricelist.id if pricelist else False,
            }
        )
        self.assertEqual(order.pricelist_id, pricelist or order.pricelist_id.browse())
        return put_in(order, ticket or self.full, number, **options)

    def on_the_page(self, partner, ticket=None, voucher=None):
        ticket = ticket or self.full
        [price] = [
            offer["price"] for offer in self.event._tierslieu_offer(partner, voucher=voucher)
            if offer["ticket"] == ticket
        ]
        return price

    def at_the_door(self, partner=None, ticket=None, number=1, **values):
        return self.env["tierslieu.door.sale"].with_user(self.host).create(
            {
                "event_id": self.event.id, "ticket_id": (ticket or self.full).id, "number": number, "name": "Quelqu'un",
                "journal": str(self.till.id), "come_in": False,
            }
            | ({"partner_id": partner.id} if partner else {}) | values
        )
