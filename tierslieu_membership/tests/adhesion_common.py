from freezegun import freeze_time

from odoo import Command, fields

from odoo.addons.tierslieu_booking.tests.common import BookingCase


def create_adhesions(env, company):
    """Create what an association sells: an adhesion of the year, one of twelve months, of each kind.

    :return: dict of `product.template`: civil (20), reduced prices apart; rolling (30); open (free, from 5,
        10 suggested); family (35, four people); team (100, an organisation)
    """
    def product(name, kind, scope="person", price=0.0, **values):
        return env["product.template"].create(
            {
                "name": name, "tierslieu_adhesion": kind, "tierslieu_adhesion_for": scope, "list_price": price,
                "company_id": company.id, "is_published": True,
            }
            | values
        )

    return {
        "civil": product("Adhésion de l'année", "civil", price=20.0),
        "rolling": product("Adhésion de douze mois", "rolling", price=30.0),
        "open": product(
            "Adhésion solidaire", "civil", tierslieu_free_price=True, tierslieu_floor=5.0, tierslieu_suggested=10.0
        ),
        "family": product("Adhésion familiale", "civil", "family", 35.0, tierslieu_adhesion_most=4),
        "team": product("Adhésion d'organisation", "rolling", "organisation", 100.0),
    }


class AdhesionCase(BookingCase):
    """The place of `BookingCase`, on 11 January 2027, which sells adhesions."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Dates are said in the language of the sentences.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company = cls.place.company_id
        cls.company.tierslieu_adhesion_grace = 10
        for name, adhesion in create_adhesions(cls.env, cls.company).items():
            setattr(cls, name, adhesion)
        cls.Adhesion = cls.env["membership.membership_line"]
        cls.cash = cls.env["account.journal"].search(
            [("type", "=", "cash"), ("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["account.journal"].create(
            {"name": "Caisse", "type": "cash", "code": "TLCS", "company_id": cls.company.id}
        )
        cls.fanal = cls.env["res.partner"].create({"name": "Studio Fanal", "is_company": True})
        cls.solene = cls.env["res.partner"].create({"name": "Solène Le Goff", "parent_id": cls.fanal.id})

    def invoice(self, product=None, partner=None, date=None, post=True, price=None):
        """Return an invoice made by an accountant."""
        product = product or self.civil
        line = {"product_id": product.product_variant_id.id, "quantity": 1}
        if price is not None:
            line["price_unit"] = price
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.alice).id,
                "invoice_date": date,
                "company_id": self.company.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        if post:
            move.action_post()
        return move

    def pay(self, move, amount=None):
        values = {"journal_id": self.cash.id}
        if amount:
            values["amount"] = amount
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create(values)._create_payments()

    def paid(self, product=None, partner=None, date=None):
        """Return a paid adhesion."""
        move = self.invoice(product, partner, date)
        self.pay(move)
        return self.of(move)

    def of(self, move):
        return move.invoice_line_ids.membership_line_ids

    def credit(self, move, amount=None, date="2027-01-20"):
        """Post a credit note on its day, of all or of an amount."""
        note = self.draft_credit(move, date)
        if amount is not None:
            note.invoice_line_ids.price_unit = amount
        with freeze_time(f"{date} 10:00:00"):
            note.action_post()
        return note

    def draft_credit(self, move, date="2027-01-20"):
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"reason": "Rendu", "journal_id": move.journal_id.id, "date": date})
        return self.env["account.move"].browse(wizard.refund_moves()["res_id"])

    def wizard(self, product=None, partner=None, user=None, **values):
        product = product or self.civil
        values = {
            "partner_id": (partner or self.alice).id,
            "product_id": product.product_variant_id.id,
            "journal": str(self.cash.id),
        } | values
        return self.env["tierslieu.adhesion.sale"].with_user(user or self.host).create(values)

    def sell(self, product=None, partner=None, **values):
        wizard = self.wizard(product, partner, **values)
        wizard.action_sell()
        return wizard.line_id.sudo()

    def is_member(self, partner, day):
        return partner.with_company(self.company).is_tierslieu_member_on(day)

    def day(self, text):
        return fields.Date.to_date(text)
