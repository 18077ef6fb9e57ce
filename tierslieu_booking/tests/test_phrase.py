import doctest
from datetime import date

from odoo.tests import BaseCase, tagged

from ..kernels import phrase

TODAY = date(2026, 11, 24)  # a Tuesday
# What is typed: (date, minutes after midnight, minutes, length, part, people, now, words).
READ = {
    "petit salon demain 17h": {"date": date(2026, 11, 25), "hour": 1020, "words": ("petit", "salon")},
    "Est-ce que le petit salon est libre à 5h ?": {"hour": 1020, "words": ("petit", "salon")},
    "pet 2h ali": {"minutes": 120, "words": ("pet", "ali")},
    "2h maintenant cowork Zoé": {"minutes": 120, "now": True, "words": ("cowork", "zoe")},
    "jeu 14-16h salle": {"date": date(2026, 11, 26), "hour": 840, "minutes": 120, "words": ("salle",)},
    "salle 27/11 de 9h à 12h30": {
        "date": date(2026, 11, 27), "hour": 540, "minutes": 210, "words": ("salle",)
    },
    "vendredi": {"date": date(2026, 11, 27)},
    "vendredi prochain": {"date": date(2026, 12, 4)},
    "lundi prochain": {"date": date(2026, 11, 30)},
    "mardi": {"date": date(2026, 12, 1)},
    "après-demain matin": {"date": date(2026, 11, 26), "part": "morning"},
    "aujourd'hui après-midi": {"date": TODAY, "part": "afternoon"},
    "ce soir 4 pers": {"part": "evening", "people": 4},
    "le 3 à midi": {"date": date(2026, 12, 3), "hour": 720},
    "le 1er décembre pour 6": {"date": date(2026, 12, 1), "people": 6},
    "14/2": {"date": date(2027, 2, 14)},
    "2027-02-14": {"date": date(2027, 2, 14)},
    "29/02": {"words": ("29", "02")},
    "31/02/27 salon": {"words": ("31", "02", "27", "salon")},
    "demi-journée lundi": {"date": date(2026, 11, 30), "length": "half_day"},
    "1/2 journée": {"length": "half_day"},
    "3 jours coworking": {"length": "3days", "words": ("coworking",)},
    "la semaine": {"length": "week"},
    "semaine prochaine": {"words": ("semaine",)},
    "17h30 45min": {"hour": 1050, "minutes": 45},
    "1h30": {"minutes": 90},
    "pour 8h": {"minutes": 480},
    "8h": {"hour": 480},
    "à 17h pour 2h 3 p Martin": {"hour": 1020, "minutes": 120, "people": 3, "words": ("martin",)},
    "small lounge tomorrow 5pm": {
        "date": date(2026, 11, 25), "hour": 1020, "words": ("small", "lounge")
    },
    "12am": {"hour": 0},
    "à 0h": {"hour": 0},
    "demain à 5h": {"date": date(2026, 11, 25), "hour": 1020},
    "demain mercredi 17h": {"date": date(2026, 11, 25), "hour": 1020},
    "jeudi 26 novembre 14h": {"date": date(2026, 11, 26), "hour": 840},
    "jeu. 26/11": {"date": date(2026, 11, 26)},
    "sam demain": {"date": date(2026, 11, 25), "words": ("sam",)},
    "demain de 14 à 16": {"date": date(2026, 11, 25), "hour": 840, "minutes": 120},
    "31/12/9999": {"words": ("31", "12", "9999")},
    "25h": {"words": ("25h",)},
    "12h75": {"words": ("12h75",)},
    "17h-16h": {"words": ("17h", "16h")},
    "0 pers": {"words": ("0", "pers")},
    "": {},
    "!?": {},
    "le la les": {},
}


@tagged("-at_install", "post_install")
class TestPhrase(BaseCase):
    def test_what_hosts_type(self):
        for text, wanted in READ.items():
            with self.subTest(text=text):
                self.assertEqual(phrase.read(text, TODAY), phrase.Phrase(**wanted))

    def test_whatever_is_typed_is_read(self):
        for text in ("a" * 5000, "9" * 5000, "1 " * 500, "h" * 99, "\x00\ud800"[:1], "💥 17h", "٣ pers"):
            with self.subTest(text=text[:9]):
                phrase.read(text, TODAY)

    def test_doctests(self):
        failed, tried = doctest.testmod(phrase)
        self.assertFalse(failed)
        self.assertTrue(tried)
