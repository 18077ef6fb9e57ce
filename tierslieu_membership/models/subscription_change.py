from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.tierslieu_base.tools import as_record, lock_rows

from ..kernels.proration import CYCLES, Part, months_later, unused
from .plan import money

ONE_DAY = timedelta(days=1)


class Contract(models.Model):
    """Changing a subscription and ending it at a date: what is unused is given back, to the day.

    What was invoiced beyond the date is credited, then the stretch is cut the
    day before it and another one begins. Two requests at once meet on the row
    of the subscription: the second one begins again, and finds it done.
    """

    _inherit = "contract.contract"

    def action_change_plan(self, plan, date, unit=None, override_reason=None, price=None):
        """Change to another plan from a day on: credit what is left of the old one, charge the new one.

        :param plan: record or id
        :param date: first day of the new plan
        :param unit: a unit of the new plan's space; None: the one they have, or any
        :param price: another price of a whole period than that of today (managers)
        :return: True
        :raises UserError: one sentence that says why not; a commitment can be set aside
            by the team with `override_reason`
        """
        self.ensure_one()
        contract = self._tierslieu_require_team()
        plan = as_record(contract.env, "tierslieu.plan", plan).with_env(contract.env)
        unit = as_record(contract.env, "tierslieu.unit", unit) if unit else contract.env["tierslieu.unit"]
        date = fields.Date.to_date(date)
        lock_rows(contract)
        line = contract._tierslieu_changeable(date)
        contract._tierslieu_check_change(plan, unit)
        if price is None:
            if plan == line.tierslieu_plan_id:
                raise UserError(self.env._("%(plan)s is the plan they have.", plan=plan.name))
            price, contract.pricelist_id = plan._price_for(contract.partner_id, date)
        else:
            self.env["tierslieu.plan"]._require_price_setter()
            price = plan.currency_id.round(float(price))
        rules = contract._tierslieu_rules_of_change(line, plan, price, date)
        self._tierslieu_set_aside(contract, rules, override_reason)
        # A desk that cannot be had leaves nothing behind.
        with self.env.cr.savepoint():
            contract._tierslieu_change(line, plan, price, date, unit)
        return True

    def _tierslieu_check_change(self, plan, unit):
        """Refuse a plan or a unit that this subscription cannot have."""
        if plan.company_id != self.company_id or not plan.active:
            raise UserError(self.env._("%(plan)s cannot be subscribed to here.", plan=plan.name))
        if unit and unit not in plan._tierslieu_spaces().unit_ids:
            raise UserError(
                self.env._("%(unit)s is not a unit of %(plan)s.", unit=unit.sudo().name, plan=plan.name)
            )

    def _tierslieu_change(self, line, plan, price, date, unit):
        """Cut a line, begin another one, and bring money, units and credits in line with it."""
        old = line.tierslieu_plan_id
        credit = self._tierslieu_stop_line(line, date)
        self.contract_line_ids = [Command.create(line._tierslieu_values(plan, price, date))]
        self._tierslieu_plan_changed(old, plan, date, unit)
        self._tierslieu_settle(credit)
        self._message_log(
            body=self.env._(
                "From %(old)s to %(new)s on %(day)s.", old=old.name, new=plan.name, day=format_date(self.env, date),
            )
        )

    def _tierslieu_plan_changed(self, old, plan, date, unit):
        """Bring units, credits, caution and commitment in line with a new plan."""
        if plan.commitment_months:
            until = months_later(date, plan.commitment_months)
            self.tierslieu_committed_until = max(until, self.tierslieu_committed_until or until)
        if date <= self._tierslieu_today():
            self.tierslieu_plan_id = plan
        before, after = old._tierslieu_spaces(), plan._tierslieu_spaces()
        if before - after:
            self._tierslieu_release(date, before - after)
        for space in after:
            if unit and unit in space.unit_ids:
                self._tierslieu_move_to(space, date, unit)
            elif space not in before:
                self._tierslieu_claim(space, date)
        if plan != old:
            self._tierslieu_cut_allowances(date - ONE_DAY)
        self._tierslieu_grant_allowances()
        self._tierslieu_ask_caution(plan)

    def action_change_unit(self, unit, date):
        """Give another unit of the same space from a day on, at the same price.

        :param unit: record or id
        :param date: first day of the new unit
        """
        self.ensure_one()
        contract = self._tierslieu_require_team()
        unit = as_record(contract.env, "tierslieu.unit", unit)
        date = fields.Date.to_date(date)
        lock_rows(contract)
        line = contract._tierslieu_changeable(date)
        spaces = line.tierslieu_plan_id._tierslieu_spaces() & unit.sudo().space_ids
        if not spaces:
            raise UserError(
                self.env._("%(unit)s is not a unit of %(plan)s.", unit=unit.sudo().name,
                           plan=line.tierslieu_plan_id.name)
            )
        if spaces[0].allocation == "all":
            raise UserError(
                self.env._("%(space)s is had as a whole: it has no other desk to give.", space=spaces[0].name)
            )
        if unit in contract._tierslieu_live_rows().unit_id:
            raise UserError(self.env._("They have %(unit)s already.", unit=unit.sudo().name))
        contract._tierslieu_move_to(spaces[0], date, unit.sudo())
        contract.write({"tierslieu_touched": fields.Datetime.now()})
        return True

    def _tierslieu_move_to(self, space, date, unit):
        """Leave the unit they have of a space for another one."""
        if unit in self._tierslieu_live_rows().filtered(lambda row: not row.stop).unit_id:
            return
        self._tierslieu_release(date, space)
        self._tierslieu_claim(space, date, unit)

    # Every change of a subscription writes its row: two at once are never both done.
    tierslieu_touched = fields.Datetime(readonly=True, copy=False)

    # -- Ending

    def action_terminate(self, date, override_reason=None):
        """End the subscription; the last day is included.

        What was invoiced beyond it is credited, or the last days are invoiced;
        the units are free the day after, the credits of later periods go, and
        the caution is given back once it is over.

        :raises UserError: one sentence; a notice or a commitment can be set aside by the
            team with `override_reason`
        """
        self.ensure_one()
        contract = self._tierslieu_require_team()
        date = fields.Date.to_date(date)
        lock_rows(contract)
        contract._tierslieu_check_end(date)
        self._tierslieu_set_aside(contract, contract._tierslieu_rules_of_end(date), override_reason)
        credit = self.env["account.move"].sudo()
        for line in contract._tierslieu_lines():
            if not line.date_end or line.date_end > date:
                credit |= contract._tierslieu_stop_line(line, date + ONE_DAY)
        contract.write({"tierslieu_touched": fields.Datetime.now()})
        contract._tierslieu_release(date + ONE_DAY)
        contract._tierslieu_cut_allowances(date)
        contract._tierslieu_settle(credit)
        contract._tierslieu_close()
        contract._tierslieu_hand_over_later(date)
        contract._message_log(body=self.env._("Ends on %(day)s.", day=format_date(self.env, date)))
        return True

    def _tierslieu_check_end(self, date):
        """Refuse an end that says nothing new."""
        _ = self.env._
        if not date:
            raise UserError(_("Say which day is the last one."))
        if not self._tierslieu_lines():
            raise UserError(_("This subscription never began."))
        if self.date_end and self.date_end <= date:
            raise UserError(_("It ends on %(day)s already.", day=format_date(self.env, self.date_end)))

    # -- Rules

    def _tierslieu_changeable(self, date):
        """Return the line to change from a date on, or refuse."""
        _ = self.env._
        if not date:
            raise UserError(_("Say from which day on."))
        if self.date_end:
            raise UserError(_("It ends on %(day)s: it cannot be changed.", day=format_date(self.env, self.date_end)))
        line = self._tierslieu_line_on(date)
        if not line:
            raise UserError(_("It does not run on %(day)s.", day=format_date(self.env, date)))
        if line != self._tierslieu_lines()[-1:]:
            raise UserError(
                _("Another change is set for %(day)s: choose a later date.",
                  day=format_date(self.env, self._tierslieu_lines()[-1:].date_start))
            )
        return line

    def _tierslieu_rules_of_end(self, date):
        """Return the sentences of the rules that an end on a date would break."""
        plan, today, rules = self._tierslieu_lines()[-1:].tierslieu_plan_id, self._tierslieu_today(), []
        until = self.tierslieu_committed_until
        if until and date < until:
            rules.append(self.env._("They are committed until %(day)s.", day=format_date(self.env, until)))
        earliest = today + timedelta(days=plan.notice_days)
        if plan.notice_days and date < earliest:
            rules.append(
                self.env._("Leaving takes a notice of %(days)s days: not before %(day)s.",
                           days=plan.notice_days, day=format_date(self.env, earliest))
            )
        return rules

    def _tierslieu_rules_of_change(self, line, plan, price, date):
        """Return the rules that a change would break: a commitment binds to a revenue, not to a desk."""
        months = {"month": 1, "quarter": 3, "year": 12, "dues": 12}
        cheaper = price / months[plan.billing] < line.tierslieu_price / months[line.tierslieu_cycle]
        if cheaper and self.tierslieu_committed_until and date <= self.tierslieu_committed_until:
            return [
                self.env._("They are committed until %(day)s: a cheaper plan comes after that.",
                           day=format_date(self.env, self.tierslieu_committed_until))
            ]
        return []

    def _tierslieu_set_aside(self, contract, rules, reason):
        """Go on when there is no rule in the way, or a reason to set it aside; keep the reason."""
        overrides = self.env["tierslieu.override"]
        reason = overrides._checked_reason(reason)
        if rules and not reason:
            raise UserError(rules[0])
        if rules:
            overrides._log(contract, rules, reason)

    # -- Money

    def _tierslieu_unused_of(self, line, date):
        """Return [(invoice line, `Part`, what is given back)] when a line is cut from a date on."""
        found = []
        digits = self.company_id.currency_id.decimal_places
        until = line.last_date_invoiced
        for billed, part in line._tierslieu_billed_parts():
            # An earlier change may have given back the end of it already.
            last = min(part.last, until) if until else part.last
            if last < max(date, part.first):
                continue
            asked = line._tierslieu_amount(part)
            value = unused(
                money(line.tierslieu_price), CYCLES[line.tierslieu_cycle], Part(part.first, last), date,
                line.tierslieu_since, digits,
            )
            paid = money(billed.price_unit) * money(billed.quantity)
            if asked and paid != asked:
                # Somebody had changed the invoice: the same share of what it asked for.
                value = (paid * value / asked).quantize(Decimal(1).scaleb(-digits))
            value = min(value, paid - self._tierslieu_credited(billed))
            if value > 0:
                found.append((billed, Part(max(part.first, date), last), value))
        return found

    def _tierslieu_credited(self, billed):
        """Return what credit notes, ours or made by hand, have given back of a line of an invoice."""
        lines = billed.move_id.reversal_move_ids.filtered(lambda move: move.state != "cancel").invoice_line_ids
        mine = lines.filtered(lambda line: line.contract_line_id == billed.contract_line_id)
        return sum((money(line.price_unit) * money(line.quantity) for line in mine), Decimal(0))

    def _tierslieu_stop_line(self, line, date):
        """Let a line end the day before a date, and credit what was invoiced beyond; return the credit note."""
        drafts = line._tierslieu_billed_lines().filtered(
            lambda billed: billed.parent_state == "draft" and billed.tierslieu_last >= date
        )
        if drafts:
            # Never sent: it is made again as it should be.
            drafts.move_id.unlink()
        credit = self._tierslieu_credit(self._tierslieu_unused_of(line, date))
        if date <= line.date_start:
            line.is_canceled = True
            return credit
        values = {"date_end": date - ONE_DAY}
        if line.last_date_invoiced and line.last_date_invoiced >= date:
            values["last_date_invoiced"] = date - ONE_DAY
        line.write(values)
        return credit

    def _tierslieu_credit(self, unused_parts):
        """Make and post one credit note of parts that were invoiced and are not used."""
        moves = self.env["account.move"]
        if not unused_parts:
            return moves
        source = unused_parts[-1][0].move_id
        credit = moves.with_company(self.company_id).create(
            {
                "move_type": "out_refund",
                "company_id": self.company_id.id,
                "journal_id": source.journal_id.id,
                "partner_id": source.partner_id.id,
                "currency_id": source.currency_id.id,
                "fiscal_position_id": source.fiscal_position_id.id,
                "invoice_date": self._tierslieu_today(),
                "invoice_origin": self.name,
                "ref": self.code,
                "reversed_entry_id": source.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "product_id": billed.product_id.id,
                            "name": billed.contract_line_id._tierslieu_said_unused(part),
                            "quantity": 1.0,
                            "price_unit": float(value),
                            "tax_ids": [Command.set(billed.tax_ids.ids)],
                            "account_id": billed.account_id.id,
                            "analytic_distribution": billed.analytic_distribution,
                            "contract_line_id": billed.contract_line_id.id,
                            "tierslieu_first": part.first,
                            "tierslieu_last": part.last,
                        }
                    )
                    for billed, part, value in unused_parts
                ],
            }
        )
        credit.action_post()
        self._tierslieu_match(credit | self.env["account.move.line"].union(*(each[0] for each in unused_parts)).move_id)
        return credit

    def _tierslieu_settle(self, credit):
        """Invoice what is due by now, and pay it with what was credited."""
        invoices = self._tierslieu_bill()
        if credit and invoices:
            self._tierslieu_match(credit | invoices)

    def _tierslieu_match(self, moves):
        """Set invoices off against credit notes, as far as both are still open."""
        lines = moves.filtered(lambda move: move.state == "posted").line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable" and not line.reconciled
        )
        for same in lines.grouped(lambda line: (line.account_id, line.partner_id.commercial_partner_id)).values():
            if any(line.balance > 0 for line in same) and any(line.balance < 0 for line in same):
                same.reconcile()
