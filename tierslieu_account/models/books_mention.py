from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.tierslieu_base.tools import say_day, wait_for_turn

from .books_confirmation import require_company

# Said to those who buy for their work.
TO_PROFESSIONALS = ("late", "indemnity", "discount")


class BooksMention(models.Model):
    """A sentence at the foot of invoices, from a day to another: laws change, and old invoices keep theirs."""

    _name = "tierslieu.books.mention"
    _description = "Mention on invoices"
    _order = "kind, date_from desc, id"
    _rec_name = "text"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [
            ("vat", "Why there is no VAT"),
            ("late", "Penalties of late payment"),
            ("indemnity", "Costs of recovery"),
            ("discount", "Discount"),
            ("other", "Another mention"),
        ],
        required=True, default="other",
        help="The first is said on invoices without VAT; penalties, costs and discount to professionals; another"
        " one on each invoice.",
    )
    text = fields.Text(required=True, translate=True)
    date_from = fields.Date(string="From", help="First day, by the date of the invoice. Empty: always.")
    date_to = fields.Date(string="Until", help="Last day, included. Empty: for now.")

    _dates_in_order = models.Constraint(
        "CHECK (date_from <= date_to)", "The last day of a mention comes after its first."
    )

    @api.constrains("company_id", "kind", "date_from", "date_to")
    def _check_one_at_a_time(self):
        """Refuse two mentions of a kind on the same day, two people at once included."""
        for mention in self:
            wait_for_turn(self.env, f"mentions of company {mention.company_id.id}")
            other = self.sudo().search(
                [
                    ("company_id", "=", mention.company_id.id),
                    ("kind", "=", mention.kind),
                    ("id", "!=", mention.id),
                ]
            ).filtered(lambda other, mention=mention: other._covers(mention.date_from, mention.date_to))[:1]
            if other:
                kinds = dict(self._fields["kind"]._description_selection(self.env))
                raise ValidationError(
                    self.env._(
                        "“%(kind)s” already says something %(days)s: end that one first.",
                        kind=kinds[mention.kind], days=other._said_days(),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Refuse the company of others before anything is said of its mentions."""
        for values in vals_list:
            require_company(self.env, values.get("company_id"))
        return super().create(vals_list)

    def write(self, vals):
        require_company(self.env, vals.get("company_id"))
        return super().write(vals)

    @api.constrains("text")
    def _check_text(self):
        for mention in self:
            if not (mention.text or "").strip():
                raise ValidationError(self.env._("A mention says something: type its words."))

    def _covers(self, first, last):
        """Tell whether this mention is said on a day of a period at least; None: no end."""
        self.ensure_one()
        starts = not last or not self.date_from or self.date_from <= last
        ends = not first or not self.date_to or self.date_to >= first
        return starts and ends

    def _said_days(self):
        """Say when a mention is on invoices, inside a sentence."""
        _ = self.env._
        first = self.date_from and say_day(self.env, self.date_from)
        last = self.date_to and say_day(self.env, self.date_to)
        if first and last:
            return _("from %(first)s to %(last)s", first=first, last=last)
        if first:
            return _("from %(first)s on", first=first)
        return _("until %(last)s", last=last) if last else _("on every day")

    @api.model
    def _on(self, company, day):
        """Return the mentions of a company on a day, in the order in which they are printed."""
        domain = (
            Domain("company_id", "=", company.id)
            & (Domain("date_from", "=", False) | Domain("date_from", "<=", day))
            & (Domain("date_to", "=", False) | Domain("date_to", ">=", day))
        )
        order = [key for key, _label in self._fields["kind"].selection]
        return self.search(domain).sorted(lambda mention: (order.index(mention.kind), mention.id))


class Move(models.Model):
    """What an invoice says at its foot, by its date."""

    _inherit = "account.move"

    def _tierslieu_mentions(self):
        """Return the mentions of an invoice or credit note; those of a draft are today's."""
        self.ensure_one()
        nothing = self.env["tierslieu.books.mention"].sudo()
        if self.move_type not in ("out_invoice", "out_refund"):
            return nothing
        day = self.invoice_date or self.company_id._tierslieu_today()
        professional = self.commercial_partner_id.is_company
        return nothing._on(self.company_id, day).filtered(
            lambda mention: {
                "vat": not self.amount_tax,
                **dict.fromkeys(TO_PROFESSIONALS, professional and self.move_type == "out_invoice"),
            }.get(mention.kind, True)
        )
