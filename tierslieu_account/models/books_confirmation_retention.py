from odoo import api, models

from odoo.addons.tierslieu_base.models.retention import Rule


class Retention(models.AbstractModel):
    """What the books keep about those who confirmed their settings."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        _ = self.env._
        return [
            *super()._rules(),
            Rule(
                key="account.confirmation",
                model="tierslieu.books.confirmation",
                label=_("Settings of the books, confirmed by name"),
                purpose=_("Knowing who answered for the accounts and taxes of the books"),
                legal=_("As the books that they explain (Code de commerce, article L123-22)"),
                keep=120,
                date_field="confirmed_on",
                person=lambda partners: [("user_id.partner_id", "in", partners.ids)],
                fields=("title", "confirmed_by", "confirmed_on"),
            ),
        ]
