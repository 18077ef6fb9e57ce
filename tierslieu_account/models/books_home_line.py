from odoo import api, fields, models
from odoo.exceptions import UserError


class BooksHomeLine(models.Model):
    """One thing that the home of the books says; its words are those of the moment when it is read."""

    _name = "tierslieu.books.home.line"
    _description = "Line of the home of the books"
    _order = "sequence, id"
    _rec_name = "title"

    home_id = fields.Many2one("tierslieu.books.home", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="home_id.company_id", store=True)
    kind = fields.Selection(
        [("new", "New"), ("blocking", "In the way"), ("look", "To look at"), ("export", "To export")],
        required=True,
    )
    key = fields.Char(required=True)
    sequence = fields.Integer()
    title = fields.Char(compute="_compute_words")
    advice = fields.Char(compute="_compute_words")
    amount = fields.Char(compute="_compute_words")
    count = fields.Integer(compute="_compute_words")
    is_open = fields.Boolean(compute="_compute_words", help="There is something to list.")
    is_mended = fields.Boolean(compute="_compute_words", string="In order")

    _once = models.UniqueIndex("(home_id, kind, key)", "Each thing is said once.")

    @api.depends("home_id.content", "kind", "key")
    def _compute_words(self):
        for line in self:
            said = line._said()
            wrong = line.kind in ("blocking", "look")
            line.title = said.get("title", "")
            line.advice = said.get("advice", "")
            line.amount = said.get("amount", "")
            line.count = said.get("count", 0)
            line.is_mended = wrong and not line.count
            line.is_open = bool(said.get("action")) and not line.is_mended

    def _said(self):
        """Return what the home says of this line now; nothing once it is no longer true."""
        self.ensure_one()
        return self.home_id.content.get(self.kind, {}).get(self.key, {})

    def action_open(self):
        """List what it is about."""
        self.ensure_one()
        self.check_access("read")
        action = self._said().get("action")
        if not action:
            raise UserError(self.env._("There is nothing left to look at here."))
        return action
