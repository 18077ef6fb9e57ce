"""What people do at Le Quai, week after week: who comes where, when, how often."""

from typing import NamedTuple


class Habit(NamedTuple):
    """Somebody at a place of a week: Monday is 0, hours are those of the clock on the wall."""

    who: str
    space: str
    weekday: int
    hours: tuple
    chance: float
    # From a day to the other, both included, in one booking.
    days: int = 1
    # One week of how many, and which.
    every: int = 1
    nth: int = 0
    people: int = 1


MORNING, AFTERNOON, DAY, SATURDAY, EVENING = (9, 13), (14, 18), (9, 18), (10, 17), (18, 23)

# The longest first: they are the first to be written in the book.
HABITS = (
    Habit("colette", "coworking", 0, DAY, 1, days=30, every=13, nth=3),
    Habit("pierre", "coworking", 0, DAY, 1, days=30, every=16, nth=8),
    Habit("baptiste", "coworking", 3, DAY, 1, days=7, every=9, nth=2),
    Habit("baptiste", "bureau_amont", 3, DAY, 1, days=7, every=9, nth=5, people=2),
    Habit("fanal", "bureau_amont", 0, DAY, 0.55, days=3, people=3),
    Habit("fanal", "bureau_amont", 0, DAY, 0.9, days=2, people=2),
    Habit("sillage", "bureau_aval", 1, DAY, 0.6, days=3, people=4),
    Habit("sillage", "bureau_aval", 1, DAY, 0.9, days=2, people=3),
    Habit("escale", "salle_creative", 0, DAY, 0.85, days=2, people=10),
    Habit("sillage", "salle_creative", 3, AFTERNOON, 0.4, people=8),
    Habit("fanal", "salle_creative", 4, MORNING, 0.2, people=6),
    Habit("maison", "salle_creative", 2, EVENING, 1, every=4, nth=1, people=12),
    Habit("maison", "espace_convivial", 2, DAY, 0.98, days=2, every=2, people=25),
    Habit("maison", "espace_convivial", 2, DAY, 0.98, every=2, nth=1, people=25),
    Habit("maison", "espace_convivial", 5, SATURDAY, 0.95, every=2, nth=1, people=40),
    Habit("escale", "espace_convivial", 3, DAY, 0.2, people=35),
    Habit("sillage", "espace_convivial", 4, EVENING, 0.9, every=5, nth=2, people=50),
    Habit("yasmine", "espace_convivial", 0, MORNING, 0.1, people=14),
    Habit("fourchette", "table_cuisine", 2, (9, 17), 0.98, people=9),
    Habit("fourchette", "table_cuisine", 5, SATURDAY, 0.95, people=8),
    Habit("sillage", "table_cuisine", 3, (11, 14), 0.2, people=7),
    Habit("fanal", "table_cuisine", 0, (12, 14), 0.1, people=3),
    Habit("claire", "petit_salon", 1, DAY, 0.97, days=2, every=2, people=2),
    Habit("claire", "petit_salon", 1, DAY, 0.97, every=2, nth=1, people=2),
    Habit("yasmine", "petit_salon", 3, DAY, 0.97, every=2, nth=1, people=2),
    Habit("claire", "petit_salon", 4, MORNING, 0.2, people=2),
    Habit("alice", "coworking", 1, DAY, 0.2),
    Habit("lena", "coworking", 4, DAY, 0.25),
    Habit("malik", "coworking", 3, MORNING, 0.25),
    Habit("solene", "coworking", 2, MORNING, 0.6, every=2),
)

# Who comes to the desks for some weeks of the year, and then no more: (weekday, hours).
PASSERS = {
    "bruno": (0, MORNING), "fatou": (3, DAY), "oscar": (4, MORNING), "paola": (1, AFTERNOON),
    "anatole": (2, (10, 12)), "zoe": (5, (10, 13)),
    "dimitri": (0, DAY), "esther": (2, DAY), "florian": (4, (14, 17)), "gaelle": (1, MORNING),
    "henri": (0, (15, 17)), "irina": (5, (11, 16)), "joachim": (3, (9, 11)), "noemie": (2, MORNING),
    "elodie": (0, MORNING), "driss": (2, AFTERNOON),
}
PASSING_WEEKS = 4

# Who takes what is still free in a quiet week, and when they would like it.
FILLERS = {
    "petit_salon": (("claire", "yasmine"), (AFTERNOON, DAY, MORNING), 2),
    "salle_creative": (("escale", "sillage", "fanal"), (DAY, AFTERNOON, MORNING), 8),
    "espace_convivial": (("maison", "escale", "sillage"), (DAY, MORNING, AFTERNOON), 30),
    "table_cuisine": (("fourchette", "sillage"), ((9, 16), (10, 15), (10, 14)), 6),
    "bureau_amont": (("fanal", "sillage"), (DAY, AFTERNOON), 2),
    "bureau_aval": (("sillage", "fanal"), (DAY, MORNING), 3),
    "coworking": (("alice", "lena", "malik"), (DAY, MORNING, AFTERNOON), 1),
}
