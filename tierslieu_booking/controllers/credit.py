from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.addons.tierslieu_base.tools import figures

from .portal import _page

MOVES_SHOWN = 20


class CreditsPortal(CustomerPortal):
    """A member's credits: what is left, what it is good for, where it went.

    No address says whose: they are always those of who asks.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "tierslieu_credit_count" in counters:
            lots = request.env["tierslieu.credit.lot"].sudo()
            left = lots._left_today(self._holder(), request.website.company_id)
            values["tierslieu_credit_count"] = figures(request.env, float(left)) if left else 0
        return values

    def _holder(self):
        return request.env.user.partner_id.sudo()

    @route(["/my/credits", "/my/credits/page/<int:page>"], type="http", auth="user", website=True)
    def my_credits(self, page=1, **kwargs):
        """Show the credits that a member can book with, and their history."""
        partner, company = self._holder(), request.website.company_id
        live, past = request.env["tierslieu.credit.lot"]._seen(partner, company)
        moves = request.env["tierslieu.credit.move"].sudo()
        domain = moves._seen_domain(partner, company)
        pager = portal_pager(
            url="/my/credits", total=moves.search_count(domain), page=_page(page), step=MOVES_SHOWN
        )
        moves = moves.search(domain, limit=MOVES_SHOWN, offset=pager["offset"])
        spaces = request.env["tierslieu.space"].sudo()._online(company)
        packs = request.env["product.template"]._tierslieu_on_sale(request.website)
        values = self._prepare_portal_layout_values() | {
            "live": live,
            "past": past,
            "types": [
                (one, one._worth(spaces), request.env._("What “%(type)s” pays", type=one.name))
                for one in live.type_id.sorted()
            ],
            "moves": moves._told(partner),
            "pager": pager,
            "packs": packs,
            "prices": packs._tierslieu_prices(request.pricelist),
            "figures": lambda amount: figures(request.env, amount),
            "page_name": "tierslieu_credits",
        }
        return request.render("tierslieu_booking.portal_my_credits", values)
