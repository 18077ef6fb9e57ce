import hashlib
import secrets

from odoo import api, fields, models


class Token(models.Model):
    """An opaque key to one record for one purpose, revocable, hashed at rest.

    A link in a mail, a member's card, a calendar feed: whoever has the key
    may do that one thing. The database alone gives none away.
    """

    _name = "tierslieu.token"
    _description = "Opaque token"
    _rec_name = "purpose"

    purpose = fields.Char(required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    token_hash = fields.Char(required=True)
    expires_at = fields.Datetime()
    revoked_at = fields.Datetime()

    _hash = models.UniqueIndex("(token_hash)")
    _record = models.Index("(res_model, res_id)")

    @api.model
    def _hash_of(self, clear):
        return hashlib.sha256(clear.encode()).hexdigest()

    @api.model
    def _issue(self, record, purpose, expires_at=None):
        """Return a new key (192 random bits, URL-safe) to a record for a purpose."""
        clear = secrets.token_urlsafe(24)
        self.sudo().create(
            {
                "purpose": purpose,
                "res_model": record._name,
                "res_id": record.id,
                "token_hash": self._hash_of(clear),
                "expires_at": expires_at,
            }
        )
        return clear

    @api.model
    def _resolve(self, clear, purpose):
        """Return the record a key opens, or None: unknown, revoked, expired, malformed alike."""
        if not isinstance(clear, str) or not 20 <= len(clear) <= 64 or not clear.isascii():
            return None
        token = self.sudo().search(
            [
                ("token_hash", "=", self._hash_of(clear)),
                ("purpose", "=", purpose),
                ("revoked_at", "=", False),
                "|",
                ("expires_at", "=", False),
                ("expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        if not token or token.res_model not in self.env:
            return None
        return self.env[token.res_model].sudo().browse(token.res_id).exists() or None

    @api.model
    def _revoke(self, record, purpose):
        """Make every key to a record for a purpose worthless."""
        self.sudo().search(
            [
                ("res_model", "=", record._name),
                ("res_id", "in", record.ids),
                ("purpose", "=", purpose),
                ("revoked_at", "=", False),
            ]
        ).revoked_at = fields.Datetime.now()

    @api.autovacuum
    def _gc(self):
        """Forget the keys that opened nothing for a month."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        self.sudo().search(
            ["|", ("expires_at", "<", limit), ("revoked_at", "<", limit)], limit=10000
        ).unlink()
