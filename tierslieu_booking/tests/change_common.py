from datetime import timedelta

from .move_common import MoveCase


class ChangeCase(MoveCase):
    """A member who moves to a dearer slot: paid first, moved then."""

    def setUp(self):
        super().setUp()
        self.booking = self.paid(partner=self.member.partner_id)

    def ask(self, start, hours, space=None, booking=None, user=None):
        """Ask as the owner does, through the portal's method; put what is to pay in a cart."""
        booking = (booking or self.booking).with_user(user or self.member).sudo()
        change = booking._ask_move(start, start + timedelta(hours=hours), space=space, source="x")
        change = change.with_env(self.env)
        if change:
            self.cart_of(change)
        return change

    def cart_of(self, change):
        order = self.env["sale.order"].create(
            {
                "partner_id": change.partner_id.id,
                "website_id": self.website.id,
                "company_id": self.env.company.id,
            }
        )
        order._tierslieu_add_change(change)
        return order

    def order(self, change):
        return change.sale_line_ids.order_id

    def live(self, booking=None):
        """Return {(unit name, state, local start hour, local stop hour)} of the rows held."""
        rows = (booking or self.booking).occupancy_ids.filtered(lambda r: r.state != "released")
        return {
            (
                row.unit_id.name, row.state,
                self.place.to_local(row.start).hour, self.place.to_local(row.stop).hour,
            )
            for row in rows
        }

    def mails(self, booking=None):
        self.env.flush_all()
        return self.env["mail.mail"].search(
            [("model", "=", "tierslieu.booking"), ("res_id", "=", (booking or self.booking).id)],
            order="id",
        )
