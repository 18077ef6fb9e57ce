from odoo import fields, models
from odoo.tools import SQL

# An entry of which only the day is known counts as validated at this hour of UTC: wherever France
# is, from Guadeloupe to Wallis, it is then the same day.
HOUR = "11 hours"


class AccountMove(models.Model):
    """An entry knows when it was validated: field 16 of the FEC, which Odoo does not keep.

    `posted_before` says whether, not when; `create_date` is when a draft was typed.
    """

    _inherit = "account.move"

    tierslieu_validated_on = fields.Datetime(
        "Validated on",
        readonly=True,
        copy=False,
        index=True,
        help="When this entry was posted; the last time, if it was a draft again since.",
    )

    def init(self):
        """Fill in entries that were posted before this addon was there, or around it.

        The best that is known is the last change of state that the chatter kept:
        that of a posted entry is its posting, in whatever language it was
        written. Entries without one (imports without tracking, chatter thrown
        away) fall back to their own date, which orders them as the books do.
        The hash chain has an order but no time. `create_date` is never
        used: a draft may be a year old, and copied databases have it all wrong.
        """
        done = super().init()
        self.env.cr.execute(
            SQL(
                """
                UPDATE account_move m
                   SET tierslieu_validated_on = COALESCE(
                       (
                           SELECT date_trunc('second', max(g.date))
                             FROM mail_message g
                             JOIN mail_tracking_value v ON v.mail_message_id = g.id
                             JOIN ir_model_fields f ON f.id = v.field_id
                            WHERE g.model = 'account.move' AND g.res_id = m.id
                              AND f.model = 'account.move' AND f.name = 'state'
                       ),
                       m.date + INTERVAL %s
                   )
                 WHERE m.state = 'posted' AND m.tierslieu_validated_on IS NULL
                """,
                HOUR,
            )
        )
        return done

    def write(self, vals):
        """Keep the moment of validation: whatever posts an entry comes here, in one write for all of a batch."""
        if vals.get("state") == "posted":
            vals = dict(vals, tierslieu_validated_on=fields.Datetime.now())
        elif "state" in vals:
            vals = dict(vals, tierslieu_validated_on=False)
        return super().write(vals)
