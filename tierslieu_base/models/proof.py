from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import say_day

# A moment later: Odoo sends other mails of this transaction right after its
# commit, and two senders of one queue break each other's page.
MAIL_DELAY = timedelta(seconds=15)


class Proof(models.Model):
    """What someone sends to have a fare: checked by the team, then forgotten.

    Nobody writes here directly: members send and withdraw from their account,
    the team accepts until a date or refuses with a reason. After the verdict
    the file is deleted; who decided what and when stays.
    """

    _name = "tierslieu.proof"
    _description = "Proof"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "sent_on desc, id desc"
    _rec_name = "partner_id"
    # The team talks about a proof without being able to write it.
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, readonly=True,
        ondelete="cascade",
    )
    profile_id = fields.Many2one(
        "tierslieu.profile", string="Fare", required=True, index=True, readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    state = fields.Selection(
        [
            ("pending", "To check"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="pending", required=True, index=True, readonly=True, tracking=True,
    )
    is_over = fields.Boolean(string="Expired", compute="_compute_is_over")
    # What is shown: an accepted proof that has ended says so.
    status = fields.Selection(
        [
            ("pending", "To check"),
            ("accepted", "Accepted"),
            ("over", "Expired"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_is_over",
    )
    # Read and written by our own code alone: no list, export or link shows a file.
    file = fields.Binary(attachment=True, copy=False, groups=fields.NO_ACCESS)
    file_name = fields.Char(readonly=True, copy=False)
    file_type = fields.Char(readonly=True, copy=False)
    file_url = fields.Char(string="Document", compute="_compute_file_url")
    proof_help = fields.Text(related="profile_id.proof_help", string="What was asked")
    sent_on = fields.Datetime(
        string="Sent", required=True, readonly=True, default=fields.Datetime.now, copy=False
    )
    valid_from = fields.Date(readonly=True, copy=False, tracking=True)
    valid_until = fields.Date(readonly=True, copy=False, tracking=True, index="btree_not_null")
    decided_by = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    refusal_reason = fields.Char(readonly=True, copy=False)
    reminded_until = fields.Date(
        readonly=True, copy=False, help="The end of validity that the member was reminded of."
    )

    _pending_once = models.UniqueIndex(
        "(partner_id, profile_id) WHERE state = 'pending'",
        "A document for this fare is being checked already.",
    )
    _accepted_dates = models.Constraint(
        "CHECK (state != 'accepted' OR (valid_from IS NOT NULL AND valid_until IS NOT NULL"
        " AND valid_from <= valid_until))",
        "A proof is accepted from a date until a later one.",
    )
    _refused_why = models.Constraint(
        "CHECK (state != 'refused' OR refusal_reason IS NOT NULL)",
        "A proof is refused with a reason.",
    )

    @api.depends("state", "valid_until")
    def _compute_is_over(self):
        for proof in self:
            proof.is_over = (
                proof.state == "accepted"
                and proof.valid_until < proof.company_id._tierslieu_today()
            )
            proof.status = "over" if proof.is_over else proof.state

    @api.depends("file_type")
    def _compute_file_url(self):
        for proof in self:
            proof.file_url = proof.file_type and f"/tierslieu/proof/{proof.id}/file"

    @api.depends("partner_id", "profile_id")
    def _compute_display_name(self):
        for proof in self:
            proof.display_name = f"{proof.partner_id.name} · {proof.profile_id.name}"

    @api.constrains("profile_id", "company_id")
    def _check_profile(self):
        for proof in self.sudo():
            if proof.profile_id.company_id != proof.company_id:
                raise ValidationError(self.env._("A proof belongs to the company of its fare."))

    def _format_date(self, date):
        return say_day(self.env, date, pattern="d MMMM y")

    # -- Deciding

    def _require_staff(self):
        """Let the team of the company through, and nobody else."""
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_host")):
            raise AccessError(self.env._("Only the team decides on proofs."))
        self.check_access("read")

    def _require_pending(self):
        for proof in self:
            if proof.state != "pending":
                raise UserError(
                    self.env._(
                        "This document is no longer to check: %(who)s decided, or it was withdrawn.",
                        who=proof.decided_by.name or self.env._("the team"),
                    )
                )

    @api.model
    def _proposed_dates(self, profile):
        """Return the validity proposed for a proof accepted today: (first day, last day)."""
        today = profile.company_id._tierslieu_today()
        return today, today + relativedelta(months=profile.proof_months, days=-1)

    @api.model
    def _read_dates(self, profile, valid_from, valid_until):
        """Return the validity asked for, or the proposed one; refuse what makes no sense."""
        today, proposed = self._proposed_dates(profile)
        first, last = self._as_dates(valid_from or today, valid_until or proposed)
        if last < today:
            raise UserError(
                self.env._("%(date)s has passed: refuse the document, or choose a later date.",
                           date=self._format_date(last))
            )
        return first, last

    @api.model
    def _as_dates(self, valid_from, valid_until):
        """Read a first and a last day, dates or ISO strings; refuse what makes no sense."""
        try:
            first, last = fields.Date.to_date(valid_from), fields.Date.to_date(valid_until)
        except (TypeError, ValueError):
            first = last = None
        if not first or not last or last < first:
            raise UserError(self.env._("A proof holds from a first day until a later one."))
        return first, last

    def action_accept(self, valid_from=None, valid_until=None):
        """Accept pending proofs until a date, delete their files and tell their owners."""
        self._require_staff()
        self._require_pending()
        for proof in self.sudo():
            first, last = self._read_dates(proof.profile_id, valid_from, valid_until)
            proof._decide(
                {"state": "accepted", "valid_from": first, "valid_until": last}
                | proof._reminder_values(last)
            )
            proof._send_mail("tierslieu_base.mail_template_proof_accepted")

    @api.model
    def accept_seen(self, partner, profile, valid_from=None, valid_until=None):
        """Note a proof shown at the desk, of which nothing is kept; return it, accepted.

        :param partner, profile: records or ids
        """
        self._require_staff()
        partner = self.env["res.partner"].browse(int(partner)).exists()
        profile = self.env["tierslieu.profile"].browse(int(profile)).exists()
        partner.check_access("read")
        profile.check_access("read")
        if not partner or not profile.needs_proof or not profile.active:
            raise UserError(self.env._("Choose a person, and a fare that asks for a proof."))
        proof = self.sudo().search(self._pending_domain(partner, profile))
        if not proof:
            proof = self.sudo().create(
                {
                    "partner_id": partner.id,
                    "profile_id": profile.id,
                    "company_id": profile.company_id.id,
                }
            )
        proof = proof.with_env(self.env)
        proof.action_accept(valid_from, valid_until)
        return proof

    def action_refuse(self, reason):
        """Refuse pending proofs with a reason, delete their files and tell their owners."""
        self._require_staff()
        self._require_pending()
        reason = " ".join(str(reason or "").split())
        if not reason:
            raise UserError(self.env._("Say why: the person reads it and sends another document."))
        for proof in self.sudo():
            proof._decide({"state": "refused", "refusal_reason": reason})
            proof._send_mail("tierslieu_base.mail_template_proof_refused")

    def action_open_accept(self):
        """Ask until when."""
        self.ensure_one()
        return self._open_wizard(
            "tierslieu_base.action_proof_accept", {"default_proof_id": self.id}
        )

    def action_open_refuse(self):
        """Ask why."""
        return self._open_wizard(
            "tierslieu_base.action_proof_refuse", {"default_proof_ids": self.ids}
        )

    def _open_wizard(self, action_xmlid, context):
        self._require_staff()
        return self.env["ir.actions.act_window"]._for_xml_id(action_xmlid) | {"context": context}

    def action_set_dates(self, valid_from, valid_until):
        """Change the validity of accepted proofs; one that ended yesterday holds no more."""
        self._require_staff()
        first, last = self._as_dates(valid_from, valid_until)
        for proof in self.sudo():
            if proof.state != "accepted":
                raise UserError(self.env._("Only an accepted proof has dates to change."))
            proof.write(
                {"valid_from": first, "valid_until": last} | proof._reminder_values(last)
            )

    def _decide(self, values):
        """Write a verdict, once, and forget the file."""
        self.ensure_one()
        self._require_pending()
        self.write(
            {"decided_by": self.env.user.id, "decided_on": fields.Datetime.now()} | values
        )
        self._forget_file()
        self.activity_unlink(["tierslieu_base.activity_check_proof"])

    def _documents(self):
        """Return every attachment of these proofs: their files, and copies put beside them."""
        return self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("id", "!=", False),  # Those of fields too, which a search leaves out.
            ]
        )

    def _forget_file(self):
        """Delete the file for good, and every copy that someone put beside it."""
        self.sudo().write({"file": False, "file_name": False, "file_type": False})
        self._documents().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_files(self):
        self._forget_file()

    # -- Telling

    def _send_mail(self, template_xmlid):
        """Queue a mail to the member in their language; nothing without an address."""
        template = self.env.ref(template_xmlid).sudo()
        for proof in self.sudo():
            if proof.partner_id.email_normalized:
                template.with_context(lang=proof.partner_id.lang).send_mail(
                    proof.id, email_layout_xmlid="tierslieu_base.mail_layout_company"
                )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger(
            fields.Datetime.now() + MAIL_DELAY
        )

    def _tell_team(self):
        """Leave one activity where the team sees it: someone waits."""
        for proof in self.sudo():
            someone = proof.company_id._tierslieu_responsible("tierslieu_base.group_host")
            # No mail to the host: the list and the bell of activities are enough.
            told = proof.with_context(lang=someone.lang, mail_activity_quick_update=True)
            told.activity_schedule(
                "tierslieu_base.activity_check_proof",
                summary=told.env._(
                    "Check the document of %(name)s for %(fare)s",
                    name=told.partner_id.name,
                    fare=told.profile_id.name,
                ),
                user_id=someone.id,
            )
