from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import figures

KEPT_FOR = {"allowed_profile_ids", "habilitation_kind_ids", "adhesion_needed"}


class Space(models.Model):
    """The rules of a space that look at who books: fares, adhesion, habilitations, quotas.

    Like its other rules: the team sets them aside by saying why.
    """

    _inherit = "tierslieu.space"

    allowed_profile_ids = fields.Many2many(
        "tierslieu.profile", string="Kept for these fares", domain="[('company_id', '=', company_id)]",
        help="Only people who have one of them on the day of the slot book it. None: everybody.",
    )
    habilitation_kind_ids = fields.Many2many(
        "tierslieu.habilitation.kind", "tierslieu_space_habilitation_kind_rel", "space_id", "kind_id",
        string="Habilitations needed",
        domain="[('company_id', '=', company_id)]",
        help="Who books has had these trainings, and they are still valid on the day of the slot.",
    )

    adhesion_needed = fields.Boolean(
        string="Members only",
        help="Who books has an adhesion that is valid on the day of the slot.",
    )

    @api.constrains("adhesion_needed")
    def _check_adhesion_needed(self):
        """Refuse to ask for what nothing here keeps: nobody at all could book."""
        if any(self.mapped("adhesion_needed")) and not self.env["res.partner"]._tierslieu_keeps_adhesions():
            raise ValidationError(
                self.env._("No addon here keeps adhesions: install one before you keep a space for members.")
            )

    def _person_errors(self, partner, profile, start, stop, sheet, moving=None):
        """Return what the rules say against this person booking this range, as sentences.

        :param profile: their fare on the day of the slot
        :param moving: the booking that would leave its slot for this one
        """
        partner = partner.sudo()
        return [
            *self._entry_errors(partner, profile, self._local_date(start)),
            *self._quota_errors(partner, profile, start, stop, sheet, moving),
        ]

    def _entry_errors(self, partner, profile, date):
        """Return what keeps someone out of this space a whole local day, whatever the hour, as sentences."""
        errors = [
            *self._fare_errors(profile),
            *self._adhesion_errors(partner, date),
            *self._habilitation_errors(partner, date),
        ]
        if errors and self.env["tierslieu.booking"]._is_anonymous(partner):
            errors[0] = self.env._("%(why)s If you have an account, log in first.", why=errors[0])
        return errors

    def _adhesion_errors(self, partner, date):
        if not self._needed()[2]:
            return []
        space = self.sudo()
        if partner.with_company(space.company_id).is_tierslieu_member_on(date):
            return []
        address = partner._tierslieu_join_address(space.company_id)
        words = {"space": space.name, "day": space.place_id.format_date(date, year=True), "address": address}
        if address:
            return [
                self.env._(
                    "%(space)s is for members whose adhesion is valid on %(day)s. Join or renew: %(address)s", **words
                )
            ]
        return [
            self.env._(
                "%(space)s is for members whose adhesion is valid on %(day)s. Ask the team how to join or renew.",
                **words,
            )
        ]

    def _fare_errors(self, profile):
        allowed = self.env["tierslieu.profile"].sudo().browse(self._needed()[0])
        if not allowed or profile in allowed:
            return []
        return [
            self.env._(
                "%(space)s is kept for: %(fares)s. See the fares, or ask the team.",
                space=self.sudo().name,
                fares=", ".join(allowed.mapped("name")),
            )
        ]

    def _habilitation_errors(self, partner, date):
        kinds = self.env["tierslieu.habilitation.kind"].sudo().browse(self._needed()[1])
        if not kinds:
            return []
        place = self.sudo().place_id
        errors = []
        for kind, last in self.env["tierslieu.habilitation"]._lacking(kinds, partner, date).items():
            way = kind.way or self.env._("Ask the team how to get it.")
            if last and last.valid_until and last.valid_until < date:
                errors.append(
                    self.env._(
                        "The habilitation %(kind)s is over since %(day)s. %(way)s",
                        kind=kind.name, day=place.format_date(last.valid_until, year=True), way=way,
                    )
                )
            else:
                errors.append(
                    self.env._(
                        "%(space)s asks for the habilitation %(kind)s. %(way)s",
                        space=self.sudo().name, kind=kind.name, way=way,
                    )
                )
        return errors

    def _quota_errors(self, partner, profile, start, stop, sheet, moving=None):
        return [
            self.env._(
                "%(quota)s; %(left)s left. Choose another time, or ask the team.",
                quota=quota.name, left=quota._said_left(left),
            )
            for quota, left in self._exceeded(partner, profile, start, stop, sheet, moving)
        ]

    def _exceeded(self, partner, profile, start, stop, sheet, moving=None):
        """Return [(quota, what is left of it), …] of the quotas that a booking would exceed."""
        quotas = self._quotas(partner, profile)
        if not quotas:
            return []
        ranges = self._hulls(self._open_days(start, stop, sheet))
        hours = sum(self._claimed_minutes(ranges)) / 60
        place, date = self.sudo().place_id, self._local_date(start)
        exceeded = []
        for quota in quotas:
            left = max(quota.most - quota._used(partner, place, date, moving), 0.0)
            wanted = hours if quota.measure == "hours" else 1
            if wanted > left + 1e-6:
                exceeded.append((quota, left))
        return exceeded

    def _quotas(self, partner, profile):
        """Return the quotas that someone's booking here counts in; none for passers-by."""
        quotas = self.env["tierslieu.quota"]._of(self.sudo(), profile)
        if quotas and self.env["tierslieu.booking"]._is_anonymous(partner):
            return quotas.browse()
        return quotas

    def _needed(self):
        """Return (ids of the fares, ids of the habilitations, whether members only) of a space."""
        return self._needed_by_space().get(self.id, ((), (), False))

    @tools.ormcache()
    def _needed_by_space(self):
        """Return what `_needed` does, of each space that is kept for someone: one reading serves all."""
        kept = (
            Domain("allowed_profile_ids", "!=", False)
            | Domain("habilitation_kind_ids", "!=", False)
            | Domain("adhesion_needed", "=", True)
        )
        spaces = self.sudo().with_context(active_test=False).search(kept)
        return {
            space.id: (
                tuple(space.allowed_profile_ids.ids), tuple(space.habilitation_kind_ids.ids), space.adhesion_needed
            )
            for space in spaces
        }

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if KEPT_FOR & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def _claimed_minutes(self, ranges):
        """Return the minutes of claimed stretches, without what is kept free around them."""
        around = self.sudo().buffer_before + self.sudo().buffer_after
        return [(stop - start).total_seconds() / 60 - around for start, stop in ranges]


class Booking(models.Model):
    _inherit = "tierslieu.booking"

    def _held_minutes(self):
        """Return the minutes that each of these bookings takes, nights that are free left out."""
        minutes = []
        for booking in self.sudo():
            rows = booking._own_rows()
            ranges = sorted({(row.start, row.stop) for row in rows})
            minutes.append(sum(booking.space_id._claimed_minutes(ranges)))
        return minutes

    def _take_quota_turn(self):
        """Count one after the other what one person books from two devices."""
        for booking in self.sudo():
            quotas = booking.space_id._quotas(booking.partner_id, booking.profile_id)
            quotas._take_turn(quotas, booking.partner_id)


class HabilitationKind(models.Model):
    _inherit = "tierslieu.habilitation.kind"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)


class Quota(models.Model):
    _inherit = "tierslieu.quota"

    def _said_left(self, left):
        """Say what is left: “2 h”, “1”."""
        if self.measure == "hours":
            return self.env["tierslieu.space"]._say_length(left * 60)
        return figures(self.env, left)
