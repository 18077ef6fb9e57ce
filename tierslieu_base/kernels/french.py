"""Numbers and days of France that a place must get right: SIRET, VAT number, IBAN, public holidays."""

from datetime import date, timedelta

from dateutil.easter import easter

# The post office has one SIREN for more establishments than the usual key can tell apart.
POST_OFFICE = "356000000"
# (month, day) of the holidays that keep their date, and days after Easter of the others.
FIXED = {
    "new_year": (1, 1),
    "labour_day": (5, 1),
    "victory_1945": (5, 8),
    "national_day": (7, 14),
    "assumption": (8, 15),
    "all_saints": (11, 1),
    "armistice_1918": (11, 11),
    "christmas": (12, 25),
}
AFTER_EASTER = {"easter_monday": 1, "ascension": 39, "whit_monday": 50}


def digits_of(text):
    """Return a number as its digits, without the blanks that people put in it.

    >>> digits_of("123 456 782\\u00a000010")
    '12345678200010'
    """
    return "".join(text.split()).replace(".", "")


def _luhn(digits):
    """Return the sum that a key of Luhn makes a multiple of ten."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + index % 2)
        total += number - 9 * (number > 9)
    return total


def is_siret(digits):
    """Tell whether fourteen digits are the SIRET of an establishment.

    >>> is_siret("12345678200010")
    True
    >>> is_siret("12345678200011"), is_siret("1234567820001"), is_siret("1234567820001x")
    (False, False, False)
    >>> is_siret("35600000000048"), is_siret("35600000049837")
    (True, True)
    """
    if len(digits) != 14 or not (digits.isascii() and digits.isdigit()):
        return False
    if digits.startswith(POST_OFFICE) and not sum(map(int, digits)) % 5:
        return True
    return not _luhn(digits) % 10 and not _luhn(digits[:9]) % 10


def vat_number(siren):
    """Return the French VAT number that belongs to a SIREN.

    >>> vat_number("123456782")
    'FR11123456782'
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def is_iban(text):
    """Tell whether the two keys of an IBAN are right; one of France has 27 characters.

    >>> is_iban("FR89000000000000LEQUAI00028")
    True
    >>> is_iban("FR88000000000000LEQUAI00028"), is_iban("FR76"), is_iban("")
    (False, False, False)
    """
    if not (15 <= len(text) <= 34 and text.isascii() and text.isalnum() and text[:2].isalpha()):
        return False
    if text.startswith("FR") and len(text) != 27:
        return False
    turned = text[4:] + text[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def public_holidays(year):
    """Return the public holidays of a year, {date: key}.

    >>> found = public_holidays(2027)
    >>> len(found), found[date(2027, 5, 6)], found[date(2027, 5, 17)]
    (11, 'ascension', 'whit_monday')
    """
    found = {date(year, month, day): key for key, (month, day) in FIXED.items()}
    # Ascension may fall on a holiday that keeps its date: the day is closed once.
    for key, days in AFTER_EASTER.items():
        found.setdefault(easter(year) + timedelta(days=days), key)
    return dict(sorted(found.items()))
