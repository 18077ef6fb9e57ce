from odoo import api, fields, models
from odoo.exceptions import UserError


class CashDesk(models.AbstractModel):
    """How a payment is taken at the reception: in which journal, with which memo.

    A host keeps no accounts: payments are written with the rights of the
    system, of invoices that the system made and for what is open of them.
    """

    _name = "tierslieu.cash.desk"
    _description = "Till of the reception"

    journal = fields.Selection(
        selection="_selection_journal",
        string="Paid by",
        required=True,
        default=lambda self: (self._selection_journal() or [(False, "")])[0][0],
    )
    memo = fields.Char(help="For example the number of the cheque.")

    @api.model
    def _selection_journal(self):
        journals = self.env["account.journal"].sudo().search(
            [("type", "in", ("cash", "bank")), ("company_id", "=", self.env.company.id)],
            order="type desc, sequence, id",
        )
        return [(str(journal.id), journal.name) for journal in journals]

    def _require_host(self):
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_host")):
            raise UserError(self.env._("Ask the team: this is done at the reception."))

    def _take(self, invoices):
        """Register the payment of the whole of posted invoices."""
        self.ensure_one()
        if self.journal not in dict(self._selection_journal()):
            raise UserError(self.env._("Say how it is paid."))
        self.env["account.payment.register"].sudo().with_context(
            active_model="account.move", active_ids=invoices.ids
        ).create(
            {
                "journal_id": int(self.journal),
                "group_payment": True,
                "communication": self.memo or ", ".join(invoices.mapped("name")),
            }
        )._create_payments()
