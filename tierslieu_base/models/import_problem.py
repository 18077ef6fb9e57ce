from odoo import fields, models


class ImportProblem(models.Model):
    """What is wrong with a file to bring in: where, what, and what to do about it."""

    _name = "tierslieu.import.problem"
    _description = "Problem of an import"
    _order = "import_id, line, id"
    _rec_name = "message"

    import_id = fields.Many2one("tierslieu.import", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="import_id.company_id")
    line = fields.Integer(readonly=True, help="As the spreadsheet numbers it. 0: the file itself.")
    column = fields.Char(readonly=True)
    value = fields.Char(string="What it says", readonly=True)
    message = fields.Text(string="What is wrong", required=True, readonly=True)
    advice = fields.Text(string="What to do", readonly=True)
