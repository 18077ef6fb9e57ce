from odoo import models

from ..kernels import cover

# From the longest unit of time to the shortest, as the kernel ranks them.
UNITS = ("flat", "month", "week", "day", "evening", "half_day", "hour")


class Space(models.Model):
    """Why a price is what it is, in sentences for the member."""

    _inherit = "tierslieu.space"

    def _line_sentence(self, line):
        """Say how a line is paid: “2 h at €8.00”, “3 days at €40.00”, “1 half-day for 1 × Ticket”."""
        if line.credit_type:
            credit_type = self.env["tierslieu.credit.type"].browse(line.credit_type)
            return self.env._(
                "%(count)s for %(credits)s",
                count=self._say_count(line), credits=credit_type.say(float(line.credits)),
            )
        price = self.sudo().company_id.currency_id.format(float(line.price))
        return self.env._("%(count)s at %(price)s", count=self._say_count(line), price=price)

    def _say_count(self, line):
        """Say how many units of time a line counts: “3 h 30”, “1 half-day”, “2 weeks”."""
        _, count = self.env._, int(line.count)
        if line.time_unit == "hour":
            return self._say_length(line.count * 60)
        one, many = {
            "half_day": (_("1 half-day"), _("%(count)s half-days", count=count)),
            "evening": (_("1 evening"), _("%(count)s evenings", count=count)),
            "day": (_("1 day"), _("%(count)s days", count=count)),
            "week": (_("1 week"), _("%(count)s weeks", count=count)),
            "month": (_("1 month"), _("%(count)s months", count=count)),
            "flat": (_("1 flat fee"), _("%(count)s flat fees", count=count)),
        }[line.time_unit]
        return one if count == 1 else many

    def _the_unit(self, unit):
        """Name a unit of time to compare with: “the week”."""
        _ = self.env._
        return {
            "half_day": _("the half-day"),
            "evening": _("the evening"),
            "day": _("the day"),
            "week": _("the week"),
            "month": _("the month"),
            "flat": _("the flat fee"),
        }[unit]

    def _explain(self, best, lines, sheet, start, stop):
        """Return the sentences that say how a price is made, and why that way."""
        said = [line["description"] for line in lines]
        why = self._why(best, sheet, start, stop)
        if why and len(said) == 1:
            return [self.env._("%(line)s: %(why)s", line=said[0], why=why)]
        if why:
            said.append(why[0].upper() + why[1:] + ".")
        return said

    def _why(self, best, sheet, start, stop):
        """Say what the price was compared with: the next longer unit, or the shorter ones.

        :return: “cheaper than the week”, “the same price as 5 h”, or None when
            there was nothing worth comparing
        """
        if not best.lines or best.draws:
            return None
        rank = min(UNITS.index(line.time_unit) for line in best.lines)
        longest = best.lines[0]
        if longest.time_unit == "hour" or longest.count > 1 or len(best.lines) > 1:
            return self._why_not_longer(best, rank, sheet, start, stop)
        return self._why_not_shorter(best, rank, sheet, start, stop)

    def _why_not_longer(self, best, rank, sheet, start, stop):
        units = {rate.time_unit for rate in sheet.rates}
        for unit in reversed(UNITS[:rank]):
            if unit not in units:
                continue
            other = self._only(sheet, (unit,), start, stop)
            # A price far below the longer one needs no explanation.
            if other and best.total < other.total <= 4 * best.total:
                return self.env._("cheaper than %(unit)s", unit=self._the_unit(unit))
        return None

    def _why_not_shorter(self, best, rank, sheet, start, stop):
        other = self._only(sheet, UNITS[rank + 1 :], start, stop)
        if not other or not other.lines:
            return None
        said = self.env._(" and ").join(self._say_count(line) for line in other.lines)
        if other.total == best.total:
            return self.env._("the same price as %(count)s", count=said)
        return self.env._("cheaper than %(count)s", count=said)

    def _only(self, sheet, units, start, stop):
        """Return the cheapest way by some units of time only, or None when they do not suffice."""
        rates = [rate for rate in sheet.rates if rate.time_unit in units]
        # Without the rates that open an evening it would cost nothing: no comparison.
        if not rates or any(
            cover.bookable(day, rates) != sheet.open[ordinal] for ordinal, day in sheet.days.items()
        ):
            return None
        best, _problem = self._cheapest(sheet._replace(rates=rates), start, stop)
        return best

