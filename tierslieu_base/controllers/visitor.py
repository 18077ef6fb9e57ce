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


def private(response):
    """Return a page that no cache keeps, no search engine lists, no link betrays."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def pdf(content, filename):
    """Answer with a PDF that no cache keeps."""
    return private(
        request.make_response(
            content,
            headers=[
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", f'attachment; filename="{filename}"'),
            ],
        )
    )
