import logging

from markupsafe import escape
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)


class Batch(models.AbstractModel):
    """Do something to many records, one after the other, whatever happens to some.

    Each record has its own savepoint and its own commit: what is done stays
    done when the process is killed, and one that fails holds nobody back. The
    domain says what is still to do, and a record that is done no longer
    matches it: a run begun again goes on where the last one stopped and does
    nothing twice.
    """

    _name = "tierslieu.batch"
    _description = "Batch run"

    @api.model
    def _run(self, model, domain, method, title):
        """Call a method on each record of a domain, alone; return how it went.

        A record that fails gets an activity, one however often it fails, that
        goes away when it succeeds. It is tried again at the next run, after
        those that never failed. What a concurrent transaction holds or has
        just changed is left for the next run.

        :param model: name of a model with activities
        :param domain: what is still to do; the method makes its record leave it
        :param method: name of a method of the model; what it raises is undone
        :param title: function of an environment that says what is done, for
            the activity, in the language of who reads it
        :return: dict of counts: `done`, `failed`, `busy` (held by others), `left`
            (out of time: the scheduler calls again)
        """
        cron = self.env["ir.cron"]
        outcome = dict.fromkeys(("done", "failed", "busy", "left"), 0)
        fresh, again = self._todo(model, domain, method)
        todo = fresh + again
        cron._commit_progress(remaining=len(fresh))
        for nth, record_id in enumerate(todo, start=1):
            outcome[self._one(model, record_id, domain, method, title)] += 1
            # Those that failed before are no reason to be called again at once.
            seconds = cron._commit_progress(1, remaining=max(len(fresh) - nth, 0))
            if not seconds:
                outcome["left"] = len(todo) - nth
                break
        if todo:
            _logger.info("%s.%s: %s", model, method, outcome)
        return outcome

    @api.model
    def _todo(self, model, domain, method):
        """Return the ids still to do: (never failed, failed before: the longest ago first)."""
        ids = self.env[model].sudo().search(domain, order="id").ids
        failures = self._failures(model, ids, method)
        again = list(dict.fromkeys(failures.mapped("res_id")))
        return [record_id for record_id in ids if record_id not in set(again)], again

    @api.model
    def _one(self, model, record_id, domain, method, title):
        """Do one record under its lock, as the committed data says; return how it went."""
        record = self.env[model].sudo().browse(record_id)
        try:
            still = record.try_lock_for_update(allow_referencing=True) and record.search(
                Domain("id", "=", record_id) & Domain(domain)
            )
            if not still:
                return "busy"
            with self.env.cr.savepoint():
                getattr(record, method)()
                self._failures(model, record.ids, method).unlink()
            return "done"
        except (OperationalError, ConcurrencyError):
            # Someone changed what this transaction read: it can only start afresh.
            self.env.cr.rollback()
            return "busy"
        except Exception as error:  # noqa: BLE001 - one record's failure stays its own
            self._tell(record, method, title, error)
            return "failed"

    @api.model
    def _failures(self, model, ids, method):
        """Return the activities that failures of a method left, the longest ago first."""
        return self.env["mail.activity"].sudo().search(
            [("res_model", "=", model), ("res_id", "in", ids), ("tierslieu_batch", "=", method)],
            order="write_date, id",
        )

    @api.model
    def _tell(self, record, method, title, error):
        """Leave an activity on a record that failed; renew the one that is there."""
        expected = isinstance(error, UserError)
        if not expected:
            _logger.error("%s: %s failed", record, method, exc_info=error)
        company = record.company_id if "company_id" in record._fields else self.env.company
        someone = (company or self.env.company)._tierslieu_responsible()
        record = record.with_context(lang=someone.lang, mail_activity_quick_update=True)
        env = record.env
        values = {
            "summary": title(env),
            "note": escape(str(error)) if expected else env._("Something went wrong: the log says what."),
        }
        activity = self._failures(record._name, record.ids, method)
        if activity:
            # Written even when it says the same: the time of the last try is kept.
            activity.write(values | {"date_deadline": fields.Date.context_today(record)})
        else:
            record.activity_schedule(
                "mail.mail_activity_data_warning", user_id=someone.id, tierslieu_batch=method,
                **values,
            )
