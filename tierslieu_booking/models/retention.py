from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.tierslieu_base.models.retention import Rule

from .booking_money import BILLED_STATES
from .payment_provider import RECEPTION

# In the place of a fingerprint: a source still on a cancelled booking says that it
# never left a cart, whoever held it.
FORGOTTEN = "forgotten"
LAPSED = [
    ("hold_source", "not in", (False, FORGOTTEN)), ("state", "in", ("expired", "cancelled"))
]
TOLD = [
    "|", "|", "|", "|",
    ("note", "!=", False), ("cancel_reason", "!=", False), ("claim_partner_id", "!=", False),
    ("announced_as", "!=", False), ("announced_summary", "!=", False),
]
INVOICES = ("out_invoice", "out_refund", "out_receipt")


class Retention(models.AbstractModel):
    """What booking keeps about people: bookings, what was paid, who passed by."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        return [*super()._rules(), *self._booking_rules(), *self._book_keeping_rules(), self._visitor_rule()]

    @api.model
    def _booking_rules(self):
        _ = self.env._
        return [
            Rule(
                key="booking.hold",
                model="tierslieu.booking",
                label=_("Who held a slot without paying for it"),
                purpose=_("Letting nobody keep every slot: a fingerprint, neither name nor address"),
                legal=_("Once the slot is free again, the time to see an abuse"),
                action="pseudonymise",
                keep=1,
                unit="days",
                date_field="held_at",
                domain=LAPSED,
                pseudonymise=lambda bookings: bookings.write({"hold_source": FORGOTTEN}),
            ),
            Rule(
                key="booking.desk",
                model="tierslieu.occupancy",
                label=_("Desks and lockers given to you"),
                purpose=_("Keeping them for you"),
                legal=_("After you gave them back, as proof"),
                action="pseudonymise",
                keep=36,
                date_field="stop",
                domain=[("booking_id", "=", False), ("note", "!=", False)],
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="pseudonymise",
                pseudonymise=lambda rows: rows.write({"note": False}),
                fields=("unit_id", "start", "stop", "note"),
            ),
            Rule(
                key="booking.handover",
                model="tierslieu.handover",
                label=_("Notes of the team at the desk"),
                purpose=_("Passing on what the next host must know"),
                legal=_("Once they are dealt with, the time to look back"),
                action="delete",
                keep=3,
                date_field="done_at",
                domain=[("done_at", "!=", False)],
            ),
            Rule(
                key="booking.booking",
                model="tierslieu.booking",
                label=_("Bookings"),
                purpose=_("Keeping the slot for you, welcoming you, invoicing"),
                legal=_("For notes and reasons, after you came. The booking itself stays"
                        " with its invoice, without your name once you are erased"),
                action="pseudonymise",
                keep=36,
                date_field="stop",
                domain=TOLD,
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="pseudonymise",
                pseudonymise=lambda bookings: bookings._forget_words(),
                chatter=True,
                fields=(
                    "name", "space_id", "place_id", "start", "stop", "people", "state",
                    "amount_total", "currency_id", "cancel_reason", "fee_at", "fee_amount", "create_date",
                ),
                team_fields=("note",),
            ),
        ]

    @api.model
    def _book_keeping_rules(self):
        """Return the rules of what the books must keep ten years, name included."""
        _ = self.env._

        def belongs(partners):
            return [("partner_id", "in", partners.ids)]

        ten_years = _("As accounts (Code de commerce, article L123-22)")
        return [
            Rule(
                key="booking.invoice",
                model="account.move",
                label=_("Invoices and credit notes"),
                purpose=_("Accounts and VAT"),
                legal=ten_years,
                keep=120,
                person=lambda partners: [*belongs(partners), ("move_type", "in", INVOICES)],
                chatter=True,
                fields=(
                    "name", "move_type", "state", "invoice_date", "amount_untaxed",
                    "amount_total", "currency_id", "payment_state",
                ),
                documents=lambda moves: moves.invoice_pdf_report_id,
            ),
            Rule(
                key="booking.order",
                model="sale.order",
                label=_("Orders"),
                purpose=_("Knowing what was ordered, and at what price"),
                legal=ten_years,
                keep=120,
                person=belongs,
                chatter=True,
                fields=("name", "state", "date_order", "amount_total", "currency_id"),
            ),
            Rule(
                key="booking.refund",
                model="tierslieu.refund",
                label=_("Refunds"),
                purpose=_("Giving your money back, once"),
                legal=ten_years,
                keep=120,
                person=belongs,
                fields=("amount", "currency_id", "state", "create_date"),
            ),
            Rule(
                key="booking.payment",
                model="payment.transaction",
                label=_("Payments on line"),
                purpose=_("Finding a payment again; no card number is kept here"),
                legal=ten_years,
                keep=120,
                person=belongs,
                erasure="pseudonymise",
                pseudonymise=self._forget_payers,
                fields=("reference", "amount", "currency_id", "state", "create_date", "partner_name",
                        "partner_email", "partner_phone", "partner_address", "partner_zip", "partner_city"),
            ),
            Rule(
                key="booking.payment_token",
                model="payment.token",
                label=_("Saved means of payment"),
                purpose=_("Paying again without typing a card number, which the provider keeps"),
                legal=_("Until you take it away"),
                person=belongs,
                erasure="pseudonymise",
                pseudonymise=self._forget_payment_tokens,
                fields=("payment_method_id", "payment_details", "create_date"),
            ),
        ]

    @api.model
    def _visitor_rule(self):
        _ = self.env._
        return Rule(
            key="booking.visitor",
            model="website.visitor",
            label=_("Visits of the website"),
            purpose=_("Counting visits"),
            legal=_("As the CNIL asks of audience measurement"),
            action="delete",
            keep=13,
            date_field="last_connection_datetime",
            person=lambda partners: [("partner_id", "in", partners.ids)],
            erasure="delete",
            fields=("create_date", "last_connection_datetime", "visit_count", "timezone"),
        )

    @api.model
    def _erasable(self, messages):
        """Leave alone what an accounting audit trail has sealed, where a company wants one."""
        return super()._erasable(messages).filtered(
            lambda message: not message.account_audit_log_restricted
        )

    @api.model
    def _forget_payers(self, transactions):
        """Take the payer's name and address out of payments: amounts and references stay."""
        texts = ("name", "email", "phone", "address", "zip", "city")
        transactions.write({f"partner_{name}": False for name in texts})

    @api.model
    def _forget_payment_tokens(self, tokens):
        tokens.write({"active": False, "payment_details": False})


