import logging

from psycopg2 import OperationalError

from odoo import api, models
from odoo.exceptions import ConcurrencyError
from odoo.fields import Domain

CHUNK = 50
_logger = logging.getLogger(__name__)


class Batch(models.AbstractModel):
    """Many records at once where that costs less, one by one where some of them fail."""

    _inherit = "tierslieu.batch"

    @api.model
    def _run_chunks(self, model, domain, method, title, size=CHUNK, tell=None):
        """Call a method on chunks of the records of a domain; return how it went, as `_run` does.

        A chunk is done in one savepoint and one commit. When it fails, its
        records are done one by one, so that only those at fault are left out.

        :param tell: called with the counts so far, before each commit
        """
        cron = self.env["ir.cron"]
        outcome = dict.fromkeys(("done", "failed", "busy", "left"), 0)
        fresh, again = self._todo(model, domain, method)
        cron._commit_progress(remaining=len(fresh))
        chunks = [fresh[nth:nth + size] for nth in range(0, len(fresh), size)] + [[each] for each in again]
        tell = tell or (lambda outcome: None)
        left = len(fresh) + len(again)
        for chunk in chunks:
            for key, count in self._chunk(model, chunk, domain, method, title).items():
                outcome[key] += count
            left -= len(chunk)
            tell(outcome | {"left": left})
            if not cron._commit_progress(len(chunk), remaining=max(left - len(again), 0)) and left:
                outcome["left"] = left
                break
        return outcome

    @api.model
    def _chunk(self, model, ids, domain, method, title):
        """Do some records together under their locks; one by one when that fails."""
        records = self.env[model].sudo().browse(ids)
        if len(ids) > 1:
            try:
                free = records.try_lock_for_update(allow_referencing=True)
                todo = records.search(Domain("id", "in", free.ids) & Domain(domain), order="id")
                with self.env.cr.savepoint():
                    getattr(todo, method)()
                return {"done": len(todo), "busy": len(ids) - len(todo)}
            except (OperationalError, ConcurrencyError):
                self.env.cr.rollback()
            except Exception:  # noqa: BLE001 - who is at fault is found one by one
                _logger.info("%s.%s: a chunk failed, its records are done one by one", model, method)
        counts = {}
        for record_id in ids:
            how = self._one(model, record_id, domain, method, title)
            counts[how] = counts.get(how, 0) + 1
            if len(ids) > 1:
                self.env["ir.cron"]._commit_progress()
        return counts
