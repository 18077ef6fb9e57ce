"""Two people who joined Le Quai on line this month: one with a plan, the other at a free price."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

from odoo import fields
from odoo.fields import Command

from .clock import turned_back


class Joined(NamedTuple):
    """Somebody who joined on line: how many days ago, who, which adhesion at which amount, which plan."""

    days: int
    code: str
    name: str
    email: str
    phone: str
    adhesion: str
    amount: float | None = None
    plan: str | None = None


ON_LINE = (
    Joined(
        11, "sasha", "Sasha Perrot", "sasha.perrot@lequai.example", "01 99 00 01 91", "adhesion",
        plan="formule_nomade_8",
    ),
    Joined(
        4, "maelle", "Maëlle Kerbrat", "maelle.kerbrat@lequai.example", "01 99 00 01 92", "adhesion_solidaire", 15.0
    ),
)


def build_joined(env):
    """Let them put in their cart, accept the charter and pay, each on their day."""
    place, now = env.ref("le_quai.place"), fields.Datetime.now()
    today = place.now_local().date()
    with turned_back(env.cr) as set_clock:
        for joined in ON_LINE:
            # This month, however young it is.
            day = max(today - timedelta(days=joined.days), today.replace(day=1))
            moment = place.to_utc(datetime.combine(day, time(12, 30)))
            set_clock(min(moment, now - timedelta(minutes=5)))
            _join(env, joined)
        set_clock(now)


def _join(env, joined):
    """Join as the pages do; the card is that of the demonstration's provider."""
    website = env["website"].search([("company_id", "=", env.company.id)], limit=1)
    partner = env["res.partner"].create(
        {
            "name": joined.name, "email": joined.email, "phone": joined.phone, "lang": "fr_FR",
            "company_id": env.company.id,
        }
    )
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": f"le_quai.{joined.code}", "record": partner, "noupdate": True}]
    )
    order = env["sale.order"].create(
        {
            "partner_id": partner.id, "website_id": website.id, "company_id": env.company.id,
            "tierslieu_charter_ids": [Command.set(env["tierslieu.charter"]._current_versions(env.company).ids)],
            "tierslieu_charter_at": fields.Datetime.now(),
        }
    )
    order._tierslieu_add_adhesion(env.ref(f"le_quai.{joined.adhesion}"), joined.amount)
    if joined.plan:
        order._tierslieu_add_plan(env.ref(f"le_quai.{joined.plan}"), env.company._tierslieu_today())
    tx = env["payment.transaction"].create(
        {
            "provider_id": env.ref("payment.payment_provider_demo").id,
            "payment_method_id": env.ref("payment_demo.payment_method_demo").id,
            "amount": order.amount_total, "currency_id": order.currency_id.id, "partner_id": partner.id,
            "operation": "online_direct", "reference": order.name, "sale_order_ids": [Command.set(order.ids)],
        }
    )
    tx._set_done()
    tx.with_context(skip_sale_auto_invoice_send=True)._post_process()
