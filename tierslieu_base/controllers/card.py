from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .visitor import may_try, page, pdf

SCANS_AN_HOUR = 60
# A host at the door scans everyone who comes.
HOST_SCANS_AN_HOUR = 1200
PRINTS_AN_HOUR = 20
LOSSES_A_DAY = 5


class CardPortal(CustomerPortal):
    """A member's own card, and the page that its QR code opens."""

    def _own_card(self):
        """Return the card of who asks, the first one being given without asking."""
        partner = request.env.user.partner_id
        return request.env["tierslieu.card"].sudo()._issue_first(partner, request.env.company)

    @route("/my/card", type="http", auth="user", website=True)
    def my_card(self, **kwargs):
        """Show who asks their card."""
        card = self._own_card()
        values = self._prepare_portal_layout_values() | {
            "card": card,
            "partner": request.env.user.partner_id.sudo(),
            "sentence": request.session.pop("tierslieu_sentence", None),
            "page_name": "tierslieu_card",
        }
        return page("tierslieu_base.portal_my_card", values)

    @route("/my/card.pdf", type="http", auth="user", website=True)
    def my_card_pdf(self, **kwargs):
        """Give who asks their card, to print."""
        card = self._own_card()
        if not card:
            raise NotFound()
        if not may_try("card pdf", PRINTS_AN_HOUR):
            raise TooManyRequests()
        return pdf("tierslieu_base.report_card", card, "carte.pdf")

    @route("/my/card/lost", type="http", auth="user", website=True, methods=["GET", "POST"])
    def my_card_lost(self, **kwargs):
        """Say what follows when a card is lost, then revoke it and give another."""
        card = self._own_card()
        if not card:
            return request.redirect("/my/card")
        if request.httprequest.method == "POST":
            request.session["tierslieu_sentence"] = self._replace(card)
            return request.redirect("/my/card")
        values = self._prepare_portal_layout_values() | {
            "card": card,
            "page_name": "tierslieu_card",
        }
        return page("tierslieu_base.portal_my_card_lost", values)

    def _replace(self, card):
        """Revoke a lost card and issue another; return the sentence that says so."""
        _ = request.env._
        if not may_try("card lost", LOSSES_A_DAY, 86400):
            return _("You have replaced your card several times today: see the team.")
        try:
            with request.env.cr.savepoint():
                card._revoke("lost")
                card._issue(card.partner_id, card.company_id)
        except UserError as refusal:
            return str(refusal)
        return _("The former card no longer works. Here is the new one.")

    # -- What the QR code opens

    @route("/card/<string:key>", type="http", auth="public", website=True, multilang=False, sitemap=False)
    def card(self, key, **kwargs):
        """Say whether a card is valid; to the team, whose it is."""
        is_host = request.env.user.has_group("tierslieu_base.group_host")
        limit = HOST_SCANS_AN_HOUR if is_host else SCANS_AN_HOUR
        if not may_try("card scan", limit):
            response = page("tierslieu_base.card_scanned", {"too_many": True})
            response.status_code = 429
            return response
        card = request.env["tierslieu.card"].sudo()._resolve(key)
        values = {"valid": bool(card)}
        if card and self._is_ours(card):
            partner = card.partner_id.with_company(card.company_id)
            values |= {
                "card": card,
                "partner": partner,
                "warnings": partner._tierslieu_card_warnings(),
            }
        return page("tierslieu_base.card_scanned", values)

    def _is_ours(self, card):
        """Whether who asks is of the team of the company that issued the card."""
        user = request.env.user
        if not user.has_group("tierslieu_base.group_host"):
            return False
        seen = card.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
        return seen.has_access("read")
