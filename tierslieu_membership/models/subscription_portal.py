from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import figures, say_day

INVOICES_SHOWN = 12
# How far ahead a member sets an end or a change by themselves.
MOST_AHEAD = timedelta(days=366)


class Contract(models.Model):
    """What a member sees of their subscriptions, and what they may do by themselves."""

    _inherit = "contract.contract"

    @api.model
    def _tierslieu_of_member(self, partner, company):
        """Return the subscriptions of a person that are not over for long, the last one first."""
        since = fields.Date.subtract(company._tierslieu_today(), days=365)
        return self.sudo().search(
            Domain("tierslieu_plan_id", "!=", False)
            & Domain("company_id", "=", company.id)
            & Domain("partner_id", "=", partner.id)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", since)),
            order="tierslieu_start desc, id desc",
        ).with_context(lang=self.env.lang)

    def _tierslieu_portal(self):
        """Return what the page of a member says of a subscription.

        :return: dict: `state`, `price` and `per`, `next` (None, or day and amount), `allowances` ([(what is left,
            of how much)]), `invoices` (the last ones), `owed` (those to pay now), `caution`, `committed`, `last`,
            `may` (be changed), `asked`
        """
        self.ensure_one()
        contract, _ = self.sudo(), self.env._
        plan = contract.tierslieu_plan_id.with_context(lang=self.env.lang)
        per = {
            "month": _("each month"), "quarter": _("each quarter"), "year": _("each year"),
            "dues": _("a year, paid each month"),
        }[plan.billing]
        states = dict(contract._fields["tierslieu_state"]._description_selection(self.env))
        today = contract._tierslieu_today()
        committed = contract.tierslieu_committed_until
        papers = contract._tierslieu_papers()
        return {
            "plan": plan,
            "key": contract.tierslieu_state, "state": states.get(contract.tierslieu_state, ""),
            "price": contract.tierslieu_price, "per": per,
            "units": contract.tierslieu_units,
            "since": self._tierslieu_day(contract.tierslieu_start),
            "next": contract._tierslieu_next_invoice(),
            "allowances": contract._tierslieu_left_today(today),
            "invoices": papers[:INVOICES_SHOWN], "owed": contract._tierslieu_owed_by_hand(papers, today),
            "caution": contract._tierslieu_caution_held(),
            "committed": committed and committed > today and self._tierslieu_day(committed),
            "last": self._tierslieu_day(contract.date_end),
            "may": not contract.date_end,
            "asked": contract._tierslieu_asked(),
        }

    def _tierslieu_day(self, date):
        return say_day(self.env, date)

    def _tierslieu_next_invoice(self):
        """Return (day said, amount tax included) of the next invoice; None when all is invoiced."""
        lines = self._tierslieu_lines().filtered("recurring_next_date").sorted("recurring_next_date")
        if not lines:
            return None
        line = lines[0]
        part = line._tierslieu_next_part()
        if not part:
            return None
        amount = line.tierslieu_plan_id._with_tax(float(line._tierslieu_amount(part)))
        return self._tierslieu_day(line.recurring_next_date), amount

    def _tierslieu_left_today(self, today):
        """Return [(what is left, what the period gave)] of the credits of today, said."""
        lots = self.tierslieu_lot_ids.filtered(
            lambda lot: lot.valid_from <= today <= (lot.valid_until or lot.allowance_last) and not lot.is_taken_back
        )
        return [
            (lot.type_id.say(lot.balance), figures(self.env, lot.granted)) for lot in lots if lot.granted
        ]

    def _tierslieu_papers(self):
        """Return the invoices, credit notes and cautions, the last one first."""
        moves = self._get_related_invoices() | self.tierslieu_caution_move_ids
        mine = moves.filtered(
            lambda move: move.state == "posted"
            and move.partner_id.commercial_partner_id == self.partner_id.commercial_partner_id
        )
        return mine.sorted(lambda move: (move.invoice_date, move.id), reverse=True)

    def _tierslieu_owed_by_hand(self, papers, today):
        """Return those that wait for the member to pay: all that are open without a card, with one what is late."""
        return papers.filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt") and move.amount_residual
            and (not self.tierslieu_token_id or move.invoice_date_due < today)
        )

    # -- What a member asks for

    def _tierslieu_asked(self):
        """Return the sentence of what was asked of the team and waits; empty for nothing."""
        asked = self.activity_ids.filtered("tierslieu_by_member")
        return asked[:1].summary or ""

    def _tierslieu_end_proposal(self, date=None):
        """Return what an end on a day means.

        :param date: last day; None: the first that no rule forbids
        :return: dict: `date`, `rule` (the sentence of the rule in the way, or ""), `credit`, `charge`, `caution`
        :raises UserError: for a day that makes no sense
        """
        self.ensure_one()
        contract = self.sudo()
        today = contract._tierslieu_today()
        if date is None:
            date = fields.Date.add(today, days=contract.tierslieu_plan_id.notice_days)
            date = max(date, contract.tierslieu_committed_until or date, contract.tierslieu_start)
        self._tierslieu_check_member_day(date)
        contract._tierslieu_check_end(date)
        rules = contract._tierslieu_rules_of_end(date)
        lines, after = contract._tierslieu_lines(), fields.Date.add(date, days=1)
        return {
            "date": date, "rule": rules[0] if rules else "",
            "credit": sum(contract._tierslieu_credit_total(line, after) for line in lines),
            "charge": sum(contract._tierslieu_left_total(line, date) for line in lines),
            "caution": contract._tierslieu_caution_held(),
        }

    def _tierslieu_change_proposal(self, plan, date):
        """Return what a change to a plan on a day means: `date`, `rule`, `credit`, `charge`, `balance`."""
        self.ensure_one()
        contract, plan = self.sudo(), plan.sudo()
        self._tierslieu_check_member_day(date)
        line = contract._tierslieu_changeable(date)
        if plan == line.tierslieu_plan_id:
            raise UserError(self.env._("%(plan)s is the plan you have.", plan=plan.name))
        first = plan._tierslieu_first(contract.partner_id, date)
        rules = contract._tierslieu_rules_of_change(line, plan, first["price"], date)
        credit = contract._tierslieu_credit_total(line, date)
        return {
            "date": date, "plan": plan, "rule": rules[0] if rules else "", "credit": credit,
            "charge": first["total"], "balance": first["total"] - credit,
        }

    def _tierslieu_check_member_day(self, date):
        today = self.sudo()._tierslieu_today()
        if not date:
            raise UserError(self.env._("Choose a day."))
        if date < today:
            raise UserError(self.env._("This day has passed: choose another one."))
        if date > today + MOST_AHEAD:
            raise UserError(self.env._("Choose a day in the next twelve months."))

    def _tierslieu_end_by_member(self, date):
        """End it on a day that no rule forbids, or ask the team; return the sentence that says which."""
        proposal = self._tierslieu_end_proposal(date)
        said = self._tierslieu_day(date)
        if proposal["rule"]:
            return self._tierslieu_ask_team(
                self.env._("Asks to end on %(day)s", day=said), proposal["rule"]
            )
        self.sudo().action_terminate(date)
        return self.env._("Your plan ends on %(day)s. Thank you for this time together.", day=said)

    def _tierslieu_change_by_member(self, plan, date):
        """Change to a plan when no rule forbids it, or ask the team; return the sentence that says which."""
        proposal = self._tierslieu_change_proposal(plan, date)
        words = {"plan": plan.sudo().name, "day": self._tierslieu_day(date)}
        if proposal["rule"]:
            return self._tierslieu_ask_team(
                self.env._("Asks to change to %(plan)s on %(day)s", **words), proposal["rule"]
            )
        self.sudo().action_change_plan(plan.sudo(), date)
        return self.env._("Your plan is %(plan)s from %(day)s on.", **words)

    def _tierslieu_ask_team(self, summary, rule):
        """Leave a request to the team: one at a time, the last one counts."""
        contract = self.sudo()
        contract.activity_ids.filtered("tierslieu_by_member").unlink()
        contract.activity_schedule(
            "mail.mail_activity_data_todo", summary=summary, note=rule,
            user_id=contract.company_id._tierslieu_responsible("tierslieu_base.group_host").id,
            tierslieu_by_member=True,
        )
        return self.env._("%(rule)s Your request is with the team, who will come back to you.", rule=rule)


class MailActivity(models.Model):
    _inherit = "mail.activity"

    tierslieu_by_member = fields.Boolean(readonly=True, help="Asked by a member on their page.")
