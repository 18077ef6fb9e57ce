from datetime import timedelta
from urllib.parse import urlencode

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.qr import qr_png

# What one takes a room for when passing its door, in minutes.
LENGTHS = (30, 60)
MOMENT = "%Y-%m-%dT%H:%MZ"


class Space(models.Model):
    """The page at the door of a space: what it is now, what comes, and taking it at once.

    The page never books: it leads whoever stands there to the booking page, on
    their own phone, with the slot chosen. They book it in their own name, at
    their own price and under the same rules as from home.
    """

    _name = "tierslieu.space"
    _inherit = ["tierslieu.space", "tierslieu.screen"]

    has_door_page = fields.Boolean(
        string="Page at the door", default=True,
        help="A page for a small screen at its door: now, next, and how to book it. Who sees it"
        " is set on the place, with the screen at the entrance.",
    )
    door_mode = fields.Selection(related="place_id.screen_mode", string="Who sees its page")

    @api.model_create_multi
    def create(self, vals_list):
        spaces = super().create(vals_list)
        spaces._give_keys()
        return spaces

    def write(self, vals):
        result = super().write(vals)
        if {"has_door_page", "place_id"} & vals.keys():
            self._give_keys()
        return result

    def _screen_mode(self):
        place = self.sudo().place_id
        return place._screen_mode() if self.active and self.has_door_page else "off"

    def _screen_path(self):
        return f"/door/{self.env['ir.http']._slug(self)}"

    def _book_path(self, **query):
        """Return the address of the page where it is booked, with a choice already made."""
        path = f"/book/{self.env['ir.http']._slug(self)}"
        return f"{path}?{urlencode(query)}" if query else path

    # -- What the page shows

    def _door(self, partner):
        """Return what the page at the door shows now, in words; it names nobody.

        :param partner: who would pay
        :return: dict: `clock`, `now` and `coming` (see `_states_now`), `offers`
            (see `_door_offers`), `reason` (why it cannot be taken, or empty),
            `online` (whether people book it by themselves)
        """
        self.ensure_one()
        now = fields.Datetime.now()
        place = self.place_id
        opening = place.open_intervals(*place._day_of(now))
        state = self._states_now(now, opening).get(self)
        online = bool(self._online(self.company_id, [("id", "=", self.id)]))
        offers, reason = self._door_offers(partner) if online else ([], "")
        return {
            "clock": place._screen_clock(now),
            "now": state,
            "coming": state["coming"][:3] if state else [],
            "offers": offers,
            "reason": reason if state and state["state"] == "free" else "",
            "online": online,
        }

    def _door_offers(self, partner):
        """Return the slots beginning about now that can be had, and why when there is none.

        They are those of the booking page, with its prices and its rules.

        :return: ([{`minutes`, `said`, `hours`, `price`, `path`}, …], sentence)
        """
        offers, reason = [], ""
        soon = fields.Datetime.now() + timedelta(minutes=self.step_minutes() / 2)
        for minutes in LENGTHS:
            if not self._takes_minutes(minutes):
                continue
            slots = [
                slot
                for slot in self.day_slots(self._today(), str(minutes), partner)
                if not slot["over"] and slot["start"] <= soon
            ]
            free = [slot for slot in slots if slot["free"]]
            if free:
                offers.append(self._door_offer(minutes, free[-1]))
            elif slots:
                reason = reason or slots[0]["reason"] or ""
        return offers, reason

    def _door_offer(self, minutes, slot):
        return {
            "minutes": minutes,
            "said": self.env._("30 minutes") if minutes == 30 else self.env._("1 hour"),
            "hours": slot["label"],
            "price": slot["said"],
            "path": self._book_path(
                day=self._local_date(slot["start"]).isoformat(),
                length=minutes,
                at=slot["start"].strftime(MOMENT),
            ),
        }

    def _takes_minutes(self, minutes):
        """Whether this space is booked for so many minutes, by its step, prices and rules."""
        space = self.sudo()
        shortest = round(space.length_min * 60)
        longest = round(space.length_max * 60) or minutes
        return (
            minutes % self.step_minutes() == 0
            and shortest <= minutes <= longest
            and self._is_sold_by(str(minutes))
        )

    def _lengths_with(self, asked):
        """Return `_lengths` and a length asked for that may be had though it is not proposed."""
        lengths = self._lengths()
        minutes = self._minutes_of(asked or "")
        known = not 0 < minutes <= 24 * 60 or str(minutes) in dict(lengths)
        if known or not self._takes_minutes(minutes):
            return lengths
        return [(str(minutes), self._say_length(minutes)), *lengths]

    # -- On paper

    def _for_door_sheet(self):
        """Return what the sheet to print shows, to who may read the spaces.

        :raises UserError: when one of them has no page to lead to
        """
        self.check_access("read")
        for company, spaces in self.sudo().grouped("company_id").items():
            off = spaces - spaces._online(company, [("id", "in", spaces.ids)])
            if off:
                raise UserError(
                    self.env._(
                        "%(space)s is not booked on line: a code on its door would lead nowhere.",
                        space=off[0].name,
                    )
                )
        return self.sudo()

    def _door_sheet_qr(self):
        """Return the picture of the code that opens its booking page."""
        self.ensure_one()
        return qr_png(f"{self.get_base_url()}{self._book_path()}")
