from datetime import date

from odoo.tests import TransactionCase, tagged

from ..tools import say_day


@tagged("post_install", "-at_install")
class TestWords(TransactionCase):
    """How a day is said."""

    def test_the_first_of_a_month_in_french(self):
        for code in ("fr_FR", "en_US"):
            self.env["res.lang"]._activate_lang(code)
        for day, said in (
            (date(2026, 12, 1), "1er décembre 2026"), (date(2026, 11, 30), "30 novembre 2026"),
            (date(2026, 1, 11), "11 janvier 2026"), (date(2026, 5, 21), "21 mai 2026"),
        ):
            self.assertEqual(say_day(self.env, day, "fr_FR"), said)
        self.assertEqual(say_day(self.env(context={"lang": "fr_FR"}), date(2026, 12, 1)), "1er décembre 2026")
        self.assertEqual(say_day(self.env, date(2026, 12, 1), "en_US"), "December 1, 2026")
        self.assertEqual(say_day(self.env, False), "")
