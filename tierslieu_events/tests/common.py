from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.tierslieu_booking.tests.test_money import MoneyCase


def create_event(env, seats=0, tickets=(), slots=(), **values):
    """Make an event on the first of March 2027; `tickets`: (name, seats, price), `slots`: hours it begins."""
    product = env.ref("event_product.product_product_event")
    return env["event.event"].create(
        {
            "name": "Atelier vélo", "date_begin": "2027-03-01 08:00:00", "date_end": "2027-03-01 20:00:00",
            "date_tz": "Europe/Paris", "lang": "en_US", "seats_limited": bool(seats), "seats_max": seats,
            "is_multi_slots": bool(slots),
            "event_ticket_ids": [
                Command.create({"name": name, "seats_max": most, "price": price, "product_id": product.id})
                for name, most, price in tickets
            ],
            "event_slot_ids": [
                Command.create({"date": "2027-03-01", "start_hour": hour, "end_hour": hour + 1}) for hour in slots
            ],
        }
        | values
    )


def create_evening(case, **values):
    """Make an event that is published, from 18 to 20 on the day that a case of pages looks at."""
    begin = case.place.to_utc(fields.Datetime.to_datetime(case.day).replace(hour=18))
    return create_event(
        case.env, is_published=True, date_begin=begin, date_end=begin + timedelta(hours=2),
        company_id=case.place.company_id.id, **values,
    )


def put_in(order, ticket, number=1, slot=None, **options):
    """Put seats in a cart as the website does; return the order."""
    values = order._cart_add(
        product_id=ticket.product_id.id, quantity=number, event_ticket_id=ticket.id,
        event_slot_id=slot.id if slot else False, **options,
    )
    order.env["event.registration"].create(
        [
            {
                "event_id": ticket.event_id.id, "event_ticket_id": ticket.id,
                "event_slot_id": slot.id if slot else False, "name": f"{order.partner_id.name} {nth}",
                "sale_order_id": order.id, "sale_order_line_id": values["line_id"],
            }
            for nth in range(number)
        ]
    )
    return order


class EventCase(MoneyCase):
    """A workshop of ten seats, two tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registrations = cls.env["event.registration"]
        cls.event = create_event(cls.env, seats=3, tickets=[("Plein tarif", 0, 12.0), ("Tarif réduit", 2, 6.0)])
        cls.bob = cls.env["res.partner"].create({"name": "Bob", "email": "bob@example.org", "lang": "en_US"})
        cls.full, cls.reduced = cls.event.event_ticket_ids

    def register(self, ticket=None, event=None, slot=None, **values):
        event = event or (ticket or slot or self.event).event_id if (ticket or slot) else event or self.event
        return self.registrations.create(
            {
                "event_id": event.id, "event_ticket_id": ticket.id if ticket else False,
                "event_slot_id": slot.id if slot else False, "name": "Somebody",
            }
            | values
        )

    def cart_of(self, partner, ticket, number=1, slot=None, **options):
        """Put seats in a cart as the website does; return the order."""
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "website_id": self.website.id, "company_id": self.env.company.id}
        )
        return put_in(order, ticket, number, slot, **options)

    def later(self, **delta):
        return freeze_time(fields.Datetime.now() + timedelta(**delta))

    def left(self, ticket=None, slot=None, event=None):
        """Return (seats left, how many of those taken are only held)."""
        self.env.invalidate_all()
        [pair] = (event or self.event)._tierslieu_left([(slot, ticket)])
        return pair
