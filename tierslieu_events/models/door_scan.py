from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("in", "Let in"),
    ("back", "Let in by mistake"),
    ("again", "In already"),
    ("unpaid", "Not paid"),
    ("day", "Another day"),
    ("event", "Another event"),
    ("cancelled", "Given up"),
    ("unknown", "Unknown code"),
    ("full", "No seat left"),
]


class EventScan(models.Model):
    """What a door has read, and what was answered: kept as it was, once for each nonce."""

    _name = "tierslieu.event.scan"
    _description = "Scan at the door"
    _order = "scanned_at desc, id desc"
    _rec_name = "code"

    nonce = fields.Char(required=True, readonly=True, help="Of the device: the same scan sent twice counts once.")
    event_id = fields.Many2one("event.event", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="event_id.company_id", store=True, index=True)
    registration_id = fields.Many2one(
        "event.registration", string="Seat", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    code = fields.Char(readonly=True, help="What was read, when it is nobody's.")
    door = fields.Char(readonly=True)
    result = fields.Selection(KINDS, required=True, readonly=True, index=True)
    is_entry = fields.Boolean(
        readonly=True, help="It let somebody in, and they still are: once for each seat."
    )
    is_late = fields.Boolean(
        string="Sent later", readonly=True, help="The door had no network: it was sent once it had one again."
    )
    is_forced = fields.Boolean(string="Let in all the same", readonly=True)
    scanned_at = fields.Datetime(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="By", required=True, readonly=True, ondelete="restrict")

    _nonce = models.UniqueIndex("(nonce)", "This scan is here already.")
    _entry_once = models.UniqueIndex("(registration_id) WHERE is_entry", "Each seat lets one person in.")

    @api.model_create_multi
    def create(self, vals_list):
        self._require_door()
        return super().create(vals_list)

    def write(self, vals):
        self._require_door()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _never_unlink(self):
        self._require_door()

    def _require_door(self):
        if not self.env.su:
            raise UserError(self.env._("What a door has read is kept as it was."))
