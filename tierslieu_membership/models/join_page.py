import re

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, single_email_re

from odoo.addons.tierslieu_base.kernels.typed import one_line
from odoo.addons.tierslieu_base.tools import say_day

MOST_NAME, MOST_ADDRESS, MOST_PHONE = 120, 120, 30


class Join(models.AbstractModel):
    """What the pages of `/join` ask and show; what is sold and to whom is decided by orders, adhesions and plans."""

    _name = "tierslieu.join"
    _description = "Joining on line"

    @api.model
    def _read_who(self, form):
        """Return who a form says one is: dict of `name`, `email`, `phone` (maybe empty).

        :raises UserError: in one sentence
        """
        _ = self.env._
        who = {
            "name": one_line(form.get("name"), MOST_NAME),
            "email": one_line(form.get("email"), MOST_ADDRESS + 1),
            "phone": one_line(form.get("phone"), MOST_PHONE),
        }
        if len(who["name"]) < 2:
            raise UserError(_("Write your name."))
        address = len(who["email"]) <= MOST_ADDRESS and email_normalize(who["email"])
        if not address or not single_email_re.match(address):
            raise UserError(_("Write your e-mail, for example marie@exemple.fr."))
        if who["phone"] and not re.fullmatch(r"[0-9 +().\-/]{6,30}", who["phone"]):
            raise UserError(_("This phone number has something else than digits: leave it empty if you prefer."))
        return who | {"email": address}

    @api.model
    def _give_who(self, order, who):
        """Let a visitor's cart be that of a contact of its own, made or put right from what they typed."""
        order = order.sudo()
        guest = order.partner_id
        if order._is_anonymous_cart():
            guest = guest.with_context(tracking_disable=True).create(
                who | {
                    "company_id": order.company_id.id, "lang": self.env.lang, "type": "contact",
                    "user_id": order.website_id.salesperson_id.id,
                }
            )
            public = order.partner_id
            order._update_address(guest.id, {"partner_id", "partner_invoice_id", "partner_shipping_id"})
            order.message_unsubscribe(public.ids)
        elif not guest.user_ids:
            changed = {key: value for key, value in who.items() if (guest[key] or "") != value}
            if changed:
                guest.with_context(tracking_disable=True).write(changed)

    @api.model
    def _adhesion_offers(self, partner, company):
        """Return (what may be joined, as `_tierslieu_offers`; the adhesion one has, said)."""
        adhesions = self.env["membership.membership_line"]
        partner = partner.sudo().with_company(company)
        portal = adhesions._tierslieu_portal(partner, company)
        until = portal["state"] in ("valid", "grace") and portal["until"]
        return portal["offers"], until and say_day(self.env, until)

    @api.model
    def _plan_offers(self, partner, company, start):
        """Return what may be subscribed to from a day on.

        :return: list of dicts: `plan`, `price` (of a period, tax included), `per` (which period), `first` and
            `said` (what is paid to begin), `next` (day of the next invoice), `gives` and `asks` (sentences), `why`
        """
        plans = self.env["tierslieu.plan"]._tierslieu_online(company).with_context(lang=self.env.lang)
        return [self._plan_offer(plan, partner.sudo(), start) for plan in plans]

    @api.model
    def _plan_offer(self, plan, partner, start):
        _ = self.env._
        first = plan._tierslieu_first(partner, start)
        billing = plan.billing
        per = {
            "month": _("each month"), "quarter": _("each quarter"), "year": _("each year"),
            "dues": _("a year, paid each month"),
        }[billing]
        why = ""
        try:
            plan._tierslieu_check_start(start)
            plan._tierslieu_check_new(partner)
            plan._tierslieu_check_free(start)
        except UserError as refusal:
            why = str(refusal)
        return {
            "plan": plan, "price": plan._with_tax(first["price"]), "per": per,
            "now": plan.currency_id.round(first["total"] + first["caution"]), "caution": first["caution"],
            "said": plan._tierslieu_first_said(first["part"]),
            "gives": self._plan_gives(plan), "asks": self._plan_asks(plan), "why": why,
        }

    @api.model
    def _plan_gives(self, plan):
        _ = self.env._
        said = [
            _("Yours for as long as you stay: %(space)s", space=space.name) for space in plan._tierslieu_spaces()
        ]
        periods = {"month": _("each month"), "quarter": _("each quarter"), "year": _("each year")}
        said += [
            _("%(credits)s %(period)s", credits=one.type_id.say(one.amount), period=periods[one.period])
            for one in plan.allowance_ids
        ]
        if plan.profile_id:
            said.append(_("The fare “%(fare)s” for what you book besides", fare=plan.profile_id.name))
        return said

    @api.model
    def _plan_asks(self, plan):
        _ = self.env._
        said = []
        if plan.commitment_months:
            said.append(_("for %(months)s months at least", months=plan.commitment_months))
        if plan.notice_days:
            said.append(_("%(days)s days of notice to leave", days=plan.notice_days))
        if not said:
            said.append(_("without commitment"))
        return ", ".join(said)
