from odoo import models

from .credit_lot import Wallet


class Space(models.Model):
    """What credits pay in a space, as the price kernel reads it."""

    _inherit = "tierslieu.space"

    def _usable_credits(self, partner, date, wallet):
        """Return [(lot, credits)] that may pay a slot of a local date, in the order they go.

        Without a query where the space takes no credits.

        :param wallet: a `Wallet`, or None when money alone pays
        """
        lots = self.env["tierslieu.credit.lot"]
        if not wallet or not self._credit_values():
            return []
        types = wallet.types
        if types is not None:
            ids = [each if isinstance(each, int) else each.id for each in types]
            types = self.env["tierslieu.credit.type"].browse(ids)
        usable = lots._usable(partner, self.sudo().company_id, date, types, wallet.own)
        if wallet.only_own:
            return [(lot, wallet.own[lot]) for lot, _amount in usable if lot in wallet.own]
        return usable

    def _credit_values(self):
        """Return ((type id, time unit, credits), …): what this space costs in credits."""
        return self.env["tierslieu.credit.value"]._of_space(self.id)

    def _with_credits(self, sheet, usable):
        """Return a sheet whose rates say what they cost in the credits that may pay."""
        types = {lot.type_id.id for lot, _amount in usable}
        worth = [value for value in self._credit_values() if value[0] in types] if types else ()
        if not worth:
            return sheet
        return sheet._replace(
            rates=[
                rate._replace(
                    credits=tuple((key, amount) for key, unit, amount in worth if unit == rate.time_unit)
                )
                for rate in sheet.rates
            ]
        )

    # -- What a slot costs, as pages show it

    def _slot_price(self, sheet, start, stop, usable=()):
        """Return what a slot costs with the credits that may pay, as `quote` says it.

        :return: (dict as `_cover_price` gives it, None), or (None, the sentence that
            says what has no price)
        """
        best, problem = self._cheapest(self._with_credits(sheet, usable), start, stop, usable)
        return (None, problem) if problem else (self._cover_price(best, sheet, start, stop), None)

    def _cover_price(self, best, sheet, start, stop):
        """Return the price of a cover: `price` (money, tax included), `credits` ({type id:
        credits}), `said` (both, in words), and `in_money` (what it costs without
        credits, or False when it costs none).

        :param sheet: that of the slot, as money pays it
        """
        drawn = {}
        for draw in best.draws:
            drawn[draw.type_key] = drawn.get(draw.type_key, 0) + draw.amount
        in_money, _problem = self._cheapest(sheet, start, stop) if drawn else (None, None)
        types = self.env["tierslieu.credit.type"].sudo()
        due = {types.browse(key): amount for key, amount in drawn.items()}
        return {
            "price": float(best.total),
            "credits": drawn,
            "said": self._say_price(float(best.total), due),
            "in_money": bool(in_money) and float(in_money.total),
        }

    def _say_price(self, amount, due):
        """Say a price: “16,00 €”, “1 × Ticket”, “1 × Ticket + 3,00 €”.

        :param due: {type: credits}
        """
        types = self.env["tierslieu.credit.type"].sudo().union(*due).sorted()
        said = [credit_type.say(float(due[credit_type])) for credit_type in types]
        if amount or not said:
            said.append(self.sudo().company_id.currency_id.format(amount))
        return " + ".join(said)

    def _wallet_of(self, partner, date, use_credits):
        """Return the credits that may pay slots of a local date: see `_usable_credits`."""
        return self._usable_credits(partner, date, Wallet() if use_credits else None)
