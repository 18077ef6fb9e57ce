from odoo import models


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
