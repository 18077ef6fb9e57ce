from odoo import fields, models


class Partner(models.Model):
    """What the team does with somebody's data, from the contact."""

    _inherit = "res.partner"

    tierslieu_request_count = fields.Integer(
        compute="_compute_tierslieu_request_count", groups="tierslieu_base.group_manager"
    )

    def _compute_tierslieu_request_count(self):
        counts = dict(
            self.env["tierslieu.data.request"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.tierslieu_request_count = counts.get(partner, 0)

    def action_tierslieu_export(self):
        """Give a manager the copy of this person's data."""
        self.ensure_one()
        self.env["tierslieu.data.request"]._require_manager()
        self.check_access("read")
        return {"type": "ir.actions.act_url", "url": f"/tierslieu/data/{self.id}", "target": "download"}

    def action_tierslieu_erase(self):
        """Open what erasing this person would do, to confirm it."""
        self.ensure_one()
        self.env["tierslieu.data.request"]._require_manager()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Erase a person"),
            "res_model": "tierslieu.erasure",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }

    def action_tierslieu_requests(self):
        """Open what this person asked about their data."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_base.action_data_request")
        return action | {"domain": [("partner_id", "=", self.id)], "context": {}}

    def action_tierslieu_paper(self):
        """Open the form that records a charter signed on paper."""
        self.ensure_one()
        self.env["tierslieu.card"]._require_host()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed on paper"),
            "res_model": "tierslieu.charter.paper",
            "view_mode": "form",
            "target": "new",
            "context": {"default_partner_id": self.id},
        }
