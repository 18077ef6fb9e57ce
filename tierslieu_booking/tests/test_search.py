from datetime import date, datetime, timedelta

from odoo.exceptions import UserError

from .common import BookingCase

MONDAY = date(2027, 1, 11)


class TestSearch(BookingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Space = cls.env["tierslieu.space"]

    def find(self, start=None, length="120", people=2, **options):
        return self.Space.find(self.place, start, length, people, partner=self.alice, **options)

    def test_first(self):
        import pprint
        pprint.pprint(self.find(MONDAY + timedelta(days=1)))
        pprint.pprint(self.find(self.at(1, 14)))
        self.reserve(self.room, self.at(1, 14), 2)
        self.reserve(self.lounge, self.at(1, 13), 2)
        pprint.pprint(self.find(self.at(1, 14)))
        pprint.pprint(self.find())

    def test_count(self):
        for n in range(35):
            s = self.lounge.copy({"name": f"S{n}", "unit_count": 1, "seats": 4})
            s.rate_ids
        def count(f):
            self.env.flush_all(); self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            import time
            t = time.time()
            f()
            print(self.env.cr.sql_log_count - before, time.time() - t)
        import logging
        for _ in range(2):
            count(lambda: self.find(MONDAY + timedelta(days=1)))
            count(lambda: self.find(self.at(1, 14)))
            count(lambda: self.find())
            count(lambda: self.find(self.at(6, 14)))
        logging.getLogger("odoo.sql_db").setLevel(logging.DEBUG); print("START")
        count(lambda: self.find(MONDAY + timedelta(days=1)))
