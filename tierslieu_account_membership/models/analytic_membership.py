from odoo import models


class AccountMoveLine(models.Model):
    """Lines of plans are of the place of their desk; adhesions are an activity of their own."""

    _inherit = "account.move.line"

    def _tierslieu_analytic(self):
        told = super()._tierslieu_analytic()
        sold = self.sudo()
        # Read at once what the lines then ask for one by one.
        plans = sold.contract_line_id.contract_id.tierslieu_plan_id | sold.sale_line_ids.tierslieu_plan_id
        plans.mapped("space_id.kind")
        for line in sold:
            product = line.product_id
            plan = (
                line.contract_line_id.tierslieu_plan_id
                or line.contract_line_id.contract_id.tierslieu_plan_id
                or line.sale_line_ids.tierslieu_plan_id[:1]
            )
            if plan:
                told[line] = (plan.space_id.place_id, ("resident" if plan.space_id else "nomad",))
            elif product.tierslieu_adhesion:
                told[line] = (self.env["tierslieu.place"], ("adhesion",))
        return told


class ContractLine(models.Model):
    _inherit = "contract.line"

    def _prepare_invoice_line(self):
        """Leave the analytics of an invoice to its own rules where the subscription says none."""
        values = super()._prepare_invoice_line()
        if values and not values.get("analytic_distribution"):
            values.pop("analytic_distribution", None)
        return values
