from werkzeug.exceptions import NotFound

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .proof import MAX_ID, serve

PAGE = "/my/fare"
SENTENCE = "tierslieu_fare_sentence"


class FarePortal(CustomerPortal):
    """A member's fare: what it is today, and the documents that give another one.

    Members have no right on the models: each route checks who asks, then
    calls the methods that hold the rules.
    """

    def _own_proof(self, proof_id):
        """Return a proof of who asks; what belongs to others does not exist."""
        if not 0 < proof_id <= MAX_ID:
            raise NotFound()
        proof = request.env["tierslieu.proof"].sudo().browse(proof_id).exists()
        if (
            not proof
            or proof.partner_id != request.env.user.partner_id
            or proof.company_id != request.env.company
        ):
            raise NotFound()
        return proof

    def _offered(self, value):
        """Return a fare of this place that asks for a proof, from the form; 404 for any other."""
        value = str(value or "")
        digits = value.isascii() and value.isdigit() and len(value) < 11
        if not (digits and 0 < int(value) <= MAX_ID):
            raise NotFound()
        profile = request.env["tierslieu.profile"].sudo().browse(int(value)).exists()
        if (
            not (profile.active and profile.needs_proof)
            or profile.company_id != request.env.company
        ):
            raise NotFound()
        return profile

    @route(PAGE, type="http", auth="user", website=True)
    def my_fare(self, **kwargs):
        """Show the fare of today, and where each document stands."""
        proofs = request.env["tierslieu.proof"].sudo()
        values = (
            self._prepare_portal_layout_values()
            | proofs._portal_fare(request.env.user.partner_id, request.env.company)
            | {
                "most_bytes": proofs._most_bytes(),
                "sentence": request.session.pop(SENTENCE, None),
                "page_name": "tierslieu_fare",
                "day": proofs._format_date,
            }
        )
        return request.render("tierslieu_base.portal_my_fare", values)

    @route(f"{PAGE}/send", type="http", auth="user", website=True, methods=["POST"])
    def my_fare_send(self, profile=None, document=None, **kwargs):
        """Receive a document; say in one sentence why it is not taken."""
        profile = self._offered(profile)
        proofs = request.env["tierslieu.proof"]
        data, name = b"", ""
        if hasattr(document, "stream"):
            # One byte more than allowed tells that it is too large: the rest is not read.
            data, name = document.stream.read(proofs._most_bytes() + 1), document.filename
        try:
            proofs._submit(request.env.user.partner_id, profile, name, data)
        except UserError as refusal:
            request.session[SENTENCE] = {"profile": profile.id, "text": str(refusal)}
        return request.redirect(f"{PAGE}#fare-{profile.id}")

    @route(f"{PAGE}/<int:proof_id>/withdraw", type="http", auth="user", website=True, methods=["POST"])
    def my_fare_withdraw(self, proof_id, **kwargs):
        """Take back a document that nobody has decided on."""
        proof = self._own_proof(proof_id)
        try:
            with request.env.cr.savepoint():
                proof._withdraw()
        except UserError as refusal:
            request.session[SENTENCE] = {"profile": proof.profile_id.id, "text": str(refusal)}
        return request.redirect(f"{PAGE}#fare-{proof.profile_id.id}")

    @route(f"{PAGE}/<int:proof_id>/file", type="http", auth="user")
    def my_fare_file(self, proof_id, **kwargs):
        """Give a member the document that they sent, while it is kept."""
        return serve(self._own_proof(proof_id))
