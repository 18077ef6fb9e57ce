from odoo import fields, models


class Company(models.Model):
    _inherit = "res.company"

    def _tierslieu_today(self):
        """Return the date on the clock of this company's first place."""
        self.ensure_one()
        place = self.env["tierslieu.place"].sudo().search(
            [("company_id", "=", self.id)], limit=1
        )
        return place.now_local().date() if place else fields.Date.context_today(self)

    def _tierslieu_responsible(self, group="tierslieu_base.group_manager"):
        """Return who of the team sees to something here: a person, the admin when there is none.

        :param group: who may; the hosts that are not managers come first in theirs
        """
        self.ensure_one()
        root, admin = self.env.ref("base.user_root").sudo(), self.env.ref("base.user_admin").sudo()
        people = self.env.ref(group).sudo().all_user_ids.filtered(
            lambda user: user.active and self in user.company_ids and user not in root | admin
        )
        managers = self.env.ref("tierslieu_base.group_manager").sudo().all_user_ids
        return (people - managers)[:1] or people[:1] or admin
