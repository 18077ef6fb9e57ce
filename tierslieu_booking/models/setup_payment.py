from odoo import models
from odoo.exceptions import UserError

from odoo.addons.tierslieu_base.kernels import french

from .payment_provider import RECEPTION


class Setup(models.Model):
    """How people pay: at the reception from the first day, on line once a bank is connected."""

    _inherit = "tierslieu.setup"

    def _is_there_payment(self):
        """Whether people can pay for real: a demonstration takes no money."""
        return "enabled" in self._open_providers().mapped("state")

    def _open_providers(self):
        """Return the providers that a visitor finds on the payment page."""
        return self.env["payment.provider"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("enabled", "test")),
                ("is_published", "=", True),
                ("custom_mode", "in", (False, RECEPTION)),
            ]
        )

    def _online_providers(self):
        """Return the providers by which one pays on line and that are connected."""
        return self.env["payment.provider"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("enabled", "test")),
                ("code", "not in", ("none", "custom")),
            ]
        )

    def _page_payment(self):
        _ = self.env._
        reception = self.env["payment.provider"]._tierslieu_reception(self.company_id)
        fields = [
            self._field(
                "reception", "toggle", _("At the reception"),
                help=_("People book on the site and pay when they come: cash, cheque or card."),
            )
        ]
        values = {"reception": reception.is_published if reception else not self._is_there_payment()}
        for provider in self._online_providers():
            name = f"online_{provider.id}"
            fields.append(
                self._field(
                    name, "toggle", _("On line, by %(provider)s", provider=provider.name),
                    help=_("In test: nobody is charged.") if provider.state == "test" else "",
                )
            )
            values[name] = provider.is_published
        fields.append(
            self._field("iban", "text", _("Your IBAN"),
                        help=_("For invoices that are paid by transfer. It is printed on them."))
        )
        values["iban"] = self._bank_journal().bank_account_id.acc_number or ""
        return {
            "title": _("How do people pay?"),
            "intro": _("The reception is enough to begin. A card on line is one more way, later."),
            "fields": fields,
            "values": values,
            "links": [
                {
                    "label": _("Connect a bank or a payment service"), "icon": "fa-plug",
                    "action": "payment.action_payment_provider",
                }
            ] if self.env.user._is_system() else [],
            "notes": [] if self.env.user._is_system() else [
                _("To be paid by card on line, ask an administrator to connect your bank.")
            ],
        }

    def _bank_journal(self):
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company_id.id)], limit=1
        )

    def _apply_payment(self, answers):
        """Open the chosen ways to pay and close the others; note the account that invoices name."""
        reception = answers.flag("reception")
        chosen = {
            provider: answers.flag(f"online_{provider.id}") for provider in self._online_providers()
        }
        if not reception and not any(chosen.values()):
            raise UserError(
                self.env._("Leave one way to pay at least, or pass this step for now.")
            )
        iban = self._read_iban(answers)
        providers = self.env["payment.provider"]
        if reception:
            providers._tierslieu_open_reception(self.company_id)
            self._ensure_till()
        else:
            providers._tierslieu_reception(self.company_id).write(
                {"state": "disabled", "is_published": False}
            )
        for provider, published in chosen.items():
            if provider.is_published != published:
                provider.is_published = published
        if iban:
            self._write_iban(iban)

    def _ensure_till(self):
        """Have a journal for cash: Odoo's French chart comes without one."""
        company = self.company_id
        journals = self.env["account.journal"]
        if company.chart_template and not journals.search_count(
            [("type", "=", "cash"), ("company_id", "=", company.id)]
        ):
            journals.create({"name": self.env._("Cash"), "type": "cash", "company_id": company.id})

    def _read_iban(self, answers):
        """Return the IBAN without its blanks; False when it was left empty."""
        iban = french.digits_of(answers.text("iban", self.env._("Your IBAN"), most=50) or "").upper()
        if iban and not french.is_iban(iban):
            raise UserError(
                self.env._("This IBAN is not right: copy it again from the paper of your bank.")
            )
        return iban or False

    def _write_iban(self, iban):
        journal = self._bank_journal()
        if not journal:
            raise UserError(
                self.env._("There are no accounts yet to note your IBAN in: settle the step “Taxes” first.")
            )
        accounts = self.env["res.partner.bank"].with_context(active_test=False)
        partner = self.company_id.partner_id
        account = accounts.search(
            [("sanitized_acc_number", "=", iban), ("partner_id", "=", partner.id)], limit=1
        ) or accounts.create(
            {"acc_number": iban, "partner_id": partner.id, "company_id": self.company_id.id}
        )
        account.active = True
        if journal.bank_account_id != account:
            journal.bank_account_id = account
