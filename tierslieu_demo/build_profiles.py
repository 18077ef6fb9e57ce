"""The fares of Le Quai: who has which, and the proofs in each of their states."""

import io
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

from odoo import fields

# In the order in which they refer to each other.
PROFILE_FILES = ("product.pricelist", "product.pricelist.item", "tierslieu.profile")


def build_profiles(env):
    """Give an association its fare, and let members have sent their proofs."""
    _association(env)
    today = env.ref("le_quai.place").now_local().date()
    school_year = today.replace(month=9, day=30)
    if school_year < today + timedelta(days=60):
        school_year = school_year.replace(year=school_year.year + 1)
    _accepted(env, "driss", "etudiant", since=70, until=school_year)
    _accepted(env, "lena", "etudiant", since=390, until=school_year)
    _accepted(env, "malik", "emploi", since=385, until=today + timedelta(days=40))
    _accepted(env, "elodie", "emploi", since=165, until=today + timedelta(days=12))
    _accepted(env, "oscar", "emploi", since=230, until=today - timedelta(days=45))
    _refused(env, "paola", "etudiant", since=9, reason=(
        "La photo est coupée : l'année ne se lit pas. Une photo de la carte entière suffit."
    ))
    _pending(env, "fatou", "emploi", 26, "attestation-france-travail", "Attestation d'inscription",
             "inscrite sur la liste des demandeurs d'emploi")
    _pending(env, "alice", "etudiant", 3, "certificat-de-scolarite", "Certificat de scolarité",
             "inscrite en master, année universitaire en cours")


def _association(env):
    """Les Amis du canal: whoever books for it has its fare."""
    club = env["res.partner"].create(
        {
            "name": "Les Amis du canal",
            "is_company": True,
            "email": "contact@amisducanal.example",
            "city": "Nantes",
            "zip": "44000",
            "tierslieu_profile_id": env.ref("le_quai.profil_association").id,
        }
    )
    env.ref("le_quai.jeanne").parent_id = club


def _values(env, who, fare, since):
    profile = env.ref(f"le_quai.profil_{fare}")
    sent = fields.Datetime.now() - timedelta(days=since)
    return {
        "partner_id": env.ref(f"le_quai.{who}").id,
        "profile_id": profile.id,
        "company_id": profile.company_id.id,
        "sent_on": sent,
    }


def _decided(env, values):
    """Add the verdict of Sami, a day and a half later."""
    sami = env["res.users"].search([("login", "=", "sami")], limit=1)
    return env["tierslieu.proof"].create(
        values
        | {"decided_by": sami.id, "decided_on": values["sent_on"] + relativedelta(days=1, hours=12)}
    )


def _accepted(env, who, fare, since, until):
    values = _values(env, who, fare, since)
    proof = _decided(
        env,
        values
        | {"state": "accepted", "valid_from": values["sent_on"].date(), "valid_until": until},
    )
    if (until - fields.Date.today()).days <= 30:
        proof.reminded_until = until


def _refused(env, who, fare, since, reason):
    _decided(env, _values(env, who, fare, since) | {"state": "refused", "refusal_reason": reason})


def _pending(env, who, fare, hours, name, title, words):
    """Send a document as the member did some hours ago."""
    partner = env.ref(f"le_quai.{who}")
    document = _document(title, f"{partner.name} est {words}.")
    proof = env["tierslieu.proof"]._submit(
        partner, env.ref(f"le_quai.profil_{fare}"), f"{name}.pdf", document
    )
    proof.sent_on = fields.Datetime.now() - timedelta(hours=hours)


def _document(title, words):
    """Return a PDF of one page that says that it is made up."""
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=A4)
    width, height = A4
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 22)
    page.drawCentredString(width / 2, height - 160, title)
    page.setFont("Helvetica", 13)
    page.drawCentredString(width / 2, height - 220, words)
    page.setFont("Helvetica-Oblique", 10)
    page.drawCentredString(width / 2, 80, "Document inventé pour la démonstration du Quai.")
    page.save()
    return stream.getvalue()
