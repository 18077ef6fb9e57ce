from odoo import api, fields, models
from odoo.exceptions import UserError

SHORTEST_REASON = 3


class Override(models.Model):
    """A rule that the team went round, and why: who, when, for what.

    The team stays in charge of the place, and the trace stays with it: no row
    is changed or deleted afterwards.
    """

    _name = "tierslieu.override"
    _description = "Rule set aside"
    _order = "id desc"
    _rec_name = "rule"

    rule = fields.Char(string="What the rule said", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True)
    date = fields.Datetime(string="On", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    res_name = fields.Char(string="For", readonly=True)

    _record = models.Index("(res_model, res_id)")

    @api.model
    def _is_allowed(self):
        """Whether who asks may set a rule aside: the team, whatever rights the call runs with."""
        return self.env.user.has_group("tierslieu_base.group_host")

    @api.model
    def _checked_reason(self, reason):
        """Return a reason worth keeping, or refuse: who asks must be of the team.

        :return: the stripped reason; False when none was given
        """
        if reason in (None, False):
            return False
        reason = str(reason).strip()
        if not self._is_allowed():
            raise UserError(self.env._("Only the team can set a rule aside."))
        if len(reason) < SHORTEST_REASON:
            raise UserError(self.env._("Say why the rule is set aside."))
        return reason[:500]

    @api.model
    def _log(self, record, rules, reason):
        """Keep that rules (sentences) were set aside for a record."""
        record.ensure_one()
        return self.sudo().create(
            [
                {
                    "rule": rule,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "date": fields.Datetime.now(),
                    "company_id": record.company_id.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "res_name": record.display_name,
                }
                for rule in rules
            ]
        )

    def action_open(self):
        """Open what the rule was set aside for."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        if not record:
            raise UserError(self.env._("This record no longer exists."))
        return record._get_records_action()
