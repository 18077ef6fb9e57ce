from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError
from odoo.http import Controller, Stream, request, route

# The largest id that a database column takes.
MAX_ID = 2**31 - 1


class ProofFile(Controller):
    """The document of a proof, for the team that decides."""

    @route("/tierslieu/proof/<int:proof_id>/file", type="http", auth="user")
    def proof_file(self, proof_id, **kwargs):
        """Give a document to someone who may read its proof."""
        if not 0 < proof_id <= MAX_ID:
            raise NotFound()
        proof = request.env["tierslieu.proof"].browse(proof_id).exists()
        try:
            proof.check_access("read")
        except AccessError:
            raise NotFound() from None
        return serve(proof)


def serve(proof):
    """Return the response that saves a document: never shown as a page of ours, never kept.

    Its type is the one that its bytes have, and the browser may not guess another.
    """
    proof = proof.sudo()
    if not proof.file:
        raise NotFound()
    stream = Stream.from_binary_field(proof, "file")
    stream.mimetype, stream.download_name = proof.file_type, proof.file_name
    stream.public, stream.max_age, stream.conditional, stream.etag = False, None, False, False
    response = stream.get_response(as_attachment=True, immutable=False)
    response.headers["Cache-Control"] = "private, no-store"
    return response
