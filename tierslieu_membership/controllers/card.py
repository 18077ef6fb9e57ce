from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.tierslieu_base.controllers.visitor import may_try, page
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID

PAGE = "/my/membership/payment"
SENTENCE = "tierslieu_card"
TRIES_AN_HOUR = 60


def _one_of(records, value):
    """Return the record that a form names among some; what is not among them does not exist."""
    value = str(value or "")
    digits = value.isascii() and value.isdigit() and len(value) < 11
    found = records.filtered(lambda record: digits and 0 < record.id == int(value) <= MAX_ID)
    if not found:
        raise NotFound()
    return found


class CardPortal(CustomerPortal):
    """The card that the subscriptions of who asks are charged to. Cards are added on Odoo's own page."""

    def _partner(self):
        return request.env.user.partner_id.sudo()

    def _contracts(self):
        return request.env["contract.contract"]._tierslieu_own(self._partner(), request.website.company_id)

    def _cards(self):
        return request.env["contract.contract"]._tierslieu_cards(self._partner(), request.website.company_id)

    @route(PAGE, type="http", auth="user", website=True)
    def my_card_payment(self, **kwargs):
        """Show what is charged to which card, and when."""
        values = self._prepare_portal_layout_values() | {
            "contracts": self._contracts(),
            "cards": self._cards(),
            "sentence": request.session.pop(SENTENCE, None),
            "page_name": "tierslieu_payment_card",
        }
        return page("tierslieu_membership.portal_my_card", values)

    @route(f"{PAGE}/keep", type="http", auth="user", website=True, methods=["POST"])
    def my_card_payment_keep(self, contract=None, card=None, agree=None, **kwargs):
        """Charge a subscription of who asks to a card of theirs, which they agree to."""
        contract, card = _one_of(self._contracts(), contract), _one_of(self._cards(), card)
        self._count()
        if not agree:
            return self._back(request.env._("Tick the box to agree: no card is charged without it."))
        try:
            with request.env.cr.savepoint():
                contract._tierslieu_keep_card(card, self._partner())
        except UserError as refusal:
            return self._back(str(refusal))
        return self._back(request.env._("Done: invoices are charged to this card from now on."))

    @route(f"{PAGE}/drop", type="http", auth="user", website=True, methods=["POST"])
    def my_card_payment_drop(self, contract=None, **kwargs):
        """Charge no card any more for a subscription of who asks."""
        contract = _one_of(self._contracts(), contract)
        self._count()
        contract._tierslieu_drop_card()
        return self._back(request.env._("Done: no card is charged any more. You pay each invoice yourself."))

    def _count(self):
        if not may_try("card", TRIES_AN_HOUR):
            raise TooManyRequests()

    def _back(self, sentence):
        request.session[SENTENCE] = sentence
        return request.redirect(PAGE)
