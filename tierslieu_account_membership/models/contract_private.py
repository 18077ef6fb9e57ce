from odoo import api, models


class Contract(models.Model):
    _name = "contract.contract"
    _inherit = ["contract.contract", "tierslieu.private.notes"]

    # OCA's own field of free text.
    _tierslieu_private = frozenset({"note"})

    def action_tierslieu_view_moves(self):
        """Open the invoices, credit notes and cautions of a subscription."""
        self.ensure_one()
        self.check_access("read")
        lines = self.env["account.move.line"].sudo().search([("contract_line_id.contract_id", "=", self.id)])
        contract = self.sudo()
        moves = lines.move_id | contract.tierslieu_caution_move_ids | contract.tierslieu_caution_kept_ids
        return moves.with_env(self.env)._get_records_action(name=self.env._("Invoices"))


class Plan(models.Model):
    _name = "tierslieu.plan"
    _inherit = ["tierslieu.plan", "tierslieu.private.notes"]

    @api.model
    def subscribe(self, plan, partner, start, unit=None, **options):
        self._tierslieu_refuse_accountant()
        return super().subscribe(plan, partner, start, unit, **options)


class Adhesion(models.Model):
    _inherit = "membership.membership_line"

    def action_tierslieu_view_moves(self):
        """Open the invoice of an adhesion."""
        self.ensure_one()
        self.check_access("read")
        return self.sudo().account_invoice_id.with_env(self.env)._get_records_action(name=self.env._("Invoices"))
