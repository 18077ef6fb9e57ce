from odoo import fields, models


class SetupStep(models.Model):
    """What became of one step of the assistant, and what was typed and not applied yet."""

    _name = "tierslieu.setup.step"
    _description = "Step of the set-up"
    _rec_name = "key"

    setup_id = fields.Many2one("tierslieu.setup", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="setup_id.company_id", store=True, index=True)
    key = fields.Char(required=True)
    state = fields.Selection([("done", "Done"), ("skipped", "Skipped")])
    draft = fields.Json()
    user_id = fields.Many2one("res.users", string="By")

    _once = models.UniqueIndex("(setup_id, key)", "A step is kept once.")
