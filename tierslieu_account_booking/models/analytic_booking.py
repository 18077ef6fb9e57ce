from odoo import models


class AccountMoveLine(models.Model):
    """Lines of bookings are of the place and of the kind of their space, fees and extras included."""

    _inherit = "account.move.line"

    def _tierslieu_analytic(self):
        told = super()._tierslieu_analytic()
        sold = self.sudo()
        extras = self._tierslieu_extra_products(sold.product_id)
        kinds = self._tierslieu_kinds_of(sold.product_id)
        # Read at once what the lines then ask for one by one.
        sold.sale_line_ids.tierslieu_booking_id.space_id.mapped("kind")
        for line in sold:
            space = line.sale_line_ids.tierslieu_booking_id.space_id[:1]
            if space:
                more = ("extra",) if line.product_id.id in extras else ()
                told[line] = (space.place_id, (*more, space.kind))
            elif line.product_id.tierslieu_credit_type_id:
                told[line] = (self._tierslieu_place_of_credits(line.product_id), ("pack",))
            elif line.product_id.id in kinds:
                # Typed by hand with a product of the price grid.
                told[line] = kinds[line.product_id.id]
        return told

    def _tierslieu_extra_products(self, products):
        """Return the ids of those of these products that are sold as extras."""
        if not products:
            return set()
        extras = self.env["tierslieu.extra"].sudo().with_context(active_test=False)
        return set(extras.search([("product_id", "in", products.ids)]).product_id.ids)

    def _tierslieu_kinds_of(self, products):
        """Return {product id: (place or none, kinds)} of the products of the price grid.

        A product of several places says none, and one of several kinds of spaces no activity.
        """
        kinds = {}
        if products:
            rates = self.env["tierslieu.rate"].sudo().search([("product_id", "in", products.ids)])
            for product, its in rates.grouped("product_id").items():
                spaces, every = its.space_id, {space.kind for space in its.space_id}
                place = spaces.place_id if len(spaces.place_id) == 1 else spaces.place_id[:0]
                kinds[product.id] = (place, tuple(every) if len(every) == 1 else ())
        return kinds

    def _tierslieu_place_of_credits(self, product):
        """Return the only place where the credits of a pack are of use, or none."""
        places = product.sudo().tierslieu_credit_type_id.value_ids.space_id.place_id
        return places if len(places) == 1 else places[:0]
