from datetime import date, datetime

from odoo.tests import Form, tagged

from .common import TierslieuCase


@tagged("post_install", "-at_install")
class TestPlaceForm(TierslieuCase):
    """A manager sets hours, closed days and openings without leaving the form."""

    def form(self, record=None):
        places = self.env["tierslieu.place"].with_user(self.manager)
        return Form(record.with_user(self.manager) if record else places)

    def new_place(self):
        with self.form() as form:
            form.name = "Le Quai"
            form.tz = "Indian/Reunion"
        return form.record

    def test_hours_written_with_the_place_are_its_hours(self):
        with self.form() as form:
            form.name = "Le Quai"
            form.tz = "Europe/Paris"
            with form.attendance_ids.new() as line:
                line.name = "Samedi"
                line.dayofweek = "5"
                line.hour_from, line.hour_to = 10, 17
        place = form.record
        self.assertEqual(place.attendance_ids.mapped("dayofweek"), ["5"])
        self.assertEqual(
            place.open_intervals(*place.day_bounds(date(2027, 1, 16))),
            [(datetime(2027, 1, 16, 9), datetime(2027, 1, 16, 16))],
        )

    def test_closed_days_are_days_of_the_place(self):
        place = self.new_place()
        with self.form(place) as form:
            with form.closed_day_ids.new() as line:
                line.name = "Congés"
                line.tierslieu_first_day = date(2027, 8, 2)
                line.tierslieu_last_day = date(2027, 8, 6)
            with form.closed_day_ids.new() as line:
                line.name = "Pont"
                line.tierslieu_first_day = date(2027, 8, 16)
        holidays = place.closed_day_ids.filtered(lambda leave: leave.name == "Congés")
        self.assertEqual(holidays.date_from, datetime(2027, 8, 1, 20))
        self.assertEqual(holidays.date_to, datetime(2027, 8, 6, 19, 59, 59))
        opened = place.open_intervals(
            place.day_bounds(date(2027, 8, 1))[0], place.day_bounds(date(2027, 8, 17))[0]
        )
        self.assertEqual([place.to_local(start).day for start, _stop in opened],
                         [9, 10, 11, 12, 13])
        with self.form(place) as form, form.closed_day_ids.edit(0) as line:
            line.tierslieu_last_day = date(2027, 8, 5)
        self.assertEqual(holidays.date_to, datetime(2027, 8, 5, 19, 59, 59))
        self.assertEqual(holidays.tierslieu_last_day, date(2027, 8, 5))

    def test_an_extra_opening(self):
        place = self.new_place()
        with self.form(place) as form, form.opening_ids.new() as line:
            line.date = date(2027, 1, 16)
            line.hour_from, line.hour_to = 20, 24
        [(start, stop)] = place.open_intervals(*place.day_bounds(date(2027, 1, 16)))
        self.assertEqual(place.to_local(start).hour, 20)
        self.assertEqual(stop, place.day_bounds(date(2027, 1, 17))[0])
