from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.tierslieu_base.tools import say_day

from .seat_ledger import HERE, Seat, reader, turn

# In the context: ids of the registrations whose seats are asked for, and may be held already.
OWN = "tierslieu_own_registrations"
LIMITS = {"seats_limited", "seats_max", "is_multi_slots"}


class Event(models.Model):
    _inherit = "event.event"

    tierslieu_quota_ids = fields.One2many("tierslieu.event.quota", "event_id", string="Quotas", copy=False)
    tierslieu_voucher_ids = fields.One2many("tierslieu.event.voucher", "event_id", string="Vouchers", copy=False)
    tierslieu_held = fields.Integer(
        compute="_compute_tierslieu_held", string="Held", help="Seats in carts and orders that are still to be paid."
    )

    @api.depends("registration_ids.state", "registration_ids.tierslieu_hold_until", "registration_ids.active")
    def _compute_tierslieu_held(self):
        for event in self:
            event.tierslieu_held = sum(
                registration._tierslieu_is_held() for registration in event.sudo().registration_ids
            )

    @api.depends("tierslieu_held", "tierslieu_quota_ids.size")
    def _compute_seats(self):
        """Leave out of what is available the seats that are only held."""
        result = super()._compute_seats()
        for event in self.filtered(lambda one: one._origin.id and one.seats_limited and one.seats_max):
            if event.is_multi_slots:
                event.seats_available -= event.tierslieu_held
            else:
                [(event.seats_available, _held)] = event._origin._tierslieu_left([(None, None)])
        return result

    def _tierslieu_local(self, moment):
        """Turn a naive UTC datetime into an aware one on the clock of the event."""
        return fields.Datetime.context_timestamp(self.with_context(tz=self.date_tz), moment)

    def _tierslieu_host_place(self):
        """Return the place that it is told in the words and on the clock of: its own, or one of its company."""
        self.ensure_one()
        return self.tierslieu_place_id or self.env["tierslieu.place"].sudo().search(
            [("company_id", "=", (self.company_id or self.env.company).id)], limit=1
        )

    def _tierslieu_moment_said(self, moment):
        """Say a moment, naive UTC: “lundi 1er mars à 18 h”, on the clock of the event."""
        local = self._tierslieu_local(moment)
        place = self._tierslieu_host_place()
        day, time = (
            (place.format_date(local.date()), place.format_time(moment))
            if place else (say_day(self.env, local.date()), f"{local:%H:%M}")
        )
        return self.env._("%(day)s at %(time)s", day=day, time=time)

    def _tierslieu_when_said(self, slot=None):
        """Say when it is, or one of its slots: its day and its hours, on its own clock."""
        self.ensure_one()
        start, stop = (slot.start_datetime, slot.end_datetime) if slot else (self.date_begin, self.date_end)
        place = self._tierslieu_host_place()
        if place:
            said = place.format_range(start, stop)
            return said[:1].upper() + said[1:]
        return self._get_date_range_str(start_datetime=slot.start_datetime if slot else False)

    # -- What is left

    def _tierslieu_left(self, combinations, without=(), voucher=None):
        """Return [(seats left or None, of those taken how many are only held)] of (slot, ticket) pairs.

        :param without: registrations that do not count
        :param voucher: with which they are asked for: it has seats of its own
        """
        self.ensure_one()
        seats = [
            Seat(
                "", self.id, slot.id if slot else 0, ticket.id if ticket else 0, voucher.id if voucher else 0
            )
            for slot, ticket in combinations
        ]
        tokens = without.sudo().mapped("tierslieu_seat_token") if without else ()
        left = reader(self.env, self.ids).left(list(dict.fromkeys(seats)), tokens)
        return [left[seat] for seat in seats]

    def _get_seats_availability(self, slot_tickets):
        """Count what is held, and quotas, with what is sold."""
        own = self.env["event.registration"].browse(self.env.context.get(OWN, ()))
        return [left for left, _held in self._tierslieu_left(slot_tickets, own)]

    # -- Limits that change

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(LIMITS):
            self._tierslieu_count_again()
        return result

    def _tierslieu_count_again(self):
        """Count the seats again in this transaction, and nobody else until it ends; refuse fewer than are taken."""
        events = self.filtered("id").sudo()
        if not events:
            return
        self.env.flush_all()
        self.env.cr.precommit.data.setdefault(HERE, set()).update(events.ids)
        with turn(self.env, [Seat("", event.id, 0, 0) for event in events]) as ledger:
            ledger.count_again()
            over = ledger.overfull()
        for pool, size, used in over:
            raise ValidationError(
                self.env._(
                    "%(what)s: %(used)s seats are sold or held, more than %(size)s.",
                    what=events._tierslieu_pool_name(pool), used=used, size=size,
                )
            )

    @api.model
    def _cron_count_seats(self):
        """Count again the seats of events to come: what a killed process left behind stays for an hour at most."""
        commit = self.env["ir.cron"]._commit_progress
        events = self.search([("date_end", ">", fields.Datetime.now())])
        commit(remaining=len(events))
        for event in events:
            try:
                with turn(self.env, [Seat("", event.id)]) as ledger:
                    ledger.count_again()
            except LockNotAvailable:
                # Many people are buying: those who find no seat left count it themselves.
                self.env.cr.rollback()
            commit(1)

    def _tierslieu_pool_name(self, pool):
        """Say what a pool is of."""
        if pool.kind == "quota":
            return self.env["tierslieu.event.quota"].sudo().browse(pool.quota).name
        if pool.kind == "voucher":
            return self.env["tierslieu.event.voucher"].sudo().browse(pool.voucher).code
        names = []
        if pool.ticket:
            names.append(self.env["event.event.ticket"].sudo().browse(pool.ticket).name)
        if pool.slot:
            names.append(self.env["event.slot"].sudo().browse(pool.slot).display_name)
        return ", ".join(names) or self.env["event.event"].sudo().browse(pool.event).name
