"""The adhesions of Le Quai: most of its people for this year, some lapsed, two to pay, a family, an organisation."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import fields
from odoo.fields import Command

from .bank import journal_of, receive
from .clock import turned_back
from .drawings import drawings

# What is sold: name, values, what members read.
ADHESIONS = {
    "adhesion": (
        "Adhésion au Quai",
        {"tierslieu_adhesion": "civil", "list_price": 20.0, "sequence": 1},
        "Une voix à l'assemblée, les soirées des membres et le tarif des ateliers. 10 € avec un justificatif.",
    ),
    "adhesion_solidaire": (
        "Adhésion solidaire, prix libre",
        {
            "tierslieu_adhesion": "civil", "tierslieu_free_price": True, "tierslieu_floor": 5.0,
            "tierslieu_suggested": 12.0, "sequence": 2,
        },
        "La même adhésion : chacun donne ce qu'il peut, à partir de 5 €.",
    ),
    "adhesion_famille": (
        "Adhésion familiale",
        {
            "tierslieu_adhesion": "civil", "tierslieu_adhesion_for": "family", "tierslieu_adhesion_most": 6,
            "list_price": 35.0, "sequence": 3,
        },
        "Un paiement pour toute la maison, jusqu'à six personnes.",
    ),
    "adhesion_structure": (
        "Adhésion d'une structure",
        {
            "tierslieu_adhesion": "rolling", "tierslieu_adhesion_for": "organisation", "list_price": 100.0,
            "sequence": 4,
        },
        "Douze mois pour toute l'équipe d'une association ou d'une entreprise.",
    ),
}
# What the adhesion costs in each fare: a reduction of percents would make odd amounts of it.
FARES = {"etudiant": 10.0, "emploi": 10.0, "association": 20.0, "resident": 20.0}


class Joined(NamedTuple):
    """Somebody who joins: so many days ago, which adhesion, how it is paid."""

    days: int
    who: str
    adhesion: str = "adhesion"
    # Cheques are brought to the bank at the end of the month; what is on account is still to be paid.
    paid_by: str = "cheque"
    values: dict = {}


# Counted back from today; those of this year are brought into it when the year is young.
THIS_YEAR = (
    Joined(318, "claire"), Joined(310, "ines"), Joined(309, "hugo"),
    Joined(305, "alice"), Joined(301, "jeanne"), Joined(297, "lucie"),
    Joined(290, "marius"), Joined(288, "nadia", "adhesion_solidaire", values={"amount": 8.0}),
    Joined(280, "driss"), Joined(265, "lena", paid_by="bank"),
    Joined(240, "fanal", "adhesion_structure"), Joined(214, "theo"), Joined(190, "violette"),
    Joined(171, "esther", "adhesion_famille", values={"people": "Minh Nguyen\nLan Nguyen, lan@nguyen.lequai.example"}),
    Joined(128, "zoe"), Joined(102, "elodie"),
    Joined(88, "noemie", "adhesion_solidaire", values={"amount": 15.0}), Joined(61, "colette"),
    Joined(47, "bruno", paid_by="bank"), Joined(20, "fatou", paid_by="account"), Joined(6, "karim", paid_by="account"),
    Joined(33, "pierre", paid_by="free", values={"reason": "Tient le repair café tous les mardis"}),
)
LAST_YEAR = (
    Joined(200, "paola"), Joined(180, "oscar"), Joined(150, "henri"), Joined(120, "ulysse"),
    Joined(90, "wendy"),
)


def build_adhesions(env):
    """Sell what Le Quai sells, and let its people have joined in their time."""
    _articles(env)
    host = env["res.users"].search([("login", "=", "sami")])
    env = env(user=host.id, su=True)
    place, now = env.ref("le_quai.place"), fields.Datetime.now()
    today = place.now_local().date()
    moments = sorted(
        [(_this_year(today, joined.days), joined) for joined in THIS_YEAR]
        + [(_last_year(today, joined.days), joined) for joined in LAST_YEAR],
        key=lambda pair: pair[0],
    )
    cheques, month = env["account.move"], moments[0][0].month
    with turned_back(env.cr) as set_clock:
        for day, joined in moments:
            if day.month != month:
                # The last thing of the month before the next begins.
                set_clock(place.to_utc(datetime.combine(day.replace(day=1) - timedelta(days=1), time(17))))
                receive(env, cheques)
                env.flush_all()
                cheques, month = env["account.move"], day.month
            moment = place.to_utc(datetime.combine(day, time(11)))
            set_clock(min(moment, now - timedelta(minutes=5)))
            sale = _join(env, joined)
            if joined.paid_by == "cheque":
                cheques |= sale.line_id.account_invoice_id
            # What follows from it is dated on its day.
            env.flush_all()
        set_clock(now)
        receive(env, cheques)


def _this_year(today, days):
    return max(today - timedelta(days=days), today.replace(month=1, day=1))


def _last_year(today, days):
    return today.replace(month=1, day=1) - timedelta(days=days)


def _articles(env):
    """Create the articles under ids of their own, and their prices in each fare."""
    pictures = drawings("adhesions")
    for code, (name, values, said) in ADHESIONS.items():
        shown = {"description_sale": said, "is_published": True, "image_1920": pictures[code]}
        article = env["product.template"].create({"name": name, "company_id": env.company.id} | shown | values)
        env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"le_quai.{code}", "record": article, "noupdate": True}]
        )
    for code in ("adhesion", "adhesion_famille", "adhesion_structure"):
        article = env.ref(f"le_quai.{code}")
        for fare, price in FARES.items():
            env.ref(f"le_quai.prix_{fare}").item_ids = [
                Command.create(
                    {
                        "applied_on": "1_product",
                        "product_tmpl_id": article.id,
                        "compute_price": "fixed",
                        "fixed_price": price if code == "adhesion" else article.list_price,
                    }
                )
            ]


def _join(env, joined):
    """Enter an adhesion at the reception, as the host does; return what she has entered."""
    journal = "account" if joined.paid_by == "cheque" else joined.paid_by
    if journal in ("cash", "bank"):
        journal = str(journal_of(env, journal).id)
    sale = env["tierslieu.adhesion.sale"].create(
        {
            "partner_id": env.ref(f"le_quai.{joined.who}").id,
            "product_id": env.ref(f"le_quai.{joined.adhesion}").product_variant_id.id,
            "journal": journal,
        }
        | joined.values
    )
    sale.action_sell()
    return sale
