from odoo import api, models


class Setup(models.Model):
    """The steps that selling time asks for, and where to go once it can be sold."""

    _inherit = "tierslieu.setup"

    @api.model
    def _steps(self):
        _ = self.env._
        return [
            *super()._steps(),
            {"key": "prices", "sequence": 40, "name": _("Prices"), "icon": "fa-eur"},
            {"key": "taxes", "sequence": 50, "name": _("Taxes"), "icon": "fa-percent"},
            {"key": "payment", "sequence": 60, "name": _("Payment"), "icon": "fa-credit-card"},
            {"key": "page", "sequence": 70, "name": _("First page"), "icon": "fa-globe"},
        ]

    def _end(self):
        """Lead to what the set-up was for: the page that people see, and a first booking."""
        end = super()._end()
        _ = self.env._
        waiting = self._waiting_for_a_booking()
        if waiting:
            return end | {"title": _("Almost there"), "intro": waiting, "links": [
                {"label": _("See my page"), "icon": "fa-globe", "url": self._site_url("/")},
            ]}
        return end | {
            "intro": _("Anyone can book it now. %(rest)s", rest=end["intro"]),
            "links": [
                {"label": _("Make a first booking"), "icon": "fa-calendar-check-o",
                 "url": self._site_url("/book"), "primary": True},
                {"label": _("See my page"), "icon": "fa-globe", "url": self._site_url("/")},
                {"label": _("Book for somebody at the desk"), "icon": "fa-plus",
                 "action": "tierslieu_booking.action_walk_in"},
            ],
        }

    def _waiting_for_a_booking(self):
        """Return what is missing before somebody can book by themselves, or nothing."""
        spaces = self.place_id.space_ids.filtered("is_bookable")
        if not spaces:
            return self.env._("There is no space to book yet: step “Spaces”.")
        if not spaces.rate_ids:
            return self.env._("No space has a price yet: step “Prices”.")
        if not self._open_providers():
            return self.env._("Nobody can pay yet: step “Payment”.")
        return ""
