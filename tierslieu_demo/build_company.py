"""Who Le Quai is for the tax office and the bank, and what its invoices say."""

from odoo.addons.tierslieu_base.kernels.french import public_holidays

from .bank import journal_of

# No company's: INSEE gives numbers that begin with 1 or 2 to public bodies and with 3 to
# 9 to others, so that one that begins with 0 was never given. Its last digit is right, and
# those of its one establishment and of its VAT number.
SIREN = "012345674"
SIRET = "01234567400019"
VAT = "FR09012345674"
# No account's: no French bank has the code 00000. Its two keys, national and
# international, are right.
IBAN = "FR89000000000000LEQUAI00028"
TERMS = """
<p>Paiement à trente jours au plus, sans escompte. Tout retard d'un professionnel entraîne des
pénalités de trois fois le taux d'intérêt légal et une indemnité forfaitaire de recouvrement de
40 € (articles L441-10 et D441-5 du code de commerce). TVA acquittée sur les encaissements.</p>
"""
# As a sheet of paper and a mail begin: ink, brick, and the font of the website.
LETTERHEAD = {
    "primary_color": "#1F2D3A",
    "secondary_color": "#B4472E",
    "email_primary_color": "#FFFFFF",
    "email_secondary_color": "#B4472E",
    "font": "Lato",
    "company_details": "<p>3 quai des Tanneurs<br/>44000 Nantes</p>",
}
# Public holidays that have no date of their own.
NAMED = {
    "easter_monday": "Lundi de Pâques", "ascension": "Ascension", "whit_monday": "Lundi de Pentecôte",
}


def build_company(env):
    """Give the company its numbers, its bank account and the mentions of its invoices."""
    company = env.company
    company.write({"company_registry": SIRET, "vat": VAT, "tierslieu_legal_form": "scic_sarl", **LETTERHEAD})
    said = f"{SIREN[:3]} {SIREN[3:6]} {SIREN[6:]}"
    company.write(
        {
            "terms_type": "plain",
            "invoice_terms": TERMS,
            "report_footer": (
                "<p>Le Quai, société coopérative d'intérêt collectif à responsabilité limitée, à capital"
                f" variable<br/>3 quai des Tanneurs, 44000 Nantes · RCS Nantes {said} · SIRET {SIRET} ·"
                f" TVA {VAT}</p>"
            ),
        }
    )
    env["ir.config_parameter"].sudo().set_param("account.use_invoice_terms", True)
    account = env["res.partner.bank"].create(
        {
            "acc_number": IBAN,
            "partner_id": company.partner_id.id,
            "company_id": company.id,
            "allow_out_payment": True,
        }
    )
    journal_of(env, "bank").write({"name": "Banque", "bank_account_id": account.id})


def close_on_holidays(env):
    """Close Le Quai on French public holidays, from the year before until the year after."""
    place = env.ref("le_quai.place")
    today = place.now_local().date()
    days = {}
    for year in range(today.year - 1, today.year + 2):
        for day, key in public_holidays(year).items():
            days[day] = NAMED.get(key, "Jour férié")
    place._close_on(days)
