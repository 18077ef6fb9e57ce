"""Make a database's company French, before accounting is installed and picks a chart of accounts.

Runs inside Odoo (see `inside_odoo`).
"""

LANGUAGE = "fr_FR"
TIME_ZONE = "Europe/Paris"


def luhn_key(digits):
    """Return the digit that makes a SIREN or SIRET valid.

    >>> luhn_key("12345678")
    '2'
    """
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(digits))]
    return str(-sum(number - 9 * (number > 9) for number in doubled) % 10)


def siret(siren, establishment="0001"):
    """Return the SIRET of a company's establishment.

    >>> siret("123456782")
    '12345678200010'
    """
    return siren + establishment + luhn_key(siren + establishment)


def vat_number(siren):
    """Return the French VAT number that belongs to a SIREN.

    >>> vat_number("123456782")
    'FR11123456782'
    """
    return f"FR{(12 + 3 * (int(siren) % 97)) % 97:02}{siren}"


def settle(env, identity):
    """Give the company its name, address and numbers, and everyone their language and time zone.

    :param identity: dict of `res.company` values; `siren` stands for both numbers derived from it
    """
    values = dict(identity)
    siren = values.pop("siren", None)
    if siren:
        values.update(company_registry=siret(siren), vat=vat_number(siren))
    euro = env.ref("base.EUR")
    euro.active = True
    company = env.ref("base.main_company")
    company.write({**values, "country_id": env.ref("base.fr").id, "currency_id": euro.id})
    company.partner_id.write({"lang": LANGUAGE, "tz": TIME_ZONE})
    users = env["res.users"].with_context(active_test=False).search([])
    users.write({"lang": LANGUAGE, "tz": TIME_ZONE})
    for field, value in (("lang", LANGUAGE), ("tz", TIME_ZONE)):
        env["ir.default"].set("res.partner", field, value)
