from odoo import models

from .books_confirmation import KEEPERS


class Setup(models.Model):
    """The last page of the set-up leads those who keep the accounts to theirs."""

    _inherit = "tierslieu.setup"

    def _end(self):
        end = super()._end()
        if self.env.user.has_group(KEEPERS):
            end["links"].append(
                {
                    "label": self.env._("Check accounts and taxes"), "icon": "fa-balance-scale",
                    "action": "tierslieu_account.action_books_assistant",
                }
            )
        return end
