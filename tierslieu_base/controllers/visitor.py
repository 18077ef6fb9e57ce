"""Who asks, when it must be counted: an account, or an address."""

import ipaddress

from odoo.http import request


def visitor():
    """Return a name of who asks: “user 7”, “address 203.0.113.7”.

    A household has a whole /64 of IPv6 addresses: it counts as one.
    """
    user = request.env.user
    if not user._is_public():
        return f"user {user.id}"
    try:
        address = ipaddress.ip_address(request.httprequest.remote_addr)
        if address.version == 6:
            address = ipaddress.ip_network((address, 64), strict=False)
    except ValueError:
        address = "unknown"
    return f"address {address}"


def may_try(what, limit, seconds=3600):
    """Count one try of who asks and return whether it is still within the limit."""
    hit = request.env["tierslieu.throttle"].sudo()._hit
    return hit(f"{what} {visitor()}", limit, seconds)


def clock():
    """Return the time zone of the place: days and hours are told on its clock."""
    places = request.env["tierslieu.place"].sudo()
    return places.search([("company_id", "=", request.env.company.id)], limit=1).tz or request.env.user.tz


def private(response):
    """Return an answer that no cache keeps, no search engine lists, no link betrays."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def page(template, values):
    """Answer with a page of one person's own, on the clock of the place."""
    request.update_context(tz=clock())
    return private(request.render(template, values))


def pdf(report, records, filename):
    """Answer with the PDF of records that the caller has checked."""
    renderer = request.env["ir.actions.report"].sudo().with_context(lang=request.env.lang, tz=clock())
    content, _kind = renderer._render_qweb_pdf(report, records.ids)
    return attachment(content, "application/pdf", filename)


def attachment(content, mimetype, filename):
    """Answer with a file to save."""
    return private(
        request.make_response(
            content,
            headers=[
                ("Content-Type", mimetype),
                ("Content-Length", len(content)),
                ("Content-Disposition", f'attachment; filename="{filename}"'),
            ],
        )
    )
