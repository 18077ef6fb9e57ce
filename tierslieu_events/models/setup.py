from odoo import models

from ..hooks import name_the_passing


class Setup(models.Model):
    _inherit = "tierslieu.setup"

    def apply(self, key, values):
        """Call the passers-by in the language of who sets the place up: at the installation nobody had said it."""
        screen = super().apply(key, values)
        name_the_passing(self.sudo().env, self.env.user.lang)
        return screen