class Booking(models.Model):
    _inherit = "tierslieu.booking"

    def _forget_words(self):
        """Take out what was written about the people; when, where and how much stay."""
        self._empty_join_keys()
        self.write(
            {
                "note": False, "cancel_reason": False, "claim_partner_id": False,
                "announced_as": False, "announced_summary": False,
            }
        )
        self.filtered("hold_source").write({"hold_source": FORGOTTEN})
        self.activity_ids.unlink()
        self.env["tierslieu.retention"]._empty_chatter(self)

    def _empty_join_keys(self):
        """Make worthless the links by which an account would take these bookings."""
        self.env["tierslieu.token"]._revoke(self, "join")


class Partner(models.Model):
    _inherit = "res.partner"

    def _tierslieu_erasure_obstacles(self):
        """Nobody is erased while they are expected, or while money is between us."""
        return super()._tierslieu_erasure_obstacles() or [
            *self._tierslieu_bookings_to_come(),
            *self._tierslieu_money_between_us(),
        ]

    def _tierslieu_bookings_to_come(self):
        bookings = self.env["tierslieu.booking"].sudo()
        domain, order = bookings._portal_tabs()["coming"]
        coming = bookings.search(
            domain & Domain("partner_id", "in", self._tierslieu_with_addresses().ids), order=order
        )
        desks = self.env["tierslieu.occupancy"].sudo().search(
            Domain("partner_id", "in", self._tierslieu_with_addresses().ids)
            & Domain("state", "!=", "released")
            & (Domain("stop", "=", False) | Domain("stop", ">", fields.Datetime.now()))
        )
        return [
            *(self.env._("To come: %(booking)s.", booking=booking.display_name)
              for booking in coming[:5]),
            *(self.env._("%(unit)s is theirs: take it back first.", unit=desk.unit_id.name)
              for desk in desks[:5]),
        ]

    def _tierslieu_money_between_us(self):
        """Return a sentence for each thing to pay, to invoice or to give back."""
        _ = self.env._
        belongs = Domain("partner_id", "in", self._tierslieu_with_addresses().ids)
        invoices = self.env["account.move"].sudo().search(
            belongs
            & Domain("move_type", "in", INVOICES)
            & Domain("state", "=", "posted")
            & Domain("payment_state", "in", ("not_paid", "partial", "in_payment"))
            & Domain("amount_residual", "!=", 0)
        )
        owed = self.env["tierslieu.booking"].sudo().search(
            belongs
            & Domain("state", "in", BILLED_STATES)
            & Domain("stop", "<=", fields.Datetime.now())
            & Domain("payment_status", "=", "to_invoice"),
            order="start, id",
        )
        refunds = self.env["tierslieu.refund"].sudo().search(
            belongs & Domain("state", "in", ("pending", "manual", "failed"))
        )
        payments = self.env["payment.transaction"].sudo().search(
            belongs
            & Domain("state", "in", ("pending", "authorized"))
            # Those of the reception never end: their booking says what is owed.
            & Domain("provider_id.custom_mode", "!=", RECEPTION)
        )
        return [
            *(_("Not settled: invoice %(name)s.", name=move.name) for move in invoices[:5]),
            *(_("Not invoiced yet: %(booking)s.", booking=booking.display_name) for booking in owed[:5]),
            *(_("To give back: %(amount)s.", amount=refund.currency_id.format(refund.amount))
              for refund in refunds[:5]),
            *(_("A payment is under way: %(name)s.", name=payment.reference) for payment in payments[:5]),
        ]

    def _tierslieu_before_erasure(self):
        """Keep each invoice as a file, with the name that the law wants on it for ten years.

        Guest purchases that would have joined the account stay where they
        are. Why the team set a rule aside may well name the person.
        """
        result = super()._tierslieu_before_erasure()
        moves = self.env["account.move"].sudo().search(
            [("partner_id", "in", self.ids), ("move_type", "in", INVOICES), ("state", "=", "posted")]
        )
        for move in moves.filtered(lambda move: not move.invoice_pdf_report_id):
            self._tierslieu_keep_invoice(move)
        bookings = self.env["tierslieu.booking"].sudo()
        theirs = bookings.search([("partner_id", "in", self.ids)])
        self.env["tierslieu.override"].sudo().search(
            [("res_model", "=", bookings._name), ("res_id", "in", theirs.ids)]
        ).reason = self.env._("Erased with the person")
        claimed = bookings.search([("claim_partner_id", "in", self.ids)])
        claimed._empty_join_keys()
        claimed.claim_partner_id = False
        return result

    def _tierslieu_keep_invoice(self, move):
        """Write the PDF of a posted invoice beside it, as sending it would have done."""
        report = self.env["account.move.send"].sudo()._get_default_pdf_report_id(move)
        renderer = self.env["ir.actions.report"].sudo().with_company(move.company_id)
        content, _kind = renderer._render_qweb_pdf(report.report_name, move.ids)
        self.env["ir.attachment"].sudo().create(
            {
                "name": move._get_invoice_report_filename(report=report),
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": move._name,
                "res_id": move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        move.invalidate_recordset(["invoice_pdf_report_id", "invoice_pdf_report_file"])
