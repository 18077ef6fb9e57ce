from odoo import fields, models


class ActivitySource(models.Model):
    """What a sale is known to be of, before anybody says it: a meeting room, a plan, a ticket.

    Each addon brings its own. An activity is followed by its sources, so that
    a manager reads on one line where its turnover comes from.
    """

    _name = "tierslieu.activity.source"
    _description = "Source of an activity"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="A word of ASCII letters: what addons say of a line.")
    sequence = fields.Integer(default=10)
    activity = fields.Char(
        translate=True, help="The activity that is made for it in a new company; empty: none is."
    )

    _code = models.Constraint("UNIQUE (code)", "A source has a code of its own.")
