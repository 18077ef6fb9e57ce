from datetime import timedelta

from odoo import api, models


class Books(models.AbstractModel):
    """What is to be looked at about deferred income before closing."""

    _inherit = "tierslieu.books"

    @api.model
    def _closing_checks(self, company, first, last):
        return [*super()._closing_checks(company, first, last), *self._deferred_checks(company, first, last)]

    @api.model
    def _deferred_checks(self, company, first, last):
        _ = self.env._
        runs = self.env["tierslieu.deferred.income"].sudo().search([("company_id", "=", company.id)])
        run = runs.filtered(lambda one: one.closing == last)
        drafts = runs.move_ids.filtered(
            lambda move: move.state == "draft" and (first <= move.date <= last or move.tierslieu_deferred_id == run)
        )
        return [
            {
                "key": "deferred_missing",
                "title": _("Income to defer at this closing that is not posted"),
                "count": len(self._deferred_missing(company, last, run)),
                "blocking": False,
                "action": self._deferred_runs(run),
                "advice": _("Prepare the deferred income of this closing, then post its entry."),
            },
            {
                "key": "deferred_drafts",
                "title": _("Drafts of deferred income left"),
                "count": len(drafts),
                "blocking": True,
                "action": self._deferred_moves(drafts),
                "advice": _("Post them from the deferred income of their closing, or prepare it again."),
            },
            {
                "key": "deferred_not_reversed",
                "title": _("Entries of deferred income that nothing reverses on the day after"),
                "count": len(alone := self._deferred_alone(runs, last)),
                "blocking": False,
                "action": self._deferred_moves(alone),
                "advice": _("Prepare the deferred income of their closing again: it makes the reversal that lacks."),
            },
        ]

    @api.model
    def _deferred_missing(self, company, last, run):
        """Return the keys of the documents whose deferral is not posted as it should be."""
        parts = self.env["tierslieu.deferred.source"]._parts(company, last)
        wanted = {key: part.deferred for key, part in parts.items()}
        posted = run._entries().filtered(lambda move: move.state == "posted")
        booked = run._booked(posted)
        return {key for key in wanted | booked if wanted.get(key) != booked.get(key)}

    @api.model
    def _deferred_alone(self, runs, last):
        """Return the posted entries whose reversal, due by then, lacks or says something else."""
        due = runs.filtered(lambda run: run.closing + timedelta(days=1) <= last)
        found = self.env["account.move"].sudo()
        for run in due:
            for entry in run._entries().filtered(lambda move: move.state == "posted"):
                reversal = run._reversal(entry).filtered(lambda move: move.state == "posted")
                if not any(one._tierslieu_undoes(entry) for one in reversal):
                    found |= entry
        return found

    @api.model
    def _deferred_runs(self, run):
        action = self.env["ir.actions.act_window"]._for_xml_id("tierslieu_account.action_deferred_income")
        return action | {"domain": [("id", "in", run.ids)]} if run else action

    @api.model
    def _deferred_moves(self, moves):
        return {
            "type": "ir.actions.act_window", "name": self.env._("Entries"), "res_model": "account.move",
            "view_mode": "list,kanban,form", "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("id", "in", moves.ids)], "context": {"create": False},
        }
