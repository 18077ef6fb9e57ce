from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac


class Throttle(models.Model):
    """How often something was tried: a counter per key and window of time.

    Keys are fingerprints: neither addresses nor names are kept.
    """

    _name = "tierslieu.throttle"
    _description = "Throttle"

    key = fields.Char(required=True)
    count = fields.Integer(required=True, default=0)
    window_end = fields.Datetime(required=True)

    _key_once = models.UniqueIndex("(key)")

    @api.model
    def _hit(self, key, limit, seconds):
        """Count one try and return whether it is still within the limit.

        The count is kept in a short transaction of its own, so that a try
        that fails counts too and two tries never conflict.

        :param key: what is limited, for example "join:203.0.113.7"
        :param limit: tries allowed within `seconds`
        """
        now = fields.Datetime.now()
        fingerprint = hmac(self.env(su=True), "tierslieu-throttle", key)
        with self.env.registry.cursor() as cr:
            if _is_real(cr):
                cr.execute(SQL("SET TRANSACTION ISOLATION LEVEL READ COMMITTED"))
            cr.execute(
                SQL(
                    "INSERT INTO tierslieu_throttle (key, count, window_end) VALUES (%s, 1, %s)"
                    " ON CONFLICT (key) DO UPDATE SET"
                    "  count = CASE WHEN tierslieu_throttle.window_end <= %s THEN 1"
                    "   ELSE tierslieu_throttle.count + 1 END,"
                    "  window_end = CASE WHEN tierslieu_throttle.window_end <= %s"
                    "   THEN EXCLUDED.window_end ELSE tierslieu_throttle.window_end END"
                    " RETURNING count",
                    fingerprint,
                    now + timedelta(seconds=seconds),
                    now,
                    now,
                )
            )
            [(count,)] = cr.fetchall()
        return count <= limit


def _is_real(cr):
    """Whether this cursor is a real one: under test it shares a running transaction."""
    return type(cr).__name__ == "Cursor"
