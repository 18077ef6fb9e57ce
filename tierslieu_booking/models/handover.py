from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

LONGEST_NOTE = 1000


class Handover(models.Model):
    """A word from one host to the next: the parcel, the key, the heating.

    Who said it and when are not theirs to choose. What is done leaves the
    screen at the end of the day, and stays here as a trace.
    """

    _name = "tierslieu.handover"
    _description = "Handover note"
    _order = "date desc, id desc"
    _rec_name = "text"

    place_id = fields.Many2one(
        "tierslieu.place", required=True, index=True, ondelete="cascade",
        default=lambda self: self.env["tierslieu.place"].search([], limit=1),
    )
    company_id = fields.Many2one(related="place_id.company_id", store=True, index=True)
    text = fields.Text(string="Note", required=True)
    user_id = fields.Many2one(
        "res.users", string="By", required=True, readonly=True,
        default=lambda self: self.env.user,
    )
    date = fields.Datetime(
        string="On", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    done_at = fields.Datetime(string="Done on", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", string="Done by", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        signed = {"user_id": self.env.uid, "date": fields.Datetime.now(),
                  "done_at": False, "done_by_id": False}
        return super().create(
            [self._checked(vals if self.env.su else {**vals, **signed}) for vals in vals_list]
        )

    def write(self, vals):
        if not self.env.su and {"user_id", "date", "done_at", "done_by_id"} & vals.keys():
            raise UserError(self.env._("Who wrote a note, and when, stays as it is."))
        return super().write(self._checked(vals))

    @api.model
    def _checked(self, vals):
        """Return values whose text is worth keeping, or refuse."""
        if "text" not in vals:
            return vals
        text = str(vals["text"] or "").strip()
        if not text:
            raise UserError(self.env._("Write the note first."))
        if len(text) > LONGEST_NOTE:
            raise UserError(
                self.env._("A note has at most %(most)s characters: say it shorter.", most=LONGEST_NOTE)
            )
        return {**vals, "text": text}

    def action_done(self):
        """Note that it is dealt with; twice is once."""
        self.check_access("write")
        self.filtered(lambda note: not note.done_at).sudo().write(
            {"done_at": fields.Datetime.now(), "done_by_id": self.env.uid}
        )
        return True

    def action_not_done(self):
        """Take back that it is dealt with."""
        self.check_access("write")
        self.sudo().write({"done_at": False, "done_by_id": False})
        return True

    @api.model
    def _of_today(self, place, limit=50):
        """Return what is to be known today at a place: what is not done, then what was done today.

        :return: list of dicts: id, text, who, when (in words), done
        """
        midnight = place.day_bounds(place.now_local().date())[0]
        notes = self.search(
            Domain("place_id", "=", place.id)
            & (Domain("done_at", "=", False) | Domain("done_at", ">=", midnight)),
            limit=limit,
        )
        return [
            {
                "id": note.id,
                "text": note.text,
                "who": note.user_id.sudo().name,
                "when": self._when(place, note.date, midnight),
                "done": bool(note.done_at),
            }
            for note in notes.sorted(lambda note: bool(note.done_at))
        ]

    @api.model
    def _when(self, place, moment, midnight):
        """Say when a note was written: the hour today, the day before that."""
        if moment >= midnight:
            return place.format_time(moment)
        return f"{place.format_date(place.to_local(moment).date())}, {place.format_time(moment)}"
