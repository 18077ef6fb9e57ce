from contextlib import contextmanager
from datetime import date

from freezegun import freeze_time

from odoo import Command

from odoo.addons.tierslieu_booking.tests.common import BookingCase

TODAY = date(2027, 1, 11)


def create_plan_data(env, data):
    """Create the plans of the place of `create_booking_data`: tax included, at 20 %.

    :return: dict of records: ticket, resident (310 a month, a desk), nomad (60 a
        month, 10 tickets), quarter (900), year (1200), dues (1000 in twelve dues)
    """
    company = data["place"].company_id

    def product(name, price):
        return env["product.product"].create(
            {
                "name": name, "type": "service", "list_price": price, "invoice_policy": "order",
                "taxes_id": [Command.set(data["taxes"][20].ids)], "company_id": company.id,
            }
        )

    def plan(name, price, **values):
        return env["tierslieu.plan"].create(
            {"name": name, "product_id": product(name, price).id, "company_id": company.id, **values}
        )

    ticket = env["tierslieu.credit.type"].create(
        {
            "name": "Ticket", "company_id": company.id,
            "value_ids": [Command.create({"space_id": data["desks"].id, "time_unit": "hour", "amount": 1})],
        }
    )
    return {
        "ticket": ticket,
        "resident": plan("Poste résident", 310, space_id=data["desks"].id),
        "nomad": plan(
            "Nomade", 60, allowance_ids=[Command.create({"type_id": ticket.id, "amount": 10})]
        ),
        "quarter": plan("Bureau au trimestre", 900, billing="quarter"),
        "year": plan("Année", 1200, billing="year"),
        "dues": plan("Année en douze fois", 1000, billing="dues"),
    }


class PlanCase(BookingCase):
    """The plans of `create_plan_data`; today is 11 January 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        data = {"place": cls.place, "desks": cls.desks, "taxes": cls.taxes}
        for name, value in create_plan_data(cls.env, data).items():
            setattr(cls, name, value)
        cls.Plan = cls.env["tierslieu.plan"]
        cls.Contract = cls.env["contract.contract"]

    def subscribe(self, plan, start=TODAY, partner=None, **options):
        return self.Plan.subscribe(plan, partner or self.alice, start, **options)

    @contextmanager
    def on(self, day):
        """Live at noon of a day."""
        with freeze_time(f"{day} 12:00:00"):
            self.env.invalidate_all()
            yield

    def batch(self, model, method, *arguments, **options):
        """Run a method that commits as it goes, as the scheduler does."""
        self.env.flush_all()
        with self.registry.cursor() as cr:
            getattr(self.env(cr=cr)[model], method)(*arguments, **options)
        self.env.invalidate_all()

    def bill(self, **options):
        self.batch("tierslieu.billing.run", "_bill_company", self.env.company, **options)

    def night(self):
        """Run what happens to subscriptions each night."""
        self.batch("contract.contract", "_cron_subscriptions")

    def expire(self):
        self.batch("tierslieu.credit.lot", "_cron_expire")

    def moves(self, contract, kind="out_invoice"):
        """Return the invoices of a subscription in the order of their days."""
        lines = self.env["account.move.line"].search([("contract_line_id.contract_id", "=", contract.id)])
        return lines.move_id.filtered(lambda move: move.move_type == kind).sorted(
            lambda move: (move.invoice_date, move.id)
        )

    def totals(self, contract, kind="out_invoice"):
        return self.moves(contract, kind).mapped("amount_total")
