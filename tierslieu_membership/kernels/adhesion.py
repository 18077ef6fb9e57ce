"""How long an adhesion is good for: dates alone, without the ORM."""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

ONE_DAY = timedelta(days=1)


def period(kind, day, until=None, grace=0, from_month=0):
    """Return (first, last) day of an adhesion, both included.

    :param kind: "civil": until the end of the calendar year; "rolling": twelve months
    :param day: the day on which it is bought
    :param until: the last day of the adhesion that it renews; None for a first one
    :param grace: days after its end in which the former one still counts: a renewal in that time
        goes on from its end, so that nobody wins days by being late
    :param from_month: who joins for a calendar year in this month or later has the next
        year too; 0: nobody does

    >>> period("civil", date(2027, 3, 10))
    (datetime.date(2027, 3, 10), datetime.date(2027, 12, 31))
    >>> period("civil", date(2027, 10, 1), from_month=10)
    (datetime.date(2027, 10, 1), datetime.date(2028, 12, 31))
    >>> period("civil", date(2027, 12, 5), until=date(2027, 12, 31), from_month=10)
    (datetime.date(2028, 1, 1), datetime.date(2028, 12, 31))
    >>> period("rolling", date(2027, 3, 10))
    (datetime.date(2027, 3, 10), datetime.date(2028, 3, 9))
    >>> period("rolling", date(2028, 2, 29))
    (datetime.date(2028, 2, 29), datetime.date(2029, 2, 27))
    >>> period("rolling", date(2027, 3, 1), until=date(2027, 3, 9))
    (datetime.date(2027, 3, 10), datetime.date(2028, 3, 9))
    >>> period("rolling", date(2027, 3, 12), until=date(2027, 3, 9), grace=3)
    (datetime.date(2027, 3, 10), datetime.date(2028, 3, 9))
    >>> period("rolling", date(2027, 3, 13), until=date(2027, 3, 9), grace=3)
    (datetime.date(2027, 3, 13), datetime.date(2028, 3, 12))
    """
    follows = bool(until) and until + timedelta(days=grace) >= day
    first = until + ONE_DAY if follows else day
    if kind == "rolling":
        return first, first + relativedelta(months=12) - ONE_DAY
    year = first.year + (1 if from_month and first.month >= from_month else 0)
    return first, date(year, 12, 31)


def typed_people(text):
    """Return [(name, address or "")] of people typed one a line: “Zoé Martin, zoe@lequai.example”.

    Blank lines, and names given twice, count for nothing.

    >>> typed_people("Zoé Martin\\n\\n  Ali  Ba <ali@x.example>\\nzoé martin\\nLéo, leo@x.example")
    [('Zoé Martin', ''), ('Ali Ba', 'ali@x.example'), ('Léo', 'leo@x.example')]
    """
    people = {}
    for line in (text or "").splitlines():
        words = line.replace("<", " ").replace(">", " ").replace(",", " ").replace(";", " ").split()
        address = next((word for word in words if "@" in word), "")
        name = " ".join(word for word in words if "@" not in word) or address
        if name:
            people.setdefault((name.casefold(), address.casefold()), (name, address))
    return list(people.values())
