from odoo import api, fields, models


class DeferredIncomeLine(models.Model):
    """A line of the statement: what of a document is deferred at a closing, and why."""

    _name = "tierslieu.deferred.income.line"
    _description = "Deferred income, document by document"
    _order = "run_id desc, source, document, id"
    _rec_name = "label"

    run_id = fields.Many2one(
        "tierslieu.deferred.income", string="Closing", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    closing = fields.Date(related="run_id.closing", string="Closing on", store=True)
    key = fields.Char(required=True, readonly=True)
    source = fields.Char(required=True, readonly=True)
    source_name = fields.Char(string="Kind", required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Line of the document", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(
        "account.move", string="Entry", related="move_line_id.move_id", store=True, index="btree_not_null"
    )
    document = fields.Char(readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", string="About", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index="btree_not_null")
    account_id = fields.Many2one("account.account", required=True, readonly=True, ondelete="restrict", index=True)
    analytic_distribution = fields.Json(readonly=True)
    label = fields.Char(required=True, readonly=True)
    explanation = fields.Char(readonly=True)
    amount = fields.Monetary(string="Recorded", readonly=True, help="Without tax, by the closing.")
    deferred = fields.Monetary(readonly=True, help="The part that belongs to later days.")
    earned = fields.Monetary(compute="_compute_earned", store=True, help="The part that is earned at the closing.")

    _once = models.Constraint("UNIQUE (run_id, key)", "A document is there once at each closing.")

    @api.depends("amount", "deferred")
    def _compute_earned(self):
        for line in self:
            line.earned = line.currency_id.round(line.amount - line.deferred)

    def action_open_document(self):
        """Open the invoice or the credit note, or else what it is about."""
        self.ensure_one()
        model, key = ("account.move", self.move_id.id) if self.move_id else (self.res_model, self.res_id)
        return {
            "type": "ir.actions.act_window", "res_model": model, "res_id": key, "view_mode": "form",
            "views": [(False, "form")],
        }
