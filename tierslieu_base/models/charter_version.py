from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, is_html_empty

from ..kernels.text_diff import changes, digest

# What people accepted: it never changes once published.
SEALED = {"charter_id", "body", "summary", "number", "published_at", "published_by_id", "fingerprint"}


class CharterVersion(models.Model):
    """One text of a charter: written as a draft, published once, then left alone.

    Who accepted version 2 accepted that very text. So a published version is
    neither edited, translated again nor deleted, whoever asks, the superuser
    included: a change is a new version. A fingerprint of the text, in all its
    languages, shows any change made behind the software's back.
    """

    _name = "tierslieu.charter.version"
    _description = "Version of a charter"
    _order = "charter_id, published_at desc, id desc"

    charter_id = fields.Many2one("tierslieu.charter", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="charter_id.company_id", store=True, index=True)
    number = fields.Integer(readonly=True, copy=False, aggregator=False)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("former", "Former")],
        compute="_compute_state",
    )
    body = fields.Html(string="Text", translate=True)
    summary = fields.Text(
        string="What changes", translate=True, copy=False,
        help="One or two sentences for those who accepted the former version.",
    )
    published_at = fields.Datetime(string="Published on", readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="set null")
    superseded_at = fields.Datetime(string="Replaced on", readonly=True, copy=False)
    fingerprint = fields.Char(readonly=True, copy=False, help="SHA-256 of the text in all its languages.")
    acceptance_ids = fields.One2many("tierslieu.charter.acceptance", "version_id")
    acceptance_count = fields.Integer(string="Accepted by", compute="_compute_acceptance_count")
    previous_id = fields.Many2one("tierslieu.charter.version", compute="_compute_previous_id")
    previous_body = fields.Html(string="Former text", compute="_compute_changes")
    changes = fields.Html(string="Changes", compute="_compute_changes", sanitize=False)

    _number_once = models.UniqueIndex(
        "(charter_id, number) WHERE number > 0", "This version is published already."
    )

    @api.depends("number", "superseded_at")
    def _compute_state(self):
        for version in self:
            published = "former" if version.superseded_at else "published"
            version.state = published if version.number else "draft"

    @api.depends("charter_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            name = version.charter_id.name or ""
            version.display_name = (
                self.env._("%(charter)s, version %(number)s", charter=name, number=version.number)
                if version.number
                else self.env._("%(charter)s, draft", charter=name)
            )

    def _compute_acceptance_count(self):
        counts = dict(
            self.env["tierslieu.charter.acceptance"]._read_group(
                [("version_id", "in", self.ids)], ["version_id"], ["__count"]
            )
        )
        for version in self:
            version.acceptance_count = counts.get(version, 0)

    @api.depends("charter_id.version_ids.number", "number")
    def _compute_previous_id(self):
        for version in self:
            version.previous_id = version.charter_id.version_ids.filtered(
                lambda other, own=version.number: other.number and (not own or other.number < own)
            ).sorted("number")[-1:]

    @api.depends("body", "number")
    @api.depends_context("lang")
    def _compute_changes(self):
        for version in self:
            version.previous_body = version.previous_id.body
            version.changes = version._changes_since(version.previous_id)

    def _changes_since(self, other):
        """Return as HTML what changed since another version, or nothing when there is none."""
        if not other:
            return False
        pieces = {
            "kept": Markup("<p>%s</p>"),
            "removed": Markup('<p><del class="text-danger">%s</del></p>'),
            "added": Markup('<p><ins class="text-success fw-bold">%s</ins></p>'),
            "gap": Markup('<p class="text-muted">…%s</p>'),
        }
        steps = digest(changes(other.body, self.body))
        return Markup().join(pieces[kind] % escape(text) for kind, text in steps)

    # -- A published text never changes

    @api.model_create_multi
    def create(self, vals_list):
        """Begin as a draft: publishing is an action, not a value."""
        for vals in vals_list:
            for name in SEALED - {"charter_id", "body", "summary"} | {"superseded_at"}:
                vals.pop(name, None)
        return super().create(vals_list)

    def write(self, vals):
        if SEALED & vals.keys():
            self._require_drafts()
        if {"number", "superseded_at"} & vals.keys() and not self.env.su:
            raise UserError(self.env._("A version is published by its button."))
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        if field_name in SEALED:
            self._require_drafts()
        return super()._update_field_translations(field_name, translations, digest, source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        self._require_drafts()

    def _require_drafts(self):
        for version in self:
            if version.number:
                raise UserError(
                    self.env._(
                        "%(version)s is published: people accept that very text."
                        " Make a new version of it.",
                        version=version.display_name,
                    )
                )

    # -- Publish

    def action_publish(self):
        """Publish a draft: it becomes the current version, and asks to be accepted.

        Publishing twice is publishing once.
        """
        self.check_access("write")
        for version in self.sorted("id"):
            if not version.number:
                version._publish()
        return True

    def _publish(self, at=None):
        """Number the version, seal its text and put the former one in its place.

        :param at: naive UTC, for a text that was in force before it came here
        """
        self.ensure_one()
        if is_html_empty(self.body):
            raise UserError(self.env._("Write the text before publishing it."))
        now = at or fields.Datetime.now()
        former = self.charter_id.current_version_id
        self.sudo().write(
            {
                "number": former.number + 1,
                "published_at": now,
                "published_by_id": self.env.uid,
            }
        )
        former.sudo().superseded_at = now
        self.flush_recordset()
        self.env.cr.execute(
            SQL("UPDATE tierslieu_charter_version SET fingerprint = %s WHERE id = %s",
                SQL(FINGERPRINT), self.id)
        )
        self.invalidate_recordset(["fingerprint"])


# jsonb is kept in one canonical form: the same text always has the same fingerprint.
FINGERPRINT = "encode(sha256(convert_to(coalesce(body::text, ''), 'UTF8')), 'hex')"
