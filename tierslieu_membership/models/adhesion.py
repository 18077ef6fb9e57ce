from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import say_day

from ..kernels.adhesion import period
from .product_adhesion import SCOPES

# What makes someone a member, and what is owed.
GOOD = ("paid", "free")
LIVE = ("invoiced", *GOOD)


class Adhesion(models.Model):
    """An adhesion of ours: a line of OCA's `membership` that knows who is covered.

    Its state follows the invoice: draft is waiting, posted is invoiced, paid is
    paid, credited in full is cancelled from the day of the credit note. What a
    credit note gives back of something else on the same invoice, or in part,
    takes no adhesion away.
    """

    _name = "membership.membership_line"
    _inherit = ["membership.membership_line", "mail.thread", "mail.activity.mixin"]

    tierslieu_scope = fields.Selection(
        SCOPES, string="For whom", readonly=True, index="btree_not_null", help="Empty: no adhesion of ours."
    )
    tierslieu_covered_ids = fields.Many2many(
        "res.partner", "tierslieu_adhesion_covered_rel", "line_id", "partner_id", string="Members"
    )
    tierslieu_entity_id = fields.Many2one(
        "res.partner", string="Organisation", compute="_compute_tierslieu_entity_id", store=True,
        index="btree_not_null", help="Everyone of it is a member.",
    )
    tierslieu_sale_line_id = fields.Many2one(
        "sale.order.line", string="Order line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    tierslieu_free_reason = fields.Char(string="Given because", readonly=True)
    tierslieu_credited_on = fields.Date(string="Given back on", compute="_compute_tierslieu_credited_on", store=True)
    tierslieu_paid_on = fields.Date(
        string="Paid on", compute="_compute_tierslieu_paid_on", store=True, readonly=False,
        help="Empty when it never was.",
    )
    tierslieu_status = fields.Selection(
        [
            ("valid", "In order"),
            ("grace", "Over, still counts"),
            ("coming", "To come"),
            ("unpaid", "Unpaid"),
            ("waiting", "Not invoiced yet"),
            ("lapsed", "Lapsed"),
            ("canceled", "Cancelled"),
        ],
        string="Adhesion", compute="_compute_tierslieu_status",
    )
    tierslieu_last_day = fields.Date(string="Counts until", compute="_compute_tierslieu_status")
    account_invoice_line_id = fields.Many2one(index="btree_not_null")
    state = fields.Selection(compute="_compute_tierslieu_state")
    date_from = fields.Date(tracking=True)
    date_to = fields.Date(tracking=True)
    company_id = fields.Many2one(
        related=None, compute="_compute_company_id", store=True, readonly=False, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        """Make no note of what the list of adhesions says by itself."""
        quiet = self.with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
        return super(Adhesion, quiet).create(vals_list).with_env(self.env)

    # -- Computed

    @api.depends("account_invoice_line_id.move_id.company_id")
    def _compute_company_id(self):
        """Keep the company of what no invoice stands behind: it is said when it is given."""
        for line in self:
            line.company_id = line.account_invoice_line_id.move_id.company_id or line.company_id

    @api.depends("tierslieu_scope", "partner_id.commercial_partner_id")
    def _compute_tierslieu_entity_id(self):
        for line in self:
            line.tierslieu_entity_id = line.tierslieu_scope == "organisation" and line.partner_id.commercial_partner_id

    @api.depends("membership_id", "account_invoice_line_id.price_total")
    def _compute_member_price(self):
        """Say what was charged, reductions included."""
        ours = self.filtered(lambda line: line.tierslieu_scope and line.account_invoice_line_id)
        for line in ours:
            line.member_price = line.account_invoice_line_id.price_total
        return super(Adhesion, self - ours)._compute_member_price()

    @api.depends("account_invoice_line_id")
    def _compute_tierslieu_state(self):
        """Compute the state of lines; invoices tell when theirs changes.

        Each field of an invoice that its state depends on would have all that
        follows from adhesions worked out again, of every invoice of the company.
        """
        self._compute_state()

    def _tierslieu_invoice_changed(self):
        """Work out again what follows from the invoice, and what follows from that."""
        names = ("state", "tierslieu_credited_on", "tierslieu_paid_on")
        for name in names:
            self.env.add_to_compute(self._fields[name], self)
        self.modified(names)

    def _compute_state(self):
        ours = self.filtered(lambda line: line.tierslieu_scope and line.account_invoice_id)
        for line in ours:
            line.state = line._tierslieu_state()
        return super(Adhesion, self - ours)._compute_state()

    def _tierslieu_state(self):
        """Return the state that the invoice gives: a credit counts for its own article alone."""
        move = self.account_invoice_id.sudo()
        if move.state != "posted":
            return "waiting" if move.state == "draft" else "canceled"
        if move.payment_state == "reversed" or self._tierslieu_is_credited():
            return "canceled"
        return "paid" if move.payment_state in ("paid", "in_payment") else "invoiced"

    def _tierslieu_credits(self):
        """Return the lines of posted credit notes that give this adhesion back."""
        self.ensure_one()
        line = self.account_invoice_line_id.sudo()
        notes = line.move_id.reversal_move_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_refund"
        )
        return notes.invoice_line_ids.filtered(lambda credit: credit.product_id == line.product_id)

    def _tierslieu_is_credited(self):
        """Whether credit notes give the whole of it back: each of several on an invoice in its turn."""
        line = self.account_invoice_line_id.sudo()
        credited = self._tierslieu_credits()
        before = line.move_id.invoice_line_ids.filtered(
            lambda other: other.product_id == line.product_id and other.id < line.id
        )
        due = sum(before.mapped("price_total")) + line.price_total
        given_back = sum(credited.mapped("price_total"))
        return bool(credited) and line.currency_id.compare_amounts(given_back, due) >= 0

    @api.depends("state")
    def _compute_tierslieu_credited_on(self):
        for line in self:
            if line.state != "canceled" or not line.tierslieu_scope:
                line.tierslieu_credited_on = False
                continue
            move = line.account_invoice_id.sudo()
            notes = line._tierslieu_credits().move_id or move.reversal_move_ids.filtered(
                lambda note: note.state == "posted"
            )
            dates = [date for date in notes.mapped("invoice_date") if date]
            line.tierslieu_credited_on = (
                max(dates) if dates else line.tierslieu_credited_on or line._tierslieu_today()
            )

    @api.depends("state")
    def _compute_tierslieu_paid_on(self):
        for line in self:
            if line.state in GOOD:
                line.tierslieu_paid_on = line.tierslieu_paid_on or line._tierslieu_today()
            elif line.state == "canceled":
                line.tierslieu_paid_on = line.tierslieu_paid_on
            else:
                line.tierslieu_paid_on = False

    @api.depends(
        "state", "date_from", "date_to", "tierslieu_credited_on", "company_id.tierslieu_adhesion_grace"
    )
    def _compute_tierslieu_status(self):
        for line in self:
            today, until = line._tierslieu_today(), line.date_to
            line.tierslieu_last_day = line._tierslieu_until() if line.state in GOOD else False
            if line.state not in LIVE:
                line.tierslieu_status = line.state if line.state in ("waiting", "canceled") else False
            elif line.state == "invoiced":
                line.tierslieu_status = "unpaid"
            elif not line.date_from or not until or line.date_from > today:
                line.tierslieu_status = "coming"
            elif today <= until:
                line.tierslieu_status = "valid"
            else:
                line.tierslieu_status = "grace" if today <= line._tierslieu_until() else "lapsed"

    def _tierslieu_today(self):
        return (self.company_id or self.env.company).sudo()._tierslieu_today()

    def _tierslieu_until(self):
        """Return the last day on which it counts, grace included."""
        return self.date_to and fields.Date.add(self.date_to, days=self.company_id.sudo().tierslieu_adhesion_grace)

    @api.depends("membership_id", "date_to")
    def _compute_display_name(self):
        """Name an adhesion of ours by what it is and its end."""
        ours = self.filtered("tierslieu_scope")
        for line in ours:
            line.display_name = line._tierslieu_name()
        return super(Adhesion, self - ours)._compute_display_name()

    def _tierslieu_name(self):
        name = self.membership_id.sudo().name or ""
        if not self.date_to:
            return name
        return self.env._("%(adhesion)s, until %(date)s", adhesion=name, date=self._tierslieu_say(self.date_to))

    def _tierslieu_days_said(self):
        """Say from when to when: “March 10, 2027 to December 31, 2027”."""
        if not (self.date_from and self.date_to):
            return ""
        return self.env._(
            "%(first)s to %(last)s",
            first=self._tierslieu_say(self.date_from), last=self._tierslieu_say(self.date_to),
        )

    def _tierslieu_say(self, date):
        return say_day(self.env, date)

    # -- Which of them count

    @api.model
    def _tierslieu_counting(self, company):
        """Return the domain of the adhesions that count, or counted, for someone in a company."""
        return (
            Domain("tierslieu_scope", "!=", False)
            & Domain("company_id", "=", company.id)
            & (
                Domain("state", "in", GOOD)
                | Domain("state", "=", "canceled")
                & Domain("tierslieu_paid_on", "!=", False)
                & Domain("tierslieu_credited_on", "!=", False)
            )
        )

    def _tierslieu_span(self):
        """Return the (first, last) day on which it makes members, grace included; None when it does on none."""
        self.ensure_one()
        if not self.date_from or not self.date_to:
            return None
        last = self._tierslieu_until()
        if self.state == "canceled":
            last = min(self.date_to, fields.Date.subtract(self.tierslieu_credited_on, days=1))
        return (self.date_from, last) if self.date_from <= last else None

    # -- Its time

    @api.model
    def _tierslieu_holder(self, partner, scope):
        """Return whom an adhesion is for: an organisation holds it whole."""
        partner = partner.sudo()
        return partner.commercial_partner_id if scope == "organisation" else partner

    @api.model
    def _tierslieu_held(self, holder, company, states=LIVE):
        """Return the adhesions that someone holds, the last to end first."""
        return self.sudo().search(
            [
                ("tierslieu_scope", "!=", False),
                ("partner_id", "=", holder.id),
                ("company_id", "=", company.id),
                ("state", "in", states),
            ],
            order="date_to DESC, id DESC",
        )

    @api.model
    def _tierslieu_period(self, product, holder, day, but=None):
        """Return the (first, last) day of an adhesion that someone buys on a day.

        :param but: lines that are not to be followed on: itself
        """
        company = product.sudo().company_id or self.env.company
        held = self._tierslieu_held(holder, company) - (but or self.browse())
        return period(
            product.tierslieu_adhesion,
            day,
            until=max(filter(None, held.mapped("date_to")), default=None),
            grace=company.sudo().tierslieu_adhesion_grace,
            from_month=company.sudo().tierslieu_adhesion_from_month,
        )

    def _tierslieu_count_period(self):
        """Count the time anew from the date of the invoice: once, when it is posted for the first time."""
        for line in self.sorted("id"):
            product, move = line.membership_id, line.account_invoice_id
            if not product.tierslieu_adhesion:
                continue
            day = move.invoice_date or line._tierslieu_today()
            first, last = self._tierslieu_period(product, line.partner_id, day, but=line)
            line.write({"date": day, "date_from": first, "date_to": last})

    # -- May it be bought

    @api.model
    def _tierslieu_check_buyable(self, product, partner):
        """Refuse an adhesion that someone has already.

        Nor can two be bought on one day: at the end of a year, the second would be the next year's.

        :raises UserError: in one sentence that says since when, or from when on, it can be bought
        """
        _ = self.env._
        company = product.sudo().company_id
        holder = self._tierslieu_holder(partner, product.tierslieu_adhesion_for)
        today = company.sudo()._tierslieu_today()
        held = self._tierslieu_held(holder, company)
        unpaid = held.filtered(lambda line: line.state == "invoiced" and line.date_to and line.date_to >= today)[:1]
        if unpaid:
            raise UserError(
                _(
                    "%(adhesion)s is invoiced and not paid yet: pay the invoice %(invoice)s.",
                    adhesion=unpaid._tierslieu_name(), invoice=unpaid.account_invoice_id.name,
                )
            )
        last = max((line.date_to for line in held if line.state in GOOD and line.date_to), default=None)
        if last and today in held.mapped("date"):
            # A second tap, or another device: not next year's.
            raise UserError(
                _(
                    "%(name)s has joined today: a member until %(until)s. What follows can be bought from tomorrow on.",
                    name=holder.name, until=self._tierslieu_say(last),
                )
            )
        opens = last and fields.Date.subtract(last, days=company.sudo().tierslieu_adhesion_early)
        if opens and opens > today:
            raise UserError(
                _(
                    "%(name)s is a member until %(until)s: the renewal opens on %(date)s.",
                    name=holder.name, until=self._tierslieu_say(last), date=self._tierslieu_say(opens),
                )
            )

    # -- Given

    @api.model
    def _tierslieu_give(self, product, partner, reason, covered=None, sale_line=None, checked=False):
        """Give an adhesion for nothing, and keep why.

        :param covered: who is a member by it, when it is for several
        :param checked: whether it is known that it may be had, or the team wants it all the same
        :return: the adhesion
        """
        product = product.sudo()
        holder = self._tierslieu_holder(partner, product.tierslieu_adhesion_for)
        holder._tierslieu_take_adhesion_turn()
        if not checked:
            self._tierslieu_check_buyable(product, partner)
        day = product.company_id._tierslieu_today()
        first, last = self._tierslieu_period(product, holder, day)
        return self.sudo().create(
            {
                "partner_id": holder.id,
                "membership_id": product.id,
                "member_price": 0.0,
                "date": day,
                "date_from": first,
                "date_to": last,
                "state": "free",
                "company_id": product.company_id.id,
                "tierslieu_scope": product.tierslieu_adhesion_for,
                "tierslieu_covered_ids": [fields.Command.set((covered or holder).ids)],
                "tierslieu_free_reason": reason,
                "tierslieu_sale_line_id": sale_line and sale_line.id,
            }
        )

    def _tierslieu_change_holder(self, before, partner):
        """Hand an adhesion to who its papers are made out to now; others that it covers stay."""
        self.ensure_one()
        holder, covered = self._tierslieu_holder(partner, self.tierslieu_scope), self.tierslieu_covered_ids
        if before in covered:
            covered = covered - before | holder
        self.write({"partner_id": holder.id, "tierslieu_covered_ids": [fields.Command.set(covered.ids)]})
