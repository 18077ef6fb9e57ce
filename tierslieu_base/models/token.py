import hashlib
import secrets
from base64 import urlsafe_b64encode

from odoo import api, fields, models
from odoo.tools import consteq
from odoo.tools.misc import hmac


class Token(models.Model):
    """An opaque key to one record for one purpose, revocable, hashed at rest.

    A link in a mail, a member's card, a calendar feed: whoever has the key
    may do that one thing.

    There are two kinds, resolved, revoked and forgotten alike. A *random* key
    (`_issue`) is known only to whom it was given: the database alone gives
    none away. A *derived* key (`_issue_derived`) can be shown again, as a
    card must be: it is computed from the seed of its row and the secret of
    the database, and is not written anywhere either. Whoever copies the whole
    database, secret included, can compute the derived keys: they are for what
    opens little, and never for what lets someone in. A copy of the database
    that gets a secret of its own makes them all worthless.
    """

    _name = "tierslieu.token"
    _description = "Opaque token"
    _rec_name = "purpose"

    purpose = fields.Char(required=True)
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    token_hash = fields.Char(required=True)
    seed = fields.Char(help="Of a derived key: what it is computed from, with a secret.")
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
        self._keep(record, purpose, clear, expires_at)
        return clear

    @api.model
    def _issue_derived(self, record, purpose, expires_at=None):
        """Return a new key of the same form that `_show_derived` can show again."""
        seed = secrets.token_hex(16)
        clear = self._derive(seed, record._name, record.id, purpose)
        self._keep(record, purpose, clear, expires_at, seed=seed)
        return clear

    @api.model
    def _keep(self, record, purpose, clear, expires_at, seed=False):
        """Write the row of a key: its fingerprint, never the key."""
        self.sudo().create(
            {
                "purpose": purpose,
                "res_model": record._name,
                "res_id": record.id,
                "token_hash": self._hash_of(clear),
                "seed": seed,
                "expires_at": expires_at,
            }
        )

    @api.model
    def _derive(self, seed, res_model, res_id, purpose):
        """Compute a derived key: 192 bits of an HMAC under the database's secret."""
        digest = hmac(self.env(su=True), "tierslieu-token", (seed, res_model, res_id, purpose))
        return urlsafe_b64encode(bytes.fromhex(digest)[:24]).decode()

    @api.model
    def _show_derived(self, record, purpose):
        """Return the live derived key to a record, or None: never issued, revoked, expired.

        None too when the secret of the database has changed since.
        """
        for token in self.sudo().search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("seed", "!=", False),
                *self._live_domain(purpose),
            ],
            order="id desc",
        ):
            clear = self._derive(token.seed, token.res_model, token.res_id, purpose)
            if consteq(token.token_hash, self._hash_of(clear)):
                return clear
        return None

    @api.model
    def _live_domain(self, purpose):
        return [
            ("purpose", "=", purpose),
            ("revoked_at", "=", False),
            "|",
            ("expires_at", "=", False),
            ("expires_at", ">", fields.Datetime.now()),
        ]

    @api.model
    def _resolve(self, clear, purpose):
        """Return the record a key opens, or None: unknown, revoked, expired, malformed alike.

        A key is found by its fingerprint, so that how long it takes says
        nothing of how near a guess was; a derived one must also be the one
        that the secret gives, compared in constant time.
        """
        if not isinstance(clear, str) or not 20 <= len(clear) <= 64 or not clear.isascii():
            return None
        token = self.sudo().search(
            [("token_hash", "=", self._hash_of(clear)), *self._live_domain(purpose)], limit=1
        )
        if not token or token.res_model not in self.env:
            return None
        if token.seed and not consteq(
            self._derive(token.seed, token.res_model, token.res_id, purpose), clear
        ):
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
