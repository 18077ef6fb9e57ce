from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .visitor import may_try, page, pdf

MAX_ID = 2**31 - 1
PRINTS_AN_HOUR = 20


class CharterPortal(CustomerPortal):
    """The charters that a member reads, accepts, and finds again."""

    def _prepare_home_portal_values(self, counters):
        """Say on the first page, script or not, that a charter waits."""
        values = super()._prepare_home_portal_values(counters)
        if not counters:
            partner = request.env.user.partner_id
            values["tierslieu_charters"] = partner.sudo()._tierslieu_charters_waiting(request.env.company)
        return values

    def _acceptances(self):
        """Return what who asks has accepted: themselves, and nobody of their company."""
        return request.env["tierslieu.charter.acceptance"].sudo().search(
            [("partner_id", "=", request.env.user.partner_id.id)]
        )

    def _version(self, version_id):
        """Return a published text of this place, or one that who asks has accepted."""
        if not 0 < version_id <= MAX_ID:
            raise NotFound()
        version = request.env["tierslieu.charter.version"].sudo().browse(version_id).exists()
        seen = version and version.number and (
            version in self._acceptances().version_id
            or (version.company_id == request.env.company and version.charter_id.active)
        )
        if not seen:
            raise NotFound()
        return version

    @route("/my/charter", type="http", auth="user", website=True)
    def my_charter(self, **kwargs):
        """List the charters of the place, and what was accepted."""
        current = request.env["tierslieu.charter"].sudo()._current_versions(request.env.company)
        acceptances = self._acceptances()
        if len(current) == 1 and acceptances.version_id <= current:
            return request.redirect(f"/my/charter/{current.id}")
        values = self._prepare_portal_layout_values() | {
            "current": current,
            "accepted": acceptances.version_id,
            "acceptances": acceptances,
            "sentence": request.session.pop("tierslieu_sentence", None),
            "page_name": "tierslieu_charter",
        }
        return page("tierslieu_base.portal_my_charters", values)

    @route("/my/charter/<int:version_id>", type="http", auth="user", website=True)
    def my_charter_version(self, version_id, **kwargs):
        """Show a text, what changed since the one that was accepted, and the way to accept it."""
        version = self._version(version_id)
        acceptances = self._acceptances()
        mine = acceptances.filtered(lambda acceptance: acceptance.version_id == version)
        former = acceptances.version_id.filtered(
            lambda other: other.charter_id == version.charter_id and other.number < version.number
        ).sorted("number")[-1:]
        values = self._prepare_portal_layout_values() | {
            "version": version,
            "acceptance": mine,
            "former": former,
            "changes": not mine and version._changes_since(former),
            "sentence": request.session.pop("tierslieu_sentence", None),
            "page_name": "tierslieu_charter",
        }
        return page("tierslieu_base.portal_my_charter", values)

    @route("/my/charter/<int:version_id>/accept", type="http", auth="user", website=True, methods=["POST"])
    def my_charter_accept(self, version_id, **kwargs):
        """Accept a text, as oneself."""
        version = self._version(version_id)
        partner = request.env.user.partner_id.sudo()
        address = f"/my/charter/{version.id}"
        if not kwargs.get("accept"):
            request.session["tierslieu_sentence"] = request.env._("Tick the box to say that you accept.")
            return request.redirect(address)
        try:
            with request.env.cr.savepoint():
                request.env["tierslieu.charter.acceptance"].sudo()._accept(partner, version, "portal")
        except UserError as refusal:
            request.session["tierslieu_sentence"] = str(refusal)
            address = f"/my/charter/{(version.charter_id.current_version_id or version).id}"
        return request.redirect(address)

    @route("/my/charter/<int:version_id>/charter.pdf", type="http", auth="user", website=True)
    def my_charter_pdf(self, version_id, **kwargs):
        """Give who asks the PDF of a text that they have accepted."""
        version = self._version(version_id)
        mine = self._acceptances().filtered(lambda acceptance: acceptance.version_id == version)
        if not mine:
            raise NotFound()
        if not may_try("charter pdf", PRINTS_AN_HOUR):
            raise TooManyRequests()
        return pdf("tierslieu_base.report_charter_accepted", mine, "charte.pdf")
