from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

MOST = 3
# How far after the end of a spent quota the same space is looked for.
DAYS_AFTER = 13


class Space(models.Model):
    """What somebody may book, when a rule that looks at people refuses them a space."""

    _inherit = "tierslieu.space"

    def _profile_of(self, partner, date):
        """Return the fare of someone on a local date, in the company of these spaces."""
        return partner.sudo().with_company(self.sudo().company_id[:1]).tierslieu_profile_on(date)

    def _is_kept(self):
        """Whether any of these spaces is kept for some people, known without a query."""
        return not self._needed_by_space().keys().isdisjoint(self.ids)

    def _barred(self, partner, date):
        """Return what keeps someone out of this space a whole local day, as sentences."""
        self.ensure_one()
        if not self._is_kept():
            return []
        return self._entry_errors(partner.sudo(), self._profile_of(partner, date), date)

    def _refused_to(self, partner, start, length):
        """Say whether a rule that looks at people is against someone's booking a slot.

        :return: None when none is; else the quotas that it would exceed, maybe none
        """
        self.ensure_one()
        try:
            stop = self._slot_stop(start, length)
        except UserError:
            return None
        partner, date = partner.sudo(), self._local_date(start)
        profile = self._profile_of(partner, date)
        sheet = self._sheet_over(start, stop)
        spent = [quota for quota, _left in self._exceeded(partner, profile, start, stop, sheet)]
        if spent or self._entry_errors(partner, profile, date):
            return self.env["tierslieu.quota"].sudo().union(*spent)
        return None

    def _open_to(self, partner, date):
        """Return those of these spaces that someone may enter on a local date: read once for all of them."""
        needed = self._needed_by_space()
        partner = partner.sudo()
        kinds = self.env["tierslieu.habilitation.kind"].sudo().browse(
            {key for space in self for key in needed.get(space.id, ((), ()))[1]}
        )
        lacking = set()
        if kinds:
            lacking = {kind.id for kind in self.env["tierslieu.habilitation"]._lacking(kinds, partner, date)}
        profile = None
        if any(needed.get(space.id, ((),))[0] for space in self):
            profile = self._profile_of(partner, date)
        members_only = any(needed[space.id][2] for space in self if space.id in needed)
        member = members_only and partner.with_company(self.sudo().company_id[:1]).is_tierslieu_member_on(date)

        def is_open(space):
            fares, trained, adhesion = needed.get(space.id, ((), (), False))
            return (
                (not fares or profile.id in fares)
                and lacking.isdisjoint(trained)
                and (member or not adhesion)
            )

        return self.filtered(is_open)

    def _instead(self, partner, start, length=None, people=1, use_credits=True, spent=()):
        """Return up to three offers, as `find` gives them, of what someone may book instead.

        At the same time in the spaces that are open to them, of the same kind if there
        are; when a quota is spent and nothing else is left, here once it begins again.

        :param start: of the slot that is refused, naive UTC
        :param length: a key of `_lengths`, or minutes
        :param spent: ids of the quotas that it would exceed
        """
        self.ensure_one()
        space, partner, date = self.sudo(), partner.sudo(), self._local_date(start)
        spent = self.env["tierslieu.quota"].sudo().browse(spent).exists()
        others = space.search_fetch(
            space._online_domain(space.company_id)
            & Domain("place_id", "=", space.place_id.id) & Domain("id", "!=", space.id)
        )
        if spent:
            others = others - spent.space_ids if all(quota.space_ids for quota in spent) else others.browse()
        others = others._open_to(partner, date)
        others = others.filtered(lambda other: other.kind == space.kind) or others
        when = start
        if not others:
            when = space._once_again(spent, date)
            others = when and space
        if not others:
            return []
        options = others._read_find_options({"limit": MOST, "times": 1, "use_credits": use_credits})
        for asked in (length, None) if length else (None,):
            found = others._find(when, asked, people, (), partner, options)
            offers = found["offers"] or found["alternatives"]
            if offers:
                return offers[:MOST]
        return []

    def _once_again(self, spent, date):
        """Return the window (naive UTC) in which spent quotas of a calendar period begin again; None for others."""
        if not spent or any(quota.period == "pending" for quota in spent):
            return None
        place = self.place_id
        begins = max(quota._window(place, date)[1] for quota in spent)
        last = place.to_local(begins).date() + timedelta(days=DAYS_AFTER)
        return [begins, place.day_bounds(last)[1]]
