from werkzeug.exceptions import NotFound, TooManyRequests

from odoo.http import Controller, request, route

from odoo.addons.portal.controllers.portal import CustomerPortal

from .visitor import attachment, may_try, page

MAX_ID = 2**31 - 1
COPIES_A_DAY = 5


class DataPortal(CustomerPortal):
    """What is kept about a member: seen, taken away, erased on request.

    No address here names a person: each page is about who is logged in.
    """

    @route("/my/data", type="http", auth="user", website=True)
    def my_data(self, **kwargs):
        """Say what is kept, what for and how long; offer a copy and the erasure."""
        partner = request.env.user.partner_id.sudo()
        requests = request.env["tierslieu.data.request"].sudo()
        registry = request.env["tierslieu.retention"].sudo()
        values = self._prepare_portal_layout_values() | {
            "kept": [row for row in registry._kept_about(partner) if not row[0].team_only],
            "reasons": request.env["tierslieu.retention.rule"].sudo()._reasons(),
            "waiting": requests._open_for(partner),
            "answers": requests.search([("partner_id", "=", partner.id), ("state", "!=", "asked")], limit=5),
            "sentence": request.session.pop("tierslieu_sentence", None),
            "page_name": "tierslieu_data",
        }
        return page("tierslieu_base.portal_my_data", values)

    @route("/my/data/copy", type="http", auth="user", website=True, methods=["POST"])
    def my_data_copy(self, **kwargs):
        """Give who asks a copy of their own data."""
        partner = request.env.user.partner_id.sudo()
        if not may_try("data copy", COPIES_A_DAY, 86400):
            request.session["tierslieu_sentence"] = request.env._(
                "You have taken several copies today: come back tomorrow."
            )
            return request.redirect("/my/data")
        return data_file(partner)

    @route("/my/data/erase", type="http", auth="user", website=True, methods=["GET", "POST"])
    def my_data_erase(self, **kwargs):
        """Say what goes and what stays, then pass the request on to the team."""
        partner = request.env.user.partner_id.sudo()
        requests = request.env["tierslieu.data.request"].sudo()
        obstacles = partner._tierslieu_erasure_obstacles()
        if request.httprequest.method == "POST":
            if not obstacles:
                requests._ask_erasure(partner, request.env.company)
            return request.redirect("/my/data" if not obstacles else "/my/data/erase")
        kept = request.env["tierslieu.retention"].sudo()._kept_about(partner)
        values = self._prepare_portal_layout_values() | {
            "obstacles": obstacles,
            "goes": [rule for rule, _count in kept if rule.erasure != "keep" and not rule.team_only],
            "stays": [rule for rule, _count in kept if rule.erasure == "keep"],
            "reasons": request.env["tierslieu.retention.rule"].sudo()._reasons(),
            "waiting": requests._open_for(partner),
            "page_name": "tierslieu_data",
        }
        return page("tierslieu_base.portal_my_data_erase", values)

    @route("/my/data/erase/withdraw", type="http", auth="user", website=True, methods=["POST"])
    def my_data_withdraw(self, **kwargs):
        """Take back one's own request."""
        partner = request.env.user.partner_id.sudo()
        request.env["tierslieu.data.request"].sudo()._open_for(partner)._withdraw()
        return request.redirect("/my/data")


class TeamData(Controller):
    @route("/tierslieu/data/<int:partner_id>", type="http", auth="user", readonly=False)
    def person(self, partner_id, **kwargs):
        """Give a manager the copy of somebody's data."""
        user = request.env.user
        if not user.has_group("tierslieu_base.group_manager") or not 0 < partner_id <= MAX_ID:
            raise NotFound()
        partners = request.env["res.partner"].with_context(allowed_company_ids=user.company_ids.ids)
        partner = partners.browse(partner_id).exists()
        if not partner or not partner.has_access("read"):
            raise NotFound()
        if not may_try("team data copy", 100):
            raise TooManyRequests()
        return data_file(partner, full=True)


def data_file(partner, full=False):
    """Answer with the copy of somebody's data, noting that it was given."""
    request.env["tierslieu.data.request"].sudo()._log_export(partner, request.env.company)
    content = request.env["tierslieu.retention"].sudo()._export(partner, full=full)
    return attachment(content, "application/zip", "donnees.zip")
