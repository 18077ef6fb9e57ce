import re

from odoo import Command
from odoo.tests import new_test_user

from .http_common import PASSWORD, WebsiteCase


class CreditsWebCase(WebsiteCase):
    """Two members whose desks and half an hour of room can be paid with tickets.

    An hour of a desk costs half a ticket, a day two; the room takes none.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tickets = cls.env["tierslieu.credit.type"].create(
            {
                "name": "Ticket",
                "company_id": cls.place.company_id.id,
                "description": "For the open space.",
                "value_ids": [
                    Command.create({"space_id": cls.desks.id, "time_unit": "hour", "amount": 0.5}),
                    Command.create({"space_id": cls.desks.id, "time_unit": "day", "amount": 2}),
                ],
            }
        )
        cls.lots = cls.env["tierslieu.credit.lot"]

    @classmethod
    def grant(cls, user, amount=10, **values):
        return cls.lots._grant(cls.tickets, user.partner_id, amount, **values)

    @classmethod
    def a_pack(cls, **values):
        """Return a pack of ten tickets, published, at 100 tax included."""
        return cls.env["product.template"].create(
            {
                "name": "Carnet de dix",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 100,
                "taxes_id": [Command.set(cls.taxes[20].ids)],
                "is_published": True,
                "company_id": cls.place.company_id.id,
                "tierslieu_credit_type_id": cls.tickets.id,
            }
            | values
        )

    @classmethod
    def organisation(cls, *users):
        """Put members in one organisation and return it."""
        company = cls.env["res.partner"].create({"name": "Fanal", "is_company": True})
        for user in users:
            user.partner_id.parent_id = company
        return company

    @classmethod
    def a_member(cls, login, name):
        return new_test_user(
            cls.env, login, groups="base.group_portal", name=name, email=login,
            password=PASSWORD, lang="en_US",
        )

    def book_a_desk(self, hour=10, length="60", **values):
        """Ask for a desk as the page does; return (where it leads, the last booking)."""
        answer = self.hold(self.desks, self.at(hour), length=length, **values)
        self.env.invalidate_all()
        return answer.headers["Location"], self.Booking.search([], order="id desc", limit=1)

    def text(self, path):
        """Return what a page says, its tags and blanks aside."""
        answer = self.get(path)
        self.assertEqual(answer.status_code, 200, path)
        body = answer.text.split("<body", 1)[-1]
        body = re.sub(r"<(script|style)\b.*?</\1>", " ", body, flags=re.DOTALL)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).replace("\xa0", " ")
