from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.exceptions import UserError, ValidationError
from odoo.http import request, route

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.tierslieu_base.controllers.visitor import may_try
from odoo.addons.tierslieu_base.kernels import typed
from odoo.addons.tierslieu_booking.controllers.book import MAX_ID

from .seats import number_of

PROPOSALS_A_DAY = 20
LONGEST, LONGEST_TEXT = 120, 3000
SENTENCE = "tierslieu_proposal_sentence"


class ProposalPortal(CustomerPortal):
    """What a member would like to see here: proposed, followed, taken back."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "tierslieu_proposal_count" in counters:
            values["tierslieu_proposal_count"] = self._own_proposals(count=True)
        return values

    def _own_proposals(self, count=False):
        proposals = request.env["tierslieu.event.proposal"].sudo()
        domain = [("partner_id", "=", request.env.user.partner_id.id)]
        return proposals.search_count(domain) if count else proposals.search(domain)

    def _own_proposal(self, proposal_id):
        proposal = self._own_proposals().filtered(lambda one: one.id == proposal_id) if proposal_id <= MAX_ID else None
        if not proposal:
            raise NotFound()
        return proposal

    def _show_proposal(self, template, **values):
        return request.render(
            f"tierslieu_events.{template}",
            self._prepare_portal_layout_values() | {"page_name": "tierslieu_proposal"} | values,
        )

    @route("/my/proposals", type="http", auth="user", website=True)
    def my_proposals(self, **_kwargs):
        """List what a member has proposed, and what became of it."""
        return self._show_proposal(
            "portal_my_proposals", proposals=self._own_proposals(), sentence=request.session.pop(SENTENCE, None)
        )

    @route("/my/proposals/new", type="http", auth="user", website=True, methods=["GET", "POST"])
    def my_proposal_new(self, **post):
        """Ask what it is about, then keep it."""
        sentence = None
        if request.httprequest.method == "POST":
            if not may_try("event proposal", PROPOSALS_A_DAY, 86400):
                raise TooManyRequests()
            try:
                with request.env.cr.savepoint():
                    request.env["tierslieu.event.proposal"].sudo().create(self._proposal_values(post))
            except (UserError, ValidationError) as refusal:
                sentence = str(refusal)
            else:
                request.session[SENTENCE] = request.env._("Thank you! The team reads it and answers you.")
                return request.redirect("/my/proposals")
        proposals = request.env["tierslieu.event.proposal"]
        return self._show_proposal(
            "portal_my_proposal_new", typed=post, sentence=sentence,
            audiences=proposals._fields["audience"]._description_selection(request.env),
            places=request.website._tierslieu_places(),
        )

    def _proposal_values(self, post):
        """Return what was typed, or say in one sentence what is missing."""
        _, places = request.env._, request.website._tierslieu_places()
        title = typed.one_line(post.get("name"), LONGEST)
        description = str(post.get("description") or "").strip()[:LONGEST_TEXT]
        if not title or not description:
            raise UserError(_("Write a title, and what it is about."))
        place = places.filtered(lambda one: one.id == number_of(post.get("place"))) or places[:1]
        if not place:
            raise UserError(_("No place can be chosen here yet."))
        audiences = dict(request.env["event.event"]._fields["tierslieu_audience"]._description_selection(request.env))
        return {
            "name": title,
            "description": description,
            "partner_id": request.env.user.partner_id.id,
            "company_id": place.company_id.id,
            "place_id": place.id,
            "wished": typed.one_line(post.get("wished"), LONGEST),
            "people": number_of(post.get("people"), 10000),
            "audience": post.get("audience") if post.get("audience") in audiences else "all",
            "price_wished": typed.one_line(post.get("price_wished"), LONGEST),
        }

    @route("/my/proposals/<int:proposal_id>", type="http", auth="user", website=True)
    def my_proposal(self, proposal_id, **_kwargs):
        """Show one proposal, and its answer."""
        return self._show_proposal("portal_my_proposal", proposal=self._own_proposal(proposal_id))

    @route("/my/proposals/<int:proposal_id>/withdraw", type="http", auth="user", website=True, methods=["POST"],
           sitemap=False)
    def my_proposal_withdraw(self, proposal_id, **_kwargs):
        """Take a proposal back."""
        proposal = self._own_proposal(proposal_id)
        try:
            with request.env.cr.savepoint():
                proposal._withdraw()
        except UserError as refusal:
            request.session[SENTENCE] = str(refusal)
        return request.redirect("/my/proposals")
