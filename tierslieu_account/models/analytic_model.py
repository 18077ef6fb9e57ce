from odoo import models


class AnalyticDistributionModel(models.Model):
    """Odoo remembers what it found for lines that are alike, under a key that it then changes.

    It adds a value to the list of tags that is part of the key, so that each
    line of an invoice asked the database again.
    """

    _inherit = "account.analytic.distribution.model"

    def _create_domain(self, fname, value):
        return super()._create_domain(fname, list(value) if isinstance(value, list) else value)
