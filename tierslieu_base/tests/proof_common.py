import io
from datetime import date

from PIL import Image
from reportlab.pdfgen import canvas

from .common import TierslieuCase

TODAY = date(2027, 1, 11)


def a_picture(kind="PNG", size=(60, 40), **options):
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "#3F6B52").save(stream, kind, **options)
    return stream.getvalue()


def a_pdf(text="Certificat de scolarité"):
    """Return the bytes of a PDF of one page."""
    stream = io.BytesIO()
    page = canvas.Canvas(stream)
    page.drawString(72, 720, text)
    page.save()
    return stream.getvalue()


def create_profile_data(env, company=None):
    """Create four fares of a company, shared by unit tests and tours.

    :return: dict of `tierslieu.profile`: full, student, seeker, association
    """
    company = company or env.company
    env["tierslieu.profile"].search(
        [("company_id", "=", company.id), ("is_default", "=", True)]
    ).is_default = False

    def profile(name, sequence, **values):
        return env["tierslieu.profile"].create(
            {"name": name, "sequence": sequence, "company_id": company.id, **values}
        )

    return {
        "full": profile("Full price", 40, is_default=True),
        "student": profile("Student", 10, needs_proof=True, proof_help="Your student card."),
        "seeker": profile("Job seeker", 20, needs_proof=True, proof_months=6),
        "association": profile("Association", 30),
    }


class ProofCase(TierslieuCase):
    """The fares of a place and two members."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Sentences are compared in the language they are written in.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        cls.Proof = cls.env["tierslieu.proof"]
        for name, value in create_profile_data(cls.env).items():
            setattr(cls, name, value)
        cls.alix = cls.member.partner_id.with_env(cls.env)
        cls.noe = cls.other_member.partner_id.with_env(cls.env)

    def send(self, partner=None, profile=None, name="card.pdf", data=None):
        """Send a document as a member does; return the proof."""
        return self.Proof._submit(
            partner or self.alix, profile or self.student, name, a_pdf() if data is None else data
        )

    def accepted(self, partner, profile, valid_from, valid_until):
        """Return an accepted proof without the trouble of sending it."""
        return self.Proof.create(
            {
                "partner_id": partner.id,
                "profile_id": profile.id,
                "company_id": profile.company_id.id,
                "state": "accepted",
                "valid_from": valid_from,
                "valid_until": valid_until,
                "decided_on": "2027-01-01 09:00:00",
            }
        )

    def files_of(self, proofs):
        """Return every attachment of proofs, those of fields too."""
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "tierslieu.proof"),
                ("res_id", "in", proofs.ids),
                ("id", "!=", False),
            ]
        )

    def mails_of(self, partner):
        return self.env["mail.mail"].search([("recipient_ids", "in", partner.ids)])

    def run_cron(self):
        """Run our scheduled action as the scheduler does, commits included."""
        self.env.flush_all()
        self.env.ref("tierslieu_base.cron_proofs").method_direct_trigger()
        self.env.invalidate_all()
