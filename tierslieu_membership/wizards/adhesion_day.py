from odoo import fields, models


class AdhesionDay(models.TransientModel):
    """Whoever is a member on a day: for an assembly, a grant, an insurance."""

    _name = "tierslieu.adhesion.day"
    _description = "Members on a date"

    date = fields.Date(required=True, default=lambda self: self.env.company.sudo()._tierslieu_today())

    def action_show(self):
        """List the members of that day, in the company of who asks."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_membership.action_adhesion_members")
        said = self.env["membership.membership_line"]._tierslieu_say(self.date)
        return action | {
            "name": self.env._("Members on %(date)s", date=said),
            "domain": [("tierslieu_member_on", "=", fields.Date.to_string(self.date))],
            "context": {},
            "target": "current",
        }
