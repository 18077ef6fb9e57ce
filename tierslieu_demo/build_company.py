"""Who Le Quai is for the tax office and the bank, and what its invoices say."""

from dateutil.easter import easter

from odoo import Command, fields

# No company's: INSEE gives numbers that begin with 1 or 2 to public bodies and with 3 to
# 9 to others, so that one that begins with 0 was never given. Its last digit is right.
SIREN = "012345674"
# No account's: no French bank has the code 00000. Its two keys, national and
# international, are right.
BANK, BRANCH, ACCOUNT = "00000", "00000", "00LEQUAI000"
IBAN_LETTERS = {letter: str(10 + nth) for nth, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
# Each letter's digit in the key of a French account number.
RIB_DIGITS = dict(
    zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "12345678912345678923456789", strict=True)
)
TERMS = """
<p>Paiement à trente jours au plus, sans escompte. Tout retard d'un professionnel entraîne des
pénalités de trois fois le taux d'intérêt légal et une indemnité forfaitaire de recouvrement de
40 € (articles L441-10 et D441-5 du code de commerce). TVA acquittée sur les encaissements.</p>
"""
# The days on which nobody opens, (month, day); and those that follow Easter, in days.
HOLIDAYS = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER = {1: "Lundi de Pâques", 39: "Ascension", 50: "Lundi de Pentecôte"}


def luhn(digits):
    """Return the digit that completes a SIREN or a SIRET.

    >>> luhn("01234567")
    '4'
    """
    doubled = [int(digit) * (2 - nth % 2) for nth, digit in enumerate(reversed(digits))]
    return str(-sum(number - 9 * (number > 9) for number in doubled) % 10)


def siret():
    """Return the number of the one establishment."""
    establishment = SIREN + "0001"
    return establishment + luhn(establishment)


def vat():
    """Return the VAT number that belongs to the SIREN."""
    return f"FR{(12 + 3 * (int(SIREN) % 97)) % 97:02}{SIREN}"


def iban():
    """Return the number of the account, with its two keys."""
    account = "".join(RIB_DIGITS.get(sign, sign) for sign in ACCOUNT)
    key = 97 - (89 * int(BANK) + 15 * int(BRANCH) + 3 * int(account)) % 97
    number = f"{BANK}{BRANCH}{ACCOUNT}{key:02}"
    digits = "".join(IBAN_LETTERS.get(sign, sign) for sign in number + "FR00")
    return f"FR{98 - int(digits) % 97:02}{number}"


def build_company(env):
    """Give the company its numbers, its bank account and the mentions of its invoices."""
    company = env.company
    company.write({"company_registry": siret(), "vat": vat()})
    said = f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}"
    company.write(
        {
            "terms_type": "plain",
            "invoice_terms": TERMS,
            "report_footer": (
                "<p>Le Quai, société coopérative d'intérêt collectif à responsabilité limitée, à capital"
                f" variable<br/>3 quai des Tanneurs, 44000 Nantes · RCS Nantes {said} · SIRET {siret()} ·"
                f" TVA {vat()}</p>"
            ),
        }
    )
    env["ir.config_parameter"].sudo().set_param("account.use_invoice_terms", True)
    account = env["res.partner.bank"].create(
        {
            "acc_number": iban(),
            "partner_id": company.partner_id.id,
            "company_id": company.id,
            "allow_out_payment": True,
        }
    )
    journal = env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
    )
    journal.write({"name": "Banque", "bank_account_id": account.id})


def close_on_holidays(env):
    """Close Le Quai on French public holidays, from the year before until the year after."""
    place = env.ref("le_quai.place")
    today = place.now_local().date()
    days = []
    for year in range(today.year - 1, today.year + 2):
        days += [(today.replace(year, month, day), "Jour férié") for month, day in HOLIDAYS]
        for after, name in AFTER_EASTER.items():
            days.append((fields.Date.add(easter(year), days=after), name))
    place.closed_day_ids = [
        Command.create(
            {
                "name": name,
                "calendar_id": place.resource_calendar_id.id,
                "tierslieu_first_day": day,
                "tierslieu_last_day": day,
            }
        )
        for day, name in sorted(days)
    ]
