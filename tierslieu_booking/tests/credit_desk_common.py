from odoo import Command

from .common import BookingCase


class CreditCase(BookingCase):
    """A place that takes tickets at its desks, and sells them by ten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["tierslieu.credit.type"].create(
            {
                "name": "Ticket",
                "value_ids": [
                    Command.create({"space_id": cls.desks.id, "time_unit": "hour", "amount": 0.5}),
                    Command.create({"space_id": cls.desks.id, "time_unit": "day", "amount": 2}),
                ],
            }
        )
        cls.lots = cls.env["tierslieu.credit.lot"]
        cls.pack = cls.env["product.product"].create(
            {
                "name": "Carnet de 10",
                "type": "service",
                "list_price": 25,
                "invoice_policy": "order",
                "taxes_id": [Command.set(cls.taxes[20].ids)],
                "company_id": cls.env.company.id,
                "tierslieu_credit_type_id": cls.tickets.id,
            }
        )
        cls.cash = cls.env["account.journal"].search(
            [("type", "in", ("cash", "bank")), ("company_id", "=", cls.env.company.id)], limit=1
        )
        cls.fanal = cls.env["res.partner"].create({"name": "Studio Fanal", "is_company": True})
        cls.solene = cls.env["res.partner"].create({"name": "Solène", "parent_id": cls.fanal.id})

    def grant(self, amount=10, partner=None, **values):
        return self.lots._grant(self.tickets, partner or self.alice, amount, **values)

    def hours(self, first, last, day=0):
        return self.at(day, first), self.at(day, last)

    def book(self, space, first, last, partner=None, **options):
        return self.Booking.reserve(space, partner or self.alice, *self.hours(first, last), **options)

    def sale(self, user=None, **values):
        """Return the till that sells a pack to Alice for cash."""
        values = {"partner_id": self.alice.id, "product_id": self.pack.id, "journal": str(self.cash.id), **values}
        return self.env["tierslieu.credit.sale"].with_user(user or self.host).create(values)

    def sell(self, **values):
        """Sell a pack and return its lot."""
        wizard = self.sale(**values)
        wizard.action_sell()
        return wizard.lot_id.sudo()
