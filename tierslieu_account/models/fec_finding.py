from odoo import api, fields, models


class FecFinding(models.Model):
    """A kind of fault that a check found before an FEC: how many, whether the official file waits, what to do."""

    _name = "tierslieu.fec.finding"
    _description = "Finding of an FEC check"
    _order = "export_id, sequence, id"
    _rec_name = "title"

    export_id = fields.Many2one("tierslieu.fec.export", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="export_id.company_id")
    sequence = fields.Integer(readonly=True)
    key = fields.Char(string="Kind", required=True, readonly=True)
    title = fields.Text(string="What is wrong", required=True, readonly=True)
    advice = fields.Text(string="What to do", readonly=True)
    blocking = fields.Boolean(string="The official file waits", readonly=True)
    waits = fields.Char(string="Official file", compute="_compute_waits")
    count = fields.Integer(string="How many", readonly=True)
    problem_ids = fields.One2many("tierslieu.fec.problem", "finding_id", readonly=True)
    may_open = fields.Boolean(compute="_compute_may_open")

    @api.depends("blocking")
    @api.depends_context("lang")
    def _compute_waits(self):
        for finding in self:
            finding.waits = finding.blocking and self.env._("It waits")

    def _compute_may_open(self):
        for finding in self:
            finding.may_open = any(finding._targets())

    def _targets(self):
        """Return the records that it is about: entries, else accounts, else partners."""
        problems = self.problem_ids
        return problems.move_id or problems.account_id or problems.partner_id

    def action_open(self):
        """Open what is to be mended: the entries, or the accounts or partners."""
        self.ensure_one()
        return self._open(self._targets(), self.title)

    def _open(self, targets, title):
        """Return the action that lists records, or that opens the only one."""
        views = {"account.move": ("account.view_move_tree_multi_edit", "account.view_move_form")}
        names = views.get(targets._name)
        lists, form = (self.env.ref(name).id for name in names) if names else (False, False)
        action = {
            "type": "ir.actions.act_window", "name": title, "res_model": targets._name,
            "domain": [("id", "in", targets.ids)], "views": [(lists, "list"), (form, "form")],
            # Drafts and posted, customers and suppliers: all that was found.
            "context": {"active_test": False},
        }
        if len(targets) == 1:
            action |= {"res_id": targets.id, "views": [(form, "form")]}
        return action


class FecProblem(models.Model):
    """One entry, account or partner that a check found before an FEC, and what is wrong with it."""

    _name = "tierslieu.fec.problem"
    _description = "Problem of an FEC check"
    _order = "export_id, finding_id, id"
    _rec_name = "sentence"

    finding_id = fields.Many2one("tierslieu.fec.finding", required=True, index=True, ondelete="cascade", readonly=True)
    export_id = fields.Many2one(related="finding_id.export_id", store=True, index=True)
    company_id = fields.Many2one(related="export_id.company_id")
    title = fields.Text(related="finding_id.title", string="Kind")
    blocking = fields.Boolean(related="finding_id.blocking")
    sentence = fields.Text(string="What was found", required=True, readonly=True)
    move_id = fields.Many2one("account.move", string="Entry", index="btree_not_null", ondelete="set null",
                              readonly=True)
    account_id = fields.Many2one("account.account", index="btree_not_null", ondelete="set null", readonly=True)
    partner_id = fields.Many2one("res.partner", index="btree_not_null", ondelete="set null", readonly=True)

    def action_open(self):
        """Open the entry, or the account or partner."""
        self.ensure_one()
        target = self.move_id or self.account_id or self.partner_id
        return self.finding_id._open(target, target.display_name)
