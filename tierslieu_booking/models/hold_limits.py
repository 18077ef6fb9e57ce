from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import wait_for_turn

from .booking_money import OWING_STATES

DEFAULT_MAX_HOLDS = 6


class Booking(models.Model):
    """How many slots one visitor may keep from the others without paying.

    Holding is free and needs no account: without a limit one script could
    keep every desk of the place out of reach, fifteen minutes at a time.
    """

    _inherit = "tierslieu.booking"

    def _hold(self, options, quote=None):
        """Refuse the holds of who has too many already, before claiming anything."""
        for booking in self:
            booking._check_hold_limit(options.get("hold_source"))
        return super()._hold(options, quote)

    @api.model
    def _max_live_holds(self):
        value = self.env["ir.config_parameter"].sudo().get_param(
            "tierslieu_booking.max_live_holds"
        )
        return int(value) if value and value.isdigit() else DEFAULT_MAX_HOLDS

    def _check_hold_limit(self, source):
        """Refuse one hold more than the limit, by visitor and by customer.

        Counted through a second cursor, under a lock of the visitor's own: a
        hundred requests sent at once are counted one after the other.

        :param source: fingerprint of the visitor, or None
        """
        self.ensure_one()
        if self.env.uid == SUPERUSER_ID or self._is_staff():
            return
        whose = [fields.Domain("hold_source", "=", source)] if source else []
        keys = [source] if source else []
        if not self._is_anonymous(self.partner_id):
            whose.append(fields.Domain("partner_id", "=", self.partner_id.id))
            keys.append(f"partner {self.partner_id.id}")
        if not whose:
            raise UserError(self.env._("Log in, or book from the website."))
        self._take_turn(keys)
        whose = fields.Domain.OR(whose)
        most = self._max_live_holds()
        mine = self._live_holds(whose, most)
        if len(mine) < most:
            with self.env.registry.cursor() as fresh_cr:
                fresh = self.with_env(self.env(cr=fresh_cr, su=True))
                mine |= fresh._live_holds(whose, most + len(mine))
        if len(mine) >= most:
            raise UserError(self._too_many_holds_sentence(most))

    def _live_holds(self, whose, limit):
        """Return what a visitor keeps from the others, this booking aside: {(model, id), …}.

        :param whose: domain on `hold_source` and `partner_id`
        """
        domain = whose & self._live_hold_domain() & fields.Domain("id", "!=", self.id)
        changes = self.env["tierslieu.booking.change"].sudo()
        pending = whose & changes._pending_domain()
        return {
            (records._name, record)
            for records, condition in ((self.sudo(), domain), (changes, pending))
            for record in records.search(condition, limit=limit).ids
        }

    @api.model
    def _take_turn(self, keys):
        """Wait for the other transactions of the same visitor, until ours ends."""
        self.env.flush_all()
        for key in sorted(keys):
            wait_for_turn(self.env, key)

    def _check_cart_limit(self, order):
        """Refuse one hold more in a cart that already keeps the limit.

        A cart follows its visitor from one network to another.
        """
        if self.env.uid == SUPERUSER_ID or self._is_staff():
            return
        most = self._max_live_holds()
        held = order.sudo().tierslieu_booking_ids.filtered_domain(self._live_hold_domain())
        changes = order.sudo().tierslieu_change_ids
        pending = changes.filtered_domain(changes._pending_domain())
        if len(held - self) + len(pending) >= most:
            raise UserError(self._too_many_holds_sentence(most))

    @api.model
    def _live_hold_domain(self):
        """Domain of the holds that nobody has paid, and that keep a slot now."""
        return fields.Domain("state", "=", "hold") & (
            fields.Domain("hold_until", "=", False)
            | fields.Domain("hold_until", ">", fields.Datetime.now())
        )

    @api.model
    def _is_anonymous(self, partner):
        """Whether a partner stands for every visitor without an account."""
        users = partner.sudo().with_context(active_test=False).user_ids
        return any(user._is_public() for user in users)

    def _too_many_holds_sentence(self, most):
        return self.env._(
            "You already keep %(count)s slots without having paid for them: pay for them"
            " or take some out of your cart, then choose the next ones.",
            count=most,
        )

    @api.model
    def _to_pay_at_reception(self, partner):
        """Return what somebody is expected at and has not paid, known by their account or their e-mail."""
        whose = fields.Domain("partner_id", "child_of", partner.commercial_partner_id.id)
        if partner.email_normalized:
            whose |= fields.Domain("partner_id.email_normalized", "=", partner.email_normalized)
        return self.search(
            whose
            & fields.Domain("state", "in", OWING_STATES)
            & fields.Domain("stop", ">", fields.Datetime.now())
            & fields.Domain("payment_status", "=", "to_invoice")
        )
