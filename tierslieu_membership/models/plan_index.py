from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

from odoo.addons.tierslieu_base.tools import say_day

from ..kernels.proration import period_of


class Plan(models.Model):
    """A new price for those who have an indexed plan: told in time, and true from the first day of a period."""

    _inherit = "tierslieu.plan"

    def action_index(self, date=None):
        """Bring running subscriptions to today's price, after the notice; tell each of them.

        :param date: first day of the new price; None: that of the first month after the notice
        :return: a notification that says how many
        :raises UserError: for a frozen plan, or a date that leaves no notice
        """
        self.ensure_one()
        if not self.env.su and not self.env.user.has_group("tierslieu_base.group_manager"):
            raise AccessError(self.env._("Only a manager changes prices."))
        if self.price_policy != "indexed":
            raise UserError(self.env._("The price of %(plan)s is frozen for those who have it.", plan=self.name))
        earliest = self.company_id._tierslieu_today() + timedelta(days=self.index_notice_days)
        month = period_of(earliest, 1)
        date = fields.Date.to_date(date) or (
            earliest if earliest == month.first else month.last + timedelta(days=1)
        )
        if date < earliest:
            raise UserError(
                self.env._("A new price takes a notice of %(days)s days: not before %(day)s.",
                           days=self.index_notice_days, day=format_date(self.env, earliest))
            )
        told = self.env["contract.contract"].sudo()
        for contract in self.sudo().contract_ids.filtered(lambda contract: not contract.date_end):
            line = contract._tierslieu_lines()[-1:]
            price, _pricelist = self._price_for(contract.partner_id, date)
            if line.tierslieu_plan_id == self and line.date_start <= date and price != line.tierslieu_price:
                contract.action_change_plan(self, date, price=price)
                contract._tierslieu_tell_price(price, date)
                told |= contract
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(count)s subscriptions have the new price from %(day)s on, and were told.",
                    count=len(told), day=format_date(self.env, date),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }


class Contract(models.Model):
    _inherit = "contract.contract"

    def _tierslieu_tell_price(self, price, date):
        """Mail who subscribes the price that comes."""
        self.ensure_one()
        contract = self.with_context(lang=self.partner_id.lang or self.env.lang)
        _, env, plan = contract.env._, contract.env, contract._tierslieu_lines()[-1:].tierslieu_plan_id
        contract.message_notify(
            partner_ids=(self.invoice_partner_id | self.partner_id).ids,
            subject=_("%(plan)s: the price from %(day)s on", plan=plan.name, day=format_date(env, date)),
            body=_(
                "From %(day)s on, %(plan)s costs %(price)s instead of %(old)s.",
                day=say_day(env, date), plan=plan.name,
                price=format_amount(env, plan._with_tax(price), plan.currency_id),
                old=format_amount(env, plan._with_tax(contract._tierslieu_lines()[-2:-1].tierslieu_price),
                                  plan.currency_id),
            ),
        )
