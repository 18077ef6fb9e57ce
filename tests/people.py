"""What a member has beside bookings: a document to be judged, a charter to read, a card, a seat."""

from datetime import timedelta

from odoo import fields

from odoo.addons.tierslieu_base.tests.proof_common import a_pdf, create_profile_data
from odoo.addons.tierslieu_events.tests.common import create_event
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


def create_event_data(env, partner, place):
    """Create an event in five days, with a seat of a member, and one that they propose.

    :return: {argument of a route: what it names}: event_id, seat_key, proposal_id
    """
    begin = fields.Datetime.now().replace(microsecond=0) + timedelta(days=5)
    event = create_event(
        env, name="Veillée", is_published=True, seats=20, date_begin=begin, date_end=begin + timedelta(hours=2),
        company_id=place.company_id.id, tierslieu_place_id=place.id,
        tickets=[("Entrée libre", 0, 0.0), ("Soutien", 0, 10.0), ("Prix libre", 0, 0.0)],
    )
    event.event_ticket_ids[2].write({"tierslieu_free_price": True, "tierslieu_suggested": 5.0})
    seat = env["event.registration"].create(
        {
            "event_id": event.id, "event_ticket_id": event.event_ticket_ids[0].id, "partner_id": partner.id,
            "name": partner.name, "email": partner.email,
        }
    )
    proposal = env["tierslieu.event.proposal"].create(
        {"name": "Chorale", "description": "Chanter à plusieurs.", "partner_id": partner.id, "place_id": place.id}
    )
    return {
        "event_id": event.id,
        "seat_key": seat._tierslieu_url().rsplit("/", 1)[-1],
        "proposal_id": proposal.id,
    }
