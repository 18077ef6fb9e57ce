from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from odoo.addons.tierslieu_base.kernels.french import public_holidays

from ..event_month import AHEAD, SHOWS, days_of, in_turn

# A whole cycle of weekdays, of leap years, and of early and late Easters.
FIRST, YEARS = date(2025, 1, 1), 8
SUNDAY, FRIDAY = 6, 4


def opens(today):
    """Return the dates of some weeks on which Le Quai opens."""
    closed = {day for year in (today.year, today.year + 1) for day in public_holidays(year)}
    days = (today + timedelta(days=nth) for nth in range(AHEAD + 1))
    return {day for day in days if day.weekday() != SUNDAY and day not in closed}


@tagged("post_install", "-at_install")
class TestEventMonth(BaseCase):
    """Whatever the day on which Le Quai is built, each event finds one."""

    def month(self, today):
        """Give each event its day, as the builder does, where rooms are taken more than they ever are.

        :return: [(event, day)]
        """
        open_days = opens(today)
        # Every other Friday evening is let, the whole place four evenings, and those who stay several days sleep here.
        let = {day for day in open_days if day.weekday() == FRIDAY and (day - FIRST).days // 7 % 2}
        let |= set(sorted(open_days)[8::8])
        stays = {day for day in open_days if day.weekday() in (0, 2)}
        taken = {(space, day, True) for space in ("espace_convivial", "salle_creative", "petit_salon") for day in let}
        taken |= {("salle_creative", day, True) for day in stays} | {("espace_convivial", day, True) for day in stays}
        found = []
        for show in in_turn():
            for day in days_of(show, today, open_days):
                key = show.space, day, show.start > 12
                # It may be late already when it is built.
                if day > today and key not in taken:
                    taken.add(key)
                    found.append((show, day))
                    break
        return found

    def test_each_has_a_day_whenever_it_is_built(self):
        for nth in range(0, YEARS * 366, 3):
            today = FIRST + timedelta(days=nth)
            found = self.month(today)
            self.assertEqual(len(found), len(SHOWS), today)
            self.assertTrue(all(day.weekday() != SUNDAY for _show, day in found), today)
            for show, day in found:
                self.assertTrue(not show.weekdays or day.weekday() in show.weekdays, (today, show.title))
            month = sum(day <= today + timedelta(days=31) for _show, day in found)
            self.assertGreaterEqual(month, len(SHOWS) - 4, today)

    def test_the_day_wished_is_the_first(self):
        today = date(2026, 11, 30)
        film = next(show for show in SHOWS if show.day == 8)
        days = days_of(film, today, opens(today))
        self.assertEqual(days[0], date(2026, 12, 8))
        self.assertEqual(days[1], date(2026, 12, 9))
        self.assertEqual(days[-1], today)
        self.assertFalse({date(2026, 12, day) for day in (24, 25, 31)} & set(days))
