from werkzeug.exceptions import NotFound

from odoo.http import request, route

from odoo.addons.tierslieu_base.controllers.visitor import private
from odoo.addons.tierslieu_base.qr import qr_svg

from .book import MAX_ID, Book


class Screens(Book):
    """Pages for screens on walls: the entrance of a place, the door of a space.

    They only read. Whoever may not see one learns nothing, not even that it is there.
    """

    def _shown(self, model, slug, key):
        """Return the record of a page that who asks may see, or say that there is none."""
        _name, number = request.env["ir.http"]._unslug(str(slug)[:200])
        if not number or not 0 < number <= MAX_ID:
            raise NotFound()
        record = request.env[model].sudo().search(
            [("id", "=", number), ("company_id", "=", request.website.company_id.id)]
        )
        if not record or not record._is_opened_by(key):
            raise NotFound()
        return record

    def _page(self, template, values):
        """Answer with a page that no cache keeps, no engine lists and no link betrays."""
        base = request.website.get_base_url()
        values |= {
            # `lang` itself is Odoo's own, with an underscore.
            "html_lang": request.env.lang.replace("_", "-"),
            "qr": lambda path: qr_svg(base + path),
            "in_words": lambda path: (base + path).split("://", 1)[-1].rstrip("/"),
        }
        return private(request.render(template, values))

    @route(
        ["/entrance/<string:slug>", "/entrance/<string:slug>/<string:key>"],
        type="http", auth="public", website=True, multilang=False, sitemap=False,
        methods=["GET"], readonly=True,
    )
    def entrance(self, slug, key=None, **kwargs):
        """Show the screen at the entrance of a place."""
        place = self._shown("tierslieu.place", slug, key)
        return self._page(
            "tierslieu_booking.screen_entrance", {"place": place, "screen": place._screen()}
        )

    @route(
        ["/door/<string:slug>", "/door/<string:slug>/<string:key>"],
        type="http", auth="public", website=True, multilang=False, sitemap=False,
        methods=["GET"], readonly=True,
    )
    def door(self, slug, key=None, **kwargs):
        """Show the page at the door of a space."""
        space = self._shown("tierslieu.space", slug, key)
        return self._page(
            "tierslieu_booking.screen_door",
            {"space": space, "place": space.place_id, "door": space._door(self._partner())},
        )
