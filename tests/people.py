"""What a member has beside bookings: a document to be judged, a charter to read, a card."""

from odoo.addons.tierslieu_base.tests.proof_common import a_pdf, create_profile_data
from odoo.addons.tierslieu_membership.tests.adhesion_common import create_adhesions


def create_member_data(env, partner, company):
    """Create a pending proof, two published charters, a card, a request of erasure, an adhesion of a member.

    :return: {argument of a route: what it names}: import_id, proof_id, version_id, partner_id, key, adhesion_id
    """
    student = create_profile_data(env, company)["student"]
    proof = env["tierslieu.proof"]._submit(partner, student, "carte.pdf", a_pdf())
    charter = env["tierslieu.charter"].create({"name": "Charte du lieu", "company_id": company.id})
    version = env["tierslieu.charter.version"].create({"charter_id": charter.id, "body": "<p>On range sa tasse.</p>"})
    version.action_publish()
    # Another one, which they have accepted: the page lists charters when there are several.
    other = env["tierslieu.charter"].create({"name": "Charte de l'atelier", "company_id": company.id})
    accepted = env["tierslieu.charter.version"].create({"charter_id": other.id, "body": "<p>Lunettes pour tous.</p>"})
    accepted.action_publish()
    env["tierslieu.charter.acceptance"]._accept(partner, accepted, "portal")
    env["tierslieu.data.request"]._ask_erasure(partner, company)
    card = env["tierslieu.card"]._issue(partner, company)
    return {
        "adhesion_id": create_paid_adhesion(env, partner, company).id,
        "import_id": env["tierslieu.import"].create({"kind": "members"}).id,
        "proof_id": proof.id,
        "version_id": version.id,
        "partner_id": partner.id,
        "key": card._url().rsplit("/", 1)[-1],
    }


def create_paid_adhesion(env, partner, company):
    """Create an adhesion that a member has paid at the reception: it has a receipt."""
    sale = env["tierslieu.adhesion.sale"].with_company(company).create(
        {
            "partner_id": partner.id,
            "product_id": create_adhesions(env, company)["civil"].product_variant_id.id,
            "journal": str(
                env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", company.id)], limit=1).id
            ),
        }
    )
    sale.action_sell()
    return sale.line_id
