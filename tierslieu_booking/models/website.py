from datetime import timedelta

from odoo import fields, models

# How far the first page looks for what is announced, and how much of it it shows.
DAYS_ANNOUNCED, EVENTS_SHOWN = 31, 4


class Website(models.Model):
    _inherit = "website"

    tierslieu_welcome_title = fields.Char(string="First words", translate=True)
    tierslieu_welcome_text = fields.Text(string="Words of welcome", translate=True)

    def _get_and_cache_current_cart(self):
        """Return the cart without the bookings whose hold has lapsed."""
        cart = super()._get_and_cache_current_cart()
        if cart and not self.env.cr.readonly:
            cart._tierslieu_drop_lapsed()
        return cart

    def _tierslieu_places(self):
        """Return the places that this website presents: those of its company."""
        return self.env["tierslieu.place"].sudo().search([("company_id", "=", self.company_id.id)])

    def _tierslieu_window(self):
        """Return what the first page may show of the first place: see the `window_…` templates.

        :return: dict: `place` (empty when there is none yet), `spaces`,
            `prices`, `now`, `hours`, `events` (the next ones announced)
        """
        place = self._tierslieu_places()[:1]
        spaces = self.env["tierslieu.space"].sudo()
        if not place:
            return {"place": place, "spaces": spaces}
        spaces = spaces._online(self.company_id, [("place_id", "=", place.id)])
        return {
            "place": place,
            "spaces": spaces,
            "prices": spaces._from_prices(self.env.user.partner_id.sudo()),
            "now": place._open_word(),
            "hours": place._weekly_hours(),
            "events": self._tierslieu_next_events(place),
        }

    def _tierslieu_next_events(self, place):
        """Return the next things announced in a place, their day and hours said."""
        now = fields.Datetime.now()
        events = place._programme(now, now + timedelta(days=DAYS_ANNOUNCED))[:EVENTS_SHOWN]
        return [
            event
            | {
                "date": place.to_local(event["start"]).date(),
                "said": place.format_range(event["start"], event["stop"]),
            }
            for event in events
        ]

    def _tierslieu_sells_credits(self):
        """Whether this site's company has credits that a member might hold."""
        types = self.env["tierslieu.credit.type"].sudo()
        return bool(types.search_count([("company_id", "=", self.sudo().company_id.id)], limit=1))

    def _tierslieu_spaces(self):
        """Return the spaces that this site sells, in their order, for its pages."""
        self.ensure_one()
        return self.env["tierslieu.space"].sudo()._online(self.sudo().company_id)
