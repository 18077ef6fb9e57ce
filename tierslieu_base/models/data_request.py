from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize

from ..tools import insert_once


class DataRequest(models.Model):
    """What somebody asked about their own data, and what was answered.

    The trace that the law wants: an export was given, an erasure was asked,
    done or refused. Once the person is erased, nothing in it says who.
    """

    _name = "tierslieu.data.request"
    _description = "Request about personal data"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    partner_id = fields.Many2one(
        "res.partner", string="Person", readonly=True, required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, required=True, index=True)
    kind = fields.Selection(
        [("export", "Copy of the data"), ("erasure", "Erasure")], string="Asks for", readonly=True, required=True
    )
    state = fields.Selection(
        [("asked", "To answer"), ("done", "Done"), ("refused", "Refused"), ("withdrawn", "Withdrawn")],
        readonly=True, required=True, index=True,
    )
    asked_at = fields.Datetime(string="Asked on", readonly=True, required=True)
    asked_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_at = fields.Datetime(string="Answered on", readonly=True)
    decided_by_id = fields.Many2one("res.users", string="Answered by", readonly=True, ondelete="set null")
    outcome = fields.Text(string="Answer", readonly=True)

    _one_open = models.UniqueIndex(
        "(partner_id) WHERE kind = 'erasure' AND state = 'asked'",
        "This person has asked for it already.",
    )

    @api.depends("kind", "partner_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for request in self:
            name = request.partner_id.name or ""
            request.display_name = f"{kinds.get(request.kind, '')} · {name}"

    @api.model
    def _require_manager(self):
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_manager")):
            raise AccessError(self.env._("Only a manager answers requests about personal data."))

    # -- Ask

    @api.model
    def _log_export(self, partner, company):
        """Note that a copy of somebody's data was given, and to whom."""
        now = fields.Datetime.now()
        return self.sudo().create(
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "kind": "export",
                "state": "done",
                "asked_at": now,
                "asked_by_id": self.env.uid,
                "decided_at": now,
                "decided_by_id": self.env.uid,
            }
        )

    @api.model
    def _ask_erasure(self, partner, company):
        """Record that a person asks to be erased, and tell a manager once."""
        added = insert_once(
            self.sudo(),
            {
                "partner_id": partner.id,
                "company_id": company.id,
                "kind": "erasure",
                "state": "asked",
                "asked_at": fields.Datetime.now(),
                "asked_by_id": self.env.uid,
            },
        )
        request = self._open_for(partner)
        if added:
            someone = request.company_id._tierslieu_responsible()
            told = request.with_context(lang=someone.lang)
            told.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=told.env._("Asks for the erasure of their data"),
                note=told.env._("To answer within a month (GDPR, article 12.3)."),
                user_id=someone.id,
            )
        return request

    @api.model
    def _open_for(self, partner):
        """Return the erasure that this person waits for, or none."""
        return self.sudo().search(
            [("partner_id", "=", partner.id), ("kind", "=", "erasure"), ("state", "=", "asked")]
        )

    # -- Answer

    def _close(self, state, outcome=False):
        """Write the answer, and take the activity away."""
        request = self.sudo()
        request.write(
            {
                "state": state,
                "decided_at": fields.Datetime.now(),
                "decided_by_id": self.env.uid,
                "outcome": outcome,
            }
        )
        request.activity_ids.unlink()

    def _withdraw(self):
        """Take back, as the person, what was asked."""
        self._close("withdrawn")

    def action_open_wizard(self):
        """Open what erasing would do, to confirm or refuse it."""
        self.ensure_one()
        return self.partner_id.action_tierslieu_erase()

    def _refuse(self, reason):
        """Refuse an erasure, and tell the person why."""
        self.ensure_one()
        self._require_manager()
        if self.state != "asked":
            raise UserError(self.env._("This request has been answered already."))
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the person reads it."))
        self._close("refused", reason)
        request = self.sudo().with_context(lang=self.partner_id.lang)
        request.message_notify(
            partner_ids=request.partner_id.ids,
            subject=request.env._("Your request about your data"),
            body=request.env._("Your data is not erased, and here is why: %(reason)s", reason=reason),
        )

    def _forget_words(self):
        """Take out what was written about the person: the dates and the verdict stay."""
        self.filtered(lambda request: request.state != "done").outcome = False
        self.activity_ids.unlink()

    @api.model
    def _erase(self, partner):
        """Erase a person as a manager and keep the trace of it; once is enough.

        :raises UserError: while something forbids it, one sentence for each
        """
        self._require_manager()
        partner.ensure_one()
        partner.check_access("read")
        registry = self.env["tierslieu.retention"]
        email, lang = partner.sudo().email, partner.sudo().lang
        done = partner._tierslieu_erase()
        if not done:
            return self.browse()
        request = self._open_for(partner) or self.sudo().create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "kind": "erasure",
                "state": "asked",
                "asked_at": fields.Datetime.now(),
                "asked_by_id": self.env.uid,
            }
        )
        request._close("done", "\n".join(registry._said_of(done)))
        request._tell_erased(email, lang)
        return request

    def _tell_erased(self, email, lang):
        """Write to somebody, one last time, that they are erased; keep no copy of it."""
        email = email_normalize(email or "")
        if not email:
            return
        told = self.sudo().with_context(lang=lang)
        company = told.company_id
        self.env["mail.mail"].sudo().create(
            {
                "subject": told.env._("Your data at %(company)s is erased", company=company.name),
                "body_html": Markup("<p>%s</p><p>%s</p>") % (
                    told.env._(
                        "As you asked, we have erased your data. What the law has us keep,"
                        " invoices for ten years, no longer serves anything else."
                    ),
                    company.name,
                ),
                "email_from": company.email_formatted,
                "email_to": email,
                "author_id": company.partner_id.id,
                "auto_delete": True,
            }
        )
