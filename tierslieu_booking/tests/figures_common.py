from datetime import date, timedelta

from odoo import Command

from .common import BookingCase


class FiguresCase(BookingCase):
    """A place that exists since the first of November 2026, as far as its figures go."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Hours = cls.env["tierslieu.day.hours"]
        cls.Month = cls.env["tierslieu.month"]
        cls.since(cls.place, "2026-11-01 00:00:00")

    @classmethod
    def since(cls, place, moment):
        """Say since when a place and its units are there: no method writes that."""
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE tierslieu_place SET create_date = %s WHERE id = %s", [moment, place.id]
        )
        cls.env.cr.execute(
            "UPDATE tierslieu_unit SET create_date = %s WHERE place_id = %s", [moment, place.id]
        )
        cls.env.invalidate_all()

    def a_booking(self, space, start, stop, state="done", units=None, partner=None, buffer=0,
                  amount=0.0, **values):
        """Write a booking as it would be after its life, with its occupancies."""
        booking = self.Booking.sudo().create(
            {
                "partner_id": (partner or self.alice).id, "space_id": space.id, "state": state,
                "start": start, "stop": stop, **values,
            }
        )
        around = timedelta(minutes=buffer)
        live = state in ("confirmed", "in_use", "done")
        self.Occupancy.sudo().create(
            [
                {"unit_id": unit.id, "kind": "booking", "booking_id": booking.id,
                 "state": "firm" if live else "released",
                 "start": start - around, "stop": stop + around}
                for unit in (units or space.unit_ids[:1])
            ]
        )
        if amount:
            booking.line_ids = [
                Command.create({"product_id": self.products["room_hour"].id,
                                "description": "Salle", "count": 1, "amount": amount})
            ]
        return booking

    def count(self, places=None):
        """Count the days as the screens do, afresh."""
        self.env.flush_all()
        self.Hours._bring_up(places or self.place)
        self.env.invalidate_all()

    def month(self, year, month, place=None):
        found = self.Month.browse(self.Month._id_of(place or self.place, date(year, month, 1)))
        return found.exists().with_user(self.manager)

    def figures(self, name, domain, groupby=(), *specs):
        self.env.flush_all()
        return self.env[f"tierslieu.figures.{name}"].with_user(self.manager)._read_group(
            domain, list(groupby), list(specs)
        )
