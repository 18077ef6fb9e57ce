"""What a host types between two visitors: “petit salon demain 17h 2h pour 4 Alice”.

Words are read in French and in English, in any order, without accents or
capitals. What is neither a time, a length nor a number of people is left as
words: `choose` finds the spaces among them, the rest is somebody's name.
"""

import re
import unicodedata
from datetime import MAXYEAR, MINYEAR, timedelta
from datetime import date as Date
from typing import NamedTuple

# "2 h" is how long, "7 h" is when: nobody comes before seven, nobody types "seven hours".
FIRST_HOUR = 7
DAYS = (
    ("lundi", "lun", "monday", "mon"),
    ("mardi", "mar", "tuesday", "tue"),
    ("mercredi", "mer", "wednesday", "wed"),
    ("jeudi", "jeu", "thursday", "thu"),
    ("vendredi", "ven", "friday", "fri"),
    ("samedi", "sam", "saturday", "sat"),
    ("dimanche", "dim", "sunday", "sun"),
)
MONTHS = (
    ("janvier", "janv", "january", "jan"),
    ("fevrier", "fevr", "february", "fev", "feb"),
    ("mars", "march"),
    ("avril", "avr", "april", "apr"),
    ("mai", "may"),
    ("juin", "june", "jun"),
    ("juillet", "juil", "july", "jul"),
    ("aout", "august", "aug"),
    ("septembre", "september", "sept", "sep"),
    ("octobre", "october", "oct"),
    ("novembre", "november", "nov"),
    ("decembre", "december", "dec"),
)
MONTH_OF = {name: nth for nth, names in enumerate(MONTHS, 1) for name in names}
HOURS = "(?:heures|heure|hours|hour|h)"
PARTS = {
    "morning": r"matinee|matin|morning",
    "afternoon": r"apres midi|aprem|apm|afternoon",
    "evening": r"soiree|soir|evening|tonight",
}
AHEAD = {
    2: r"apres demain",
    1: r"demain|tomorrow",
    0: r"aujourd hui|aujourdhui|auj|today",
}
LENGTHS = {
    "half_day": r"(?:demi[ -]?|1/2 ?)(?:journee|jour|j)|half[ -]?day",
    "3days": r"(?:3|trois|three) ?(?:jours|j|days)",
    "day": r"(?:(?:1|un|une|one) )?(?:la )?(?:journee|jour|day)|1j",
    "week": r"(?:(?:1|une|one|la) )?(?:semaine|week)(?! prochaine)",
    "month": r"(?:(?:1|un|one|le) )?(?:mois|month)",
}
# Words that help a sentence and say nothing.
FILLERS = frozenset((
    "a", "au", "aux", "avec", "ce", "cet", "cette", "d", "dans", "de", "des", "dispo", "disponible", "du", "en",
    "est", "et", "for", "free", "from", "il", "in", "is", "l", "la", "le", "les", "libre", "lui", "m", "me",
    "on", "ou", "pour", "prochain", "prochaine", "que", "qu", "reserver", "s", "si", "t", "the", "there",
    "this", "un", "une", "vers", "y",
))


# Words of time that no rule took: nobody is called so.
TIMES = frozenset(
    [names[nth] for names in DAYS for nth in (0, 2)]
    + [name for name in MONTH_OF if len(name) > 7]
    + ["demain", "heure", "heures", "hier", "jours", "mois", "personne", "personnes", "prochaine", "semaine",
       "semaines", "today", "tomorrow", "week", "yesterday"]
)


class Phrase(NamedTuple):
    """What was read. `hour` and `minutes` are in minutes; `length` is a key of the lengths by the day."""

    date: Date | None = None
    hour: int | None = None  # minutes after midnight by the wall clock
    minutes: int | None = None
    length: str | None = None
    part: str | None = None
    people: int | None = None
    now: bool = False
    words: tuple = ()


