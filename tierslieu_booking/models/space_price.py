from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.tools import as_record

from ..kernels import cover
from .credit_lot import Wallet
from .extra_chosen import Chosen
from .place_days import to_minute, to_moment


class Space(models.Model):
    """What a range of time costs to someone."""

    _inherit = "tierslieu.space"

    def quote(self, partner, start, stop, **options):
        """Price a range for a partner, writing nothing.

        :param partner: `res.partner` or id; its fare profile and pricelist on
            the day of the start decide
        :return: dict with `total` and `currency` (code), tax included; `lines`
            (dicts: rate_id, product_id, time_unit, count, price_unit, amount,
            description, credit_type_id, credits); `credits` (dicts: lot_id,
            type_id, amount: what is drawn from which lot); `explanation` and
            `errors` (sentences); `overrides` (the rules that the reason given
            sets aside); `profile_id`. With errors, `total` is 0.0 and `lines`
            is empty.
        :param options: those of `reserve`; `use_credits` (True) and `credit_types`
            (records or ids; None: all) say what else than money may pay; each line of
            `extras` says its `extra_id` and `quantity` too
        """
        self.env["tierslieu.booking"]._check_options(options)
        return self._priced(partner, start, stop, options)

    def _priced(self, partner, start, stop, options, moving=None, only_own=False):
        """Return the quote of a range.

        :param moving: the booking that would leave its slot for this one: it counts in no
            quota, and would draw its credits again
        :param only_own: pay with those credits alone
        """
        self.ensure_one()
        self.check_access("read")
        partner = as_record(self.env, "res.partner", partner)
        start = fields.Datetime.to_datetime(start)
        stop = fields.Datetime.to_datetime(stop)
        reason = self.env["tierslieu.override"]._checked_reason(options.get("override_reason"))
        wallet = None
        if options.get("use_credits", True):
            own = moving._drawn_credits() if moving else {}
            wallet = Wallet(options.get("credit_types"), own, only_own)
        had = moving._extras_had() if moving else {}
        try:
            wanted = self.env["tierslieu.extra"]._asked(options.get("extras")) if "extras" in options else had
        except UserError as refusal:
            return self._refused_quote([str(refusal)])
        chosen = Chosen(wanted, had, moving)
        return self._quote(
            partner, start, stop, options.get("people", 1), bool(reason), wallet, moving, chosen
        )

    def _refused_quote(self, errors):
        """Return the quote of what cannot be had, or may not be yet when there is no error."""
        return {
            "total": 0.0,
            "currency": self.sudo().company_id.currency_id.name,
            "lines": [],
            "credits": [],
            "explanation": [],
            "errors": errors,
            "overrides": [],
            "profile_id": False,
        }

    def _quote(
        self, partner, start, stop, people=1, beyond_rules=False, wallet=None, moving=None, chosen=None
    ):
        """Return the quote of a range, as `quote` does.

        :param beyond_rules: price it although rules of the space are against
            it: set aside by the team, or judged when the slot was held
        :param wallet: the `Wallet` that may pay; None: money alone
        :param moving: see `_priced`
        :param chosen: the extras, `Chosen`; None: none
        """
        result = self._refused_quote(self._clock_errors(start, stop))
        if result["errors"]:
            return result
        date = self._local_date(start)
        profile = partner.sudo().with_company(self.sudo().company_id).tierslieu_profile_on(date)
        tiers = self.sudo().rate_ids._tiers(self._pricelist_of(profile, partner), date)
        sheet = self._sheet_over(start, stop, tiers)
        errors, rules = self._range_errors(start, stop, people, sheet)
        if not errors:
            rules = rules + self._person_errors(partner, profile, start, stop, sheet, moving)
        days = None
        if chosen and chosen.wanted and not errors:
            days = self._open_days(start, stop, sheet)
            lacking, more = self._extra_errors(chosen, start, days)
            errors, rules = errors + lacking, rules + more
        result |= {
            "errors": errors if beyond_rules else errors + rules,
            "overrides": rules if beyond_rules else [],
            "profile_id": profile.id,
        }
        if result["errors"]:
            return result
        usable = self._usable_credits(partner, date, wallet)
        result |= self._priced_by(sheet, start, stop, usable)
        if result["errors"] or not days:
            return result
        pricelist = self._pricelist_of(profile, partner)
        return self._with_extras(result, self._extra_lines(chosen, pricelist, date, days, int(people)))

    def _priced_by(self, sheet, start, stop, usable):
        """Return what a quote says of the price of a range, from a sheet that knows the rates.

        :param usable: the credits that may pay
        """
        best, problem = self._cheapest(self._with_credits(sheet, usable), start, stop, usable)
        if problem:
            return {"total": 0.0, "lines": [], "credits": [], "explanation": [], "errors": [problem]}
        lines = self._price_lines(best)
        return {
            "total": float(best.total),
            "lines": lines,
            "credits": [
                {"lot_id": draw.lot_key, "type_id": draw.type_key, "amount": float(draw.amount)}
                for draw in best.draws
            ],
            "explanation": self._explain(best, lines, sheet, start, stop),
            "errors": [],
        }

    def _rate_tiers(self, partner, date):
        """Return {rate: prices by quantity} of this space for a partner on a local date."""
        return self.sudo().rate_ids._tiers(self._pricelist(partner, date), date)

    def _pricelist(self, partner, date, known=None):
        """Return the pricelist of someone on the date of a slot: that of the fare
        profile they have then, or else their own.

        :param known: what `_tierslieu_fare_sources` read in this company, for many dates
        """
        partner = partner.sudo().with_company(self.sudo().company_id)
        return self._pricelist_of(partner.tierslieu_profile_on(date, known), partner)

    def _pricelist_of(self, profile, partner):
        """Return the pricelist of a fare profile, or else the customer's own."""
        partner = partner.sudo().with_company(self.sudo().company_id)
        return profile.sudo().pricelist_id or partner.property_product_pricelist

    def _cheapest(self, sheet, start, stop, usable=()):
        """Find the cheapest way to pay a range.

        :param usable: the credits that may pay, for a sheet that knows what they are worth
        :return: (`cover.Cover`, None), or (None, the sentence that says what has no price)
        """
        touched = range(
            self._local_date(start).toordinal(),
            self._local_date(stop - timedelta(microseconds=1)).toordinal() + 1,
        )
        try:
            return (
                cover.cover(
                    to_minute(start),
                    to_minute(stop),
                    [sheet.days[ordinal] for ordinal in touched],
                    sheet.rates,
                    self.step_minutes(),
                    self.env["tierslieu.credit.lot"]._as_kernel(usable),
                    digits=self.sudo().company_id.currency_id.decimal_places,
                ),
                None,
            )
        except cover.NoPrice as error:
            return None, self._no_price_sentence(error)

    def _no_price_sentence(self, error):
        place = self.sudo().place_id
        return self.env._(
            "%(space)s has no price for %(when)s: ask the team.",
            space=self.sudo().name,
            when=place.format_range(to_moment(error.start), to_moment(error.stop)),
        )

    def _price_lines(self, best):
        """Return the lines of a quote from those of the kernel."""
        rates = {rate.id: rate for rate in self.sudo().rate_ids}
        return [
            {
                "rate_id": line.rate_key,
                "product_id": rates[line.rate_key].product_id.id,
                "time_unit": line.time_unit,
                "count": float(line.count),
                "price_unit": float(line.price),
                "amount": float(line.total),
                "description": self._line_sentence(line),
                "credit_type_id": line.credit_type or False,
                "credits": float(line.credits),
            }
            for line in best.lines
        ]

    def _require_quote(self, partner, start, stop, moving=None, only_own=False, **options):
        """Return the quote or raise its first error; see `_priced`."""
        quote = self._priced(partner, start, stop, options, moving, only_own)
        if quote["errors"]:
            raise UserError(quote["errors"][0])
        return quote
