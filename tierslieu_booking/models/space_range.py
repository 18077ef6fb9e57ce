from datetime import timedelta

from odoo import fields, models

from .space import MAX_AHEAD, MAX_LENGTH


class Space(models.Model):
    """What a range of time means to a space: its days, its hours, what is wrong with it."""

    _inherit = "tierslieu.space"

    def _open_days(self, start, stop, opening=None):
        """Cut a range by local day: [(date, open intervals asked, open minutes of the day)].

        Days without any opening asked are left out.

        :param opening: Intervals already read, over all the local days touched
        """
        self.ensure_one()
        place = self.sudo().place_id
        first = place.to_local(start).date()
        last = place.to_local(stop - timedelta(microseconds=1)).date()
        if opening is None:
            begin = place.day_bounds(first)[0]
            end = place.day_bounds(last)[1]
            opening = self._as_intervals(place.open_intervals(begin, end))
        days = []
        for offset in range((last - first).days + 1):
            date = first + timedelta(days=offset)
            bounds = place.day_bounds(date)
            whole = opening & self._as_intervals([bounds])
            asked = whole & self._as_intervals([(start, stop)])
            if asked:
                days.append(
                    (
                        date,
                        [(lo, hi) for lo, hi, _ in asked],
                        sum(_minutes(lo, hi) for lo, hi, _ in whole),
                    )
                )
        return days

    def _claim_ranges(self, start, stop):
        """Return what a booking of this range occupies: a stretch a day, joined.

        Within a day the closed hours between two openings are kept too; the
        nights are not. Naive UTC pairs.
        """
        return self._hulls(self._open_days(start, stop))

    def _hulls(self, days):
        """Join the stretches of `_open_days`, one a day, where they touch."""
        hulls = [(asked[0][0], asked[-1][1]) for _date, asked, _whole in days]
        return [(lo, hi) for lo, hi, _ in self._as_intervals(hulls)]

    def _covers(self, days, start, stop):
        """Whether a range begins and ends while the place is open."""
        return bool(days) and days[0][1][0][0] == start and days[-1][1][-1][1] == stop

    def _range_errors(self, start, stop):
        """Return why this space cannot be booked over a range, as sentences.

        Says nothing of who already has it: that is availability's business.
        """
        self.ensure_one()
        errors = self._clock_errors(start, stop)
        if not errors and not self._covers(self._open_days(start, stop), start, stop):
            errors = [self._closed_sentence(start)]
        return errors

    def _clock_errors(self, start, stop):
        """Return what is wrong with a range whatever the opening hours."""
        _ = self.env._
        now = fields.Datetime.now()
        if not start or not stop or start >= stop:
            return [_("The end must come after the start.")]
        if stop - start > MAX_LENGTH:
            return [_("A booking lasts a year at the most.")]
        if start > now + MAX_AHEAD:
            return [_("This date is too far away to be booked yet.")]
        step = self.step_minutes()
        if start + timedelta(minutes=step) <= now:
            return [_("This time has already passed.")]
        if self._off_grid(start) or self._off_grid(stop):
            off = start if self._off_grid(start) else stop
            return [
                _("Times go by steps of %(step)s minutes here, such as %(example)s.",
                  step=step,
                  example=self.sudo().place_id.format_time(self._floor(off)))
            ]
        if not self.sudo().active or not self.sudo().unit_ids:
            return [_("%(space)s cannot be booked at the moment.", space=self.sudo().name)]
        return []

    def _off_grid(self, moment):
        """Whether a moment falls between two steps of the place's clock."""
        return self._floor(moment) != moment

    def _floor(self, moment):
        """Return the grid time at or before a moment, naive UTC."""
        step = self.step_minutes()
        local = self.sudo().place_id.to_local(moment)
        rest = (local.hour * 60 + local.minute) % step
        return moment.replace(second=0, microsecond=0) - timedelta(minutes=rest)

    def _closed_sentence(self, moment):
        """Say when the place opens on the local day of a moment."""
        place = self.sudo().place_id
        date = place.to_local(moment).date()
        hours = place.open_intervals(*place.day_bounds(date))
        if not hours:
            return self.env._(
                "%(place)s is closed on %(day)s.",
                place=place.name,
                day=place.format_date(date),
            )
        return self.env._(
            "%(place)s is open %(hours)s on %(day)s.",
            place=place.name,
            day=place.format_date(date),
            hours=", ".join(place.format_hours(lo, hi) for lo, hi in hours),
        )


def _minutes(start, stop):
    return int((stop - start).total_seconds() // 60)