def plain(text):
    """Return a text without accents, capitals or signs that a hurried hand leaves out.

    >>> plain("L'Après-midi, Chloé : 17h30 ?")
    'l apres-midi chloe : 17h30'
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w/:.@+ -]", " ", bare.lower()).split())


def words_of(text):
    """Return the words of a name that someone may type, fillers left out.

    >>> words_of("Salle de créativité")
    ('salle', 'creativite')
    """
    return tuple(word for word in re.split(r"[\s/.:-]+", plain(text)) if word and word not in FILLERS)


def read(text, today):
    """Read what a host typed on a day of the place's calendar.

    >>> today = Date(2026, 11, 24)  # a Tuesday
    >>> said = read("Petit salon demain 17h", today)
    >>> said.date.isoformat(), said.hour // 60, said.words
    ('2026-11-25', 17, ('petit', 'salon'))
    >>> read("pet 2h ali", today)[2], read("à 5h, 1h30", today)[1:3], read("14h-16h", today)[1:3]
    (120, (1020, 90), (840, 120))
    >>> read("vendredi matin, demi-journée pour 4 personnes", today)[:6]
    (datetime.date(2026, 11, 27), None, None, 'half_day', 'morning', 4)
    """
    return Reader(text, today).phrase()


class Reader:
    """One reading: each rule takes what it understands out of the text."""

    def __init__(self, text, today):
        self.text = f" {plain(text).replace('apres-', 'apres ')} "
        self.today = today
        self.found = {}

    def phrase(self):
        """Apply the rules, those that others would misread first."""
        self.read_whole_days()
        self.read_day()
        self.read_stretch()
        self.keep("part", self.first_of(PARTS))
        self.keep("minutes", self.lasting())
        self.keep("hour", self.hour())
        self.keep("people", self.people())
        if self.take(r"tout de suite|maintenant|now"):
            self.found["now"] = True
        return Phrase(**self.found, words=words_of(self.text))

    def keep(self, name, value):
        """Keep what was read, unless it was read already."""
        if value is not None:
            self.found.setdefault(name, value)

    def take(self, pattern, make=re.Match.group):
        """Take whole words out of the text and return what is made of them; leave them when that is None."""
        match = re.search(rf"(?<=\s)(?:{pattern})(?=\s)", self.text)
        made = make(match) if match else None
        if made is not None:
            self.text = f"{self.text[:match.start()]} {self.text[match.end():]}"
        return made

    def first_of(self, patterns):
        """Take the first of some patterns that is there; return its key."""
        return next((key for key, pattern in patterns.items() if self.take(pattern)), None)

    # -- The day

    def dated(self):
        """Read a day that exists; one that does not stays among the words."""
        return (
            self.take(r"(\d{4})-(\d\d?)-(\d\d?)", lambda m: day_of(*map(int, m.groups())))
            or self.take(
                r"(?:le )?(\d\d?)/(\d\d?)(?:/(\d{4}|\d\d))?",
                lambda m: self.coming(int(m[1]), int(m[2]), m[3]),
            )
            or self.take(
                rf"(?:le )?(\d\d?|1er) ?({'|'.join(MONTH_OF)})\.?(?: (\d{{4}}))?",
                lambda m: self.coming(int(m[1].removesuffix("er")), MONTH_OF[m[2]], m[3]),
            )
            or self.take(r"le (\d\d?)", lambda m: self.coming_day(int(m[1])))
        )

    def coming(self, day, month, year=None):
        """Return a day of a month: the next one unless its year is said."""
        if year:
            return day_of(int(year) + (2000 if len(year) == 2 else 0), month, day)
        found = day_of(self.today.year, month, day)
        if found and found >= self.today:
            return found
        return day_of(self.today.year + 1, month, day)

    def coming_day(self, day):
        """Return the next day of that number: some months have no 31st."""
        month = self.today.replace(day=1)
        for _ in range(3):
            found = day_of(month.year, month.month, day)
            if found and found >= self.today:
                return found
            month = (month + timedelta(days=31)).replace(day=1)
        return None

    def read_day(self):
        """Read a day; “demain mercredi”, “jeudi 26” and “sam demain” say it twice, or name somebody.

        The name of a day that is not that day stays among the words.
        """
        date = self.dated() or self.near()
        if date:
            self.take(rf"(?:{'|'.join(DAYS[date.weekday()])})\.?")
        self.keep("date", date or self.named())

    def named(self):
        """Read a day of the week: the next one, “prochain” that of another week than this."""
        for weekday, names in enumerate(DAYS):
            said = self.take(rf"(?:next )?(?:{'|'.join(names)})\.?(?: prochain)?")
            if said:
                ahead = (weekday - self.today.weekday()) % 7 or 7
                if ("prochain" in said or "next" in said) and self.today.weekday() + ahead < 7:
                    ahead += 7
                return self.today + timedelta(days=ahead)
        return None

    def near(self):
        ahead = self.first_of(AHEAD)
        return None if ahead is None else self.today + timedelta(days=ahead)

    # -- Hours and lengths

    def read_whole_days(self):
        self.keep("length", self.first_of(LENGTHS))

    def read_stretch(self):
        """Read “14h-16h30”, “de 14h à 16h”, “9-12h”."""
        clock = r"(\d\d?)(?: ?[h:] ?(\d\d)?)?"
        ends = self.take(
            rf"(?:de |from )?{clock} ?(?:-|a|to) ?(\d\d?) ?[h:] ?(\d\d)?",
            lambda m: in_order(to_minutes(m[1], m[2]), to_minutes(m[3], m[4])),
        ) or self.take(
            # Said so, they are hours without the letter.
            rf"(?:de|from) {clock} ?(?:-|a|to) ?(\d\d?)",
            lambda m: in_order(to_minutes(m[1], m[2]), to_minutes(m[3], 0)),
        )
        if ends:
            self.found |= {"hour": ends[0], "minutes": ends[1] - ends[0]}

    def lasting(self):
        """Read “45 min”, “pour 2 h”, “1h30”; “à 2 h” is when, not how long."""
        lasts = r"(?:pendant |pour |durant |for )"
        return (
            self.take(rf"{lasts}?(\d{{1,3}}) ?(?:minutes|minute|min|mn)", lambda m: int(m[1]) or None)
            or self.take(rf"{lasts}(\d\d?) ?{HOURS} ?(\d\d)?", lambda m: to_minutes(m[1], m[2]) or None)
            or self.take(
                r"(?<!\ba )(?<!\bat )(?<!\bdes )(?<!\bvers )(?<!\bfrom )"
                rf"([1-{FIRST_HOUR - 1}]) ?{HOURS} ?(\d\d)?",
                lambda m: to_minutes(m[1], m[2]),
            )
        )

    def hour(self):
        """Read when it begins. At five: nobody means the small hours; midnight is midnight."""
        if self.take(r"(?:a )?midi|(?:at )?noon"):
            return 12 * 60
        found = self.take(r"(?:at )?(\d\d?)(?::(\d\d))? ?(am|pm)", half_day_clock)
        if found is not None:
            return found
        found = self.take(
            rf"(?:a |at |des |vers |from )?(\d\d?) ?(?:{HOURS}|:) ?(\d\d)?",
            lambda m: to_minutes(m[1], m[2]),
        )
        return found + 12 * 60 if found is not None and 60 <= found < FIRST_HOUR * 60 else found

    def people(self):
        return self.take(
            r"(?:pour |a |for )?(\d{1,4}) ?(?:personnes|personne|pers\.?|people|places|p)",
            lambda m: int(m[1]) or None,
        ) or self.take(r"(?:pour|a|for) (\d{1,4})", lambda m: int(m[1]) or None)


def day_of(year, month, day):
    """Return a date, or None when there is no such day, or none that a clock can be read on."""
    try:
        return Date(year, month, day) if MINYEAR < year < MAXYEAR else None
    except ValueError:
        return None


def to_minutes(hours, minutes, most=24 * 60):
    """Return a time of the clock in minutes; None when no clock shows it."""
    total = int(hours) * 60 + int(minutes or 0)
    return total if total <= most and int(minutes or 0) < 60 else None


def half_day_clock(match):
    """Return the minutes of “5pm”."""
    minutes = to_minutes(match[1], match[2], most=12 * 60 + 59)
    return None if minutes is None else minutes % 720 + 720 * (match[3] == "pm")


def in_order(first, last):
    """Return two times when the second comes after the first."""
    return (first, last) if None not in (first, last) and first < last else None


def choose(words, named):
    """Find what some of the words name: (keys that fit best, in order; words left).

    Each word is the beginning of a word of a name; the more words of the text
    a name takes, and the better it takes them, the better it fits. A name
    that is only of the kind (`named` gives both) comes after one that is its own.

    :param named: {key: (words of its name, words of its kind)}

    >>> named = {1: (("petit", "salon"), ("salon",)), 2: (("grande", "salle"), ("salle",))}
    >>> choose(("pet", "ali"), named), choose(("salle",), named)
    (([1], ('ali',)), ([2], ()))
    >>> choose(("sal", "zoe"), named)
    ([1, 2], ('zoe',))
    """
    best, keys, taken = 0, [], ()
    for key, names in named.items():
        hits = {nth: fit for nth, word in enumerate(words) if (fit := fit_of(word, names))}
        score = sum(hits.values())
        if score > best:
            best, keys, taken = score, [key], tuple(hits)
        elif score and score == best:
            keys.append(key)
    return keys, tuple(word for nth, word in enumerate(words) if nth not in taken)


def fit_of(word, names):
    """Return how well a word begins one of a name's: 0 not at all."""
    own, kind = names
    if word in own:
        return 6
    if len(word) > 1 and any(name.startswith(word) for name in own):
        return 4
    if word in kind:
        return 3
    return 2 if len(word) > 2 and any(name.startswith(word) for name in kind) else 0


def begins(words, name):
    """Tell whether each of some words begins a word of a name.

    >>> begins(("ali", "ren"), ("alice", "renaud")), begins(("ali",), ("natalie",))
    (True, False)
    """
    return all(any(part.startswith(word) for part in name) for word in words)


def as_typed(text, words):
    """Return a name as it was typed, with its accents; capitals where none was typed.

    >>> as_typed("salon 2h zoé d'Arc", ("zoe", "arc"))
    "Zoé d'Arc"
    """
    typed = (word.strip(",;.?!") for word in text.split())
    return " ".join(
        word.capitalize() if word.islower() else word
        for word in typed
        if set(words_of(word)) & set(words)
    )
