from collections.abc import Callable
from dataclasses import dataclass, field

from odoo import api, models
from odoo.fields import Domain


@dataclass(frozen=True, eq=False)
class Rule:
    """What is kept about people in one model, for how long, and what then becomes of it.

    The same rule serves three things: the nightly run, which lets go of what
    is old enough; the export of a person's data; and the erasure of a person.
    """

    key: str
    """Never changes: settings refer to it. “booking.note”."""
    model: str
    label: str
    purpose: str
    """What the rows are for, told to the person."""
    legal: str
    """Why they may, or must, be kept that long."""
    sequence: int = 10
    """Erasing a person goes by it: what hangs on the contact first, the contact last."""

    # -- With time
    action: str = "keep"
    """What the night does with rows that are old enough: "delete", "pseudonymise", "keep"."""
    keep: int = 0
    unit: str = "months"
    """Of `keep` and `least`: "months" or "days"."""
    least: int = 0
    """What no setting goes below: the law's own minimum."""
    date_field: str = "create_date"
    domain: list = field(default_factory=list)
    """Rows that fall due at all; those already pseudonymised must not be among them."""
    due: Callable | None = None
    """limit (naive UTC) -> domain of what is old enough, where one date does not tell."""

    # -- For one person
    person: Callable | None = None
    """partners -> domain of their rows; None when rows say nothing of anyone."""
    erasure: str = "keep"
    """What erasing the person does with their rows: "delete", "pseudonymise", "keep"."""
    pseudonymise: Callable | None = None
    """records -> None: write over whatever tells who it was."""
    chatter: bool = False
    """Erasing the person also empties the messages on their rows."""
    fields: tuple = ()
    """What an export gives of each row."""
    team_fields: tuple = ()
    """Given too when a manager makes the export: words of the team, to be read first."""
    team_only: bool = False
    """Rows that only the export of a manager gives, for the same reason."""
    documents: Callable | None = None
    """records -> attachments to add to an export."""


class Retention(models.AbstractModel):
    """The registry of what is kept about people: each addon adds its own rules."""

    _name = "tierslieu.retention"
    _description = "Retention registry"

    @api.model
    def _rules(self):
        """Return the rules, in no order.

        A model that names people and is in no rule is a mistake: a test of
        this addon looks for them.
        """
        return []

    @api.model
    def _sorted_rules(self):
        """Return the rules in the order in which a person is exported and erased."""
        return sorted(self._rules(), key=lambda rule: (rule.sequence, rule.key))

    @api.model
    def _rows_of(self, rule, partners):
        """Return the rows of a rule that are about these contacts, archived ones too."""
        rows = self.env[rule.model].sudo().with_context(active_test=False)
        return rows.search(Domain(rule.person(partners)))

    @api.model
    def _apply(self, rule, action, records):
        """Delete or pseudonymise rows; leave no trace of what they said."""
        records = records.sudo().with_context(**SILENT)
        if action == "delete":
            records.unlink()
        elif action == "pseudonymise":
            rule.pseudonymise(records)

    @api.model
    def _empty_chatter(self, records, attachments=True):
        """Take out of the messages on these records what they say; that they were sent stays.

        :param attachments: delete their files too (not those that are the document itself)
        """
        if not records:
            return
        messages = self.env["mail.message"].sudo().search(
            [("model", "=", records._name), ("res_id", "in", records.ids)]
        )
        self._empty_messages(messages, attachments)

    @api.model
    def _empty_messages(self, messages, attachments=True):
        """Take out of messages whatever tells who wrote, who was written to, and what."""
        messages = self._erasable(messages.sudo())
        # A mail that waits to be sent may take its message with it.
        messages.mail_ids.unlink()
        messages = messages.exists()
        messages.tracking_value_ids.unlink()
        if attachments:
            messages.attachment_ids.unlink()
        messages.write(
            {
                "body": False,
                "subject": False,
                "email_from": False,
                "reply_to": False,
                "incoming_email_to": False,
                "incoming_email_cc": False,
                "outgoing_email_to": False,
            }
        )

    @api.model
    def _erasable(self, messages):
        """Return those of these messages that no law has kept as they are; addons know of some."""
        return messages


# No tracking, no notification: erasing must not write down what it erases.
SILENT = {
    "tracking_disable": True,
    "mail_notrack": True,
    "mail_create_nolog": True,
    "tierslieu_erasing": True,
}
