from datetime import date as Date

from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.tierslieu_base.controllers.visitor import may_try, page
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID

PAGE = "/my/membership"
TRIES_AN_HOUR = 40


class SubscriptionPortal(CustomerPortal):
    """A member ends or changes their plan: the money is shown first; what a rule forbids is asked of the team."""

    def _own(self, contract_id):
        """Return a subscription of who asks; what belongs to others does not exist."""
        if not 0 < contract_id <= MAX_ID:
            raise NotFound()
        company, partner = request.website.company_id.sudo(), request.env.user.partner_id.sudo()
        mine = request.env["contract.contract"]._tierslieu_of_member(partner, company)
        contract = mine.filtered(lambda one: one.id == contract_id and not one.date_end)
        if not contract:
            raise NotFound()
        return contract

    def _day(self, value):
        try:
            return Date.fromisoformat(str(value or "")[:10])
        except ValueError:
            return None

    def _plan(self, contract, value):
        value = str(value or "")
        plans = request.env["tierslieu.plan"]._tierslieu_online(contract.company_id) - contract.tierslieu_plan_id
        return plans, plans.filtered(lambda one: value.isascii() and value.isdigit() and str(one.id) == value)

    def _answer(self, template, contract, values):
        return page(
            template,
            self._prepare_portal_layout_values() | {
                "contract": contract, "currency": contract.currency_id, "page_name": "tierslieu_membership",
                "day": contract._tierslieu_day, "problem": None, "proposal": None,
            } | values,
        )

    def _act(self, act):
        """Do what was asked, once counted; return the sentence of a refusal, or None."""
        if not may_try("subscription", TRIES_AN_HOUR):
            raise TooManyRequests()
        try:
            with request.env.cr.savepoint():
                request.session["tierslieu_plan_said"] = act()
        except UserError as refusal:
            return str(refusal)
        return None

    @route(f"{PAGE}/plan/<int:contract_id>/end", type="http", auth="user", website=True, methods=["GET", "POST"])
    def subscription_end(self, contract_id, date=None, **kwargs):
        """Show what an end on a day means, or end it."""
        contract, problem = self._own(contract_id), None
        day = self._day(date)
        if request.httprequest.method == "POST":
            problem = self._act(lambda: contract._tierslieu_end_by_member(day))
            if not problem:
                return request.redirect(PAGE)
        try:
            proposal = contract._tierslieu_end_proposal(day if date else None)
        except UserError as refusal:
            problem, proposal = problem or str(refusal), contract._tierslieu_end_proposal()
        return self._answer(
            "tierslieu_membership.portal_subscription_end", contract, {"problem": problem, "proposal": proposal}
        )

    @route(f"{PAGE}/plan/<int:contract_id>/change", type="http", auth="user", website=True, methods=["GET", "POST"])
    def subscription_change(self, contract_id, plan=None, date=None, **kwargs):
        """Show what a change to another plan means, or change it."""
        contract, problem, proposal = self._own(contract_id), None, None
        plans, chosen = self._plan(contract, plan)
        day = self._day(date)
        if request.httprequest.method == "POST" and chosen:
            problem = self._act(lambda: contract._tierslieu_change_by_member(chosen, day))
            if not problem:
                return request.redirect(PAGE)
        if chosen:
            try:
                proposal = contract._tierslieu_change_proposal(chosen, day)
            except UserError as refusal:
                problem = problem or str(refusal)
        today = contract._tierslieu_today()
        return self._answer(
            "tierslieu_membership.portal_subscription_change", contract,
            {"plans": plans, "chosen": chosen, "date": day or today, "problem": problem, "proposal": proposal},
        )
