from .common import BookingCase


def create_tickets(env, desks):
    """Create a type of credits that pays desks: half a ticket an hour, two a day."""
    return env["tierslieu.credit.type"].create(
        {
            "name": "Ticket",
            "value_ids": [
                (0, 0, {"space_id": desks.id, "time_unit": "hour", "amount": 0.5}),
                (0, 0, {"space_id": desks.id, "time_unit": "day", "amount": 2}),
            ],
        }
    )


class CreditCase(BookingCase):
    """Tickets that pay desks, and a pack of ten of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = create_tickets(cls.env, cls.desks)
        cls.lots = cls.env["tierslieu.credit.lot"]
        cls.pack = cls.env["product.product"].create(
            {"name": "Carnet", "type": "service", "list_price": 100, "tierslieu_credit_type_id": cls.tickets.id}
        )

    def grant(self, amount=10, partner=None, **values):
        return self.lots._grant(self.tickets, partner or self.alice, amount, **values)

    def book(self, first, last, day=0, partner=None, **options):
        return self.Booking.reserve(
            self.desks, partner or self.alice, self.at(day, first), self.at(day, last), **options
        )

    def balances(self, *lots):
        self.assertClean()
        return [lot.balance for lot in lots]
