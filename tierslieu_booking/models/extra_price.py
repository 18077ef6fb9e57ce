from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields, models

from .credit_type import exact
from .extra_chosen import Chosen


class Space(models.Model):
    """What extras cost with a slot, and what stands against them."""

    _inherit = "tierslieu.space"

    def _extra_errors(self, chosen, start, days):
        """Return (what nobody sets aside, what the team may), as sentences.

        :param days: `_open_days` of the range
        """
        final, rules = [], []
        for extra, quantity in chosen.wanted.items():
            if not self._offers(extra, chosen):
                final.append(self._not_offered_sentence(extra))
                continue
            if extra.most and quantity > extra.most:
                rules.append(
                    self.env._("%(extra)s: %(count)s at most in one booking.", extra=extra.name, count=extra.most)
                )
            rules += self._extra_notice_errors(extra, start)
        return final + self._extra_lacks(chosen, self._hulls(days)), rules

    def _offers(self, extra, chosen):
        had = extra in chosen.had and extra._belongs(self)
        return had or extra._is_offered(self)

    def _not_offered_sentence(self, extra):
        """Say that an extra is not to be had here; what other places have is not told."""
        space = self.sudo()
        if extra.place_id != space.place_id:
            return self.env._("This extra is not offered with %(space)s.", space=space.name)
        return self.env._("%(extra)s is not offered with %(space)s.", extra=extra.name, space=space.name)

    def _extra_notice_errors(self, extra, start):
        until = start - timedelta(hours=extra.notice_hours)
        if not extra.notice_hours or until >= fields.Datetime.now():
            return []
        place = self.sudo().place_id
        return [
            self.env._(
                "%(extra)s is asked for %(length)s ahead: it had to be before %(day)s, %(hour)s.",
                extra=extra.name, length=self._say_length(extra.notice_hours * 60),
                day=place.format_date(place.to_local(until).date()), hour=place._say_time(place.to_local(until)),
            )
        ]

    def _extra_lacks(self, chosen, ranges):
        """Return the sentences of the equipment that is not free, or not as many."""
        equipment = self.env["tierslieu.extra"].union(*chosen.wanted)
        free = equipment.sudo()._free(ranges, chosen.booking) if equipment else {}
        return [
            extra._lack_sentence(free[extra])
            for extra, quantity in chosen.wanted.items()
            if extra in free and quantity > free[extra]
        ]

    def _extra_lines(self, chosen, pricelist, date, days, people):
        """Return the lines of a quote for extras: one each, never paid by credits.

        All are priced in one reading of the pricelist.

        :param pricelist: that of the customer on the day of the slot
        :param days: `_open_days` of the range
        """
        extras = self.env["tierslieu.extra"].sudo().union(*chosen.wanted)
        if not extras:
            return []
        company = self.sudo().company_id
        products = extras.product_id.with_company(company)
        prices = pricelist.sudo().with_company(company)._tierslieu_prices_for(
            company, products, 1.0, fields.Datetime.to_datetime(date)
        )
        minutes = sum((asked[-1][1] - asked[0][0]) // timedelta(minutes=1) for _date, asked in days)
        lines = []
        for extra in extras.sorted():
            quantity = chosen.wanted[extra]
            times = {
                "booking": Decimal(1), "person": Decimal(people), "day": Decimal(len(days)),
                "hour": Decimal(minutes) / 60,
            }[extra.pricing]
            price = _cents(Decimal(str(prices[extra.product_id.id])), company.currency_id)
            lines.append(
                {
                    "rate_id": False,
                    "product_id": extra.product_id.id,
                    "time_unit": "extra",
                    "count": float(quantity * times),
                    "price_unit": float(price),
                    "amount": float(_cents(price * quantity * times, company.currency_id)),
                    "description": extra._line_sentence(quantity, people, minutes, len(days), price),
                    "credit_type_id": False,
                    "credits": 0.0,
                    "extra_id": extra.id,
                    "quantity": quantity,
                }
            )
        return lines

    # -- On the page where they are chosen

    def _extras_offered(self):
        """Return the extras that may be added to a booking of this space, in their order."""
        return self.env["tierslieu.extra"]._offered_with(self)

    def _extras_to_choose(self, partner, start, stop, people, wanted, enough):
        """Return what a page says of each extra, for a slot.

        :param wanted: {id: what was typed} of what is chosen so far
        :param enough: how many a page lets one choose of what has no limit
        :return: list of dicts: extra, price (in words), free (units left; None: no limit), cap (how
            many may be chosen), quantity (chosen), late (a sentence, or None)
        """
        self.ensure_one()
        extras, date = self._extras_offered(), self._local_date(start)
        if not extras:
            return []
        days = self._open_days(start, stop)
        chosen = Chosen(dict.fromkeys(extras, 1))
        lines = self._extra_lines(chosen, self._pricelist(partner, date), date, days, people)
        prices = {line["extra_id"]: line["price_unit"] for line in lines}
        free = extras._free(self._hulls(days))
        items = []
        for extra in extras:
            late = self._extra_notice_errors(extra, start)
            cap = 0 if late else min(extra.most or enough, free.get(extra, enough))
            typed = wanted.get(str(extra.id), "")
            items.append(
                {
                    "extra": extra,
                    "price": extra._price_said(prices[extra.id]),
                    "free": free.get(extra),
                    "cap": cap,
                    "quantity": int(typed) if typed.isdecimal() else 0,
                    "late": late[0] if late else None,
                }
            )
        return items

    def _quote_said(self, quote):
        """Say what a quote comes to: “58,00 €”, “1 × Ticket + 21,00 €”."""
        types = self.env["tierslieu.credit.type"].sudo()
        due = {}
        for line in quote["lines"]:
            if line["credit_type_id"]:
                credit_type = types.browse(line["credit_type_id"])
                due[credit_type] = due.get(credit_type, 0) + exact(line["credits"])
        return self._say_price(quote["total"], due)

    def _quote_line_said(self, line):
        """Say what a line of a quote costs: an amount, or credits."""
        if line["credit_type_id"]:
            return self.env["tierslieu.credit.type"].sudo().browse(line["credit_type_id"]).say(line["credits"])
        return self.sudo().company_id.currency_id.format(line["amount"])

    def _with_extras(self, quote, lines):
        """Add the lines of extras to a quote."""
        if not lines:
            return quote
        total = sum((Decimal(str(line["amount"])) for line in lines), Decimal(str(quote["total"])))
        return quote | {
            "total": float(total),
            "lines": quote["lines"] + lines,
            "explanation": quote["explanation"] + [line["description"] for line in lines],
        }


class Extra(models.Model):
    _inherit = "tierslieu.extra"

    def _line_sentence(self, quantity, people, minutes, days, price):
        """Say an extra and its price: “Projector: €15.00”, “Coffee: 6 people at €3.50”."""
        self.ensure_one()
        _ = self.env._
        what = self._say_quantity(quantity)
        if not price:
            return _("%(extra)s, free of charge", extra=what)
        amount = self.currency_id.format(float(price))
        if self.pricing == "booking":
            if quantity == 1:
                return _("%(extra)s: %(price)s", extra=what, price=amount)
            return _("%(extra)s: %(count)s at %(price)s", extra=self.name, count=quantity, price=amount)
        counts = {
            "person": lambda: _("%(count)s people", count=people) if people > 1 else _("1 person"),
            "hour": lambda: self.env["tierslieu.space"]._say_length(minutes),
            "day": lambda: _("%(count)s days", count=days) if days > 1 else _("1 day"),
        }
        return _("%(extra)s: %(count)s at %(price)s", extra=what, count=counts[self.pricing](), price=amount)

    def _lack_sentence(self, free):
        """Say that equipment is not free, or how many are."""
        self.ensure_one()
        if not free:
            return self.env._("%(extra)s: none is free at that time.", extra=self.name)
        if free == 1:
            return self.env._("%(extra)s: only one is free at that time.", extra=self.name)
        return self.env._("%(extra)s: only %(count)s are free at that time.", extra=self.name, count=free)


def _cents(amount, currency):
    """Round an amount to the smallest coin, halves away from zero, as invoices do."""
    return amount.quantize(Decimal(1).scaleb(-currency.decimal_places), ROUND_HALF_UP)
