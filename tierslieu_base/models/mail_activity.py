from odoo import fields, models


class Activity(models.Model):
    _inherit = "mail.activity"

    tierslieu_batch = fields.Char(
        string="Left by", readonly=True, index="btree_not_null",
        help="The batch run that failed on the record.",
    )
