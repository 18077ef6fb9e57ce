from odoo import api, models
from odoo.fields import Domain

from .import_kind import MODULE
from .retention import Rule


class Retention(models.AbstractModel):
    """What the ground of the suite keeps about people."""

    _inherit = "tierslieu.retention"

    @api.model
    def _rules(self):
        return super()._rules() + self._technical_rules() + self._card_rules() + self._contact_rules()

    @api.model
    def _technical_rules(self):
        _ = self.env._
        return [
            Rule(
                key="base.token",
                model="tierslieu.token",
                label=_("Keys of links that no longer open anything"),
                purpose=_("Links in messages and QR codes: only a fingerprint of each is kept"),
                legal=_("To answer “my link no longer works”"),
                action="delete",
                keep=1,
                due=lambda limit: ["|", ("revoked_at", "<", limit), ("expires_at", "<", limit)],
            ),
            Rule(
                key="base.throttle",
                model="tierslieu.throttle",
                label=_("Counters of tries"),
                purpose=_("Slowing down those who guess links: fingerprints, neither names nor addresses"),
                legal=_("The security of the service"),
                action="delete",
                keep=1,
                unit="days",
                date_field="window_end",
            ),
            Rule(
                key="base.override",
                model="tierslieu.override",
                label=_("Rules that the team set aside"),
                purpose=_("Knowing who decided what, and why"),
                legal=_("As long as the booking; the reason goes when the person is erased"),
            ),
            Rule(
                key="base.import",
                model="tierslieu.import",
                label=_("Files to bring in that nobody brought in"),
                purpose=_("Mending them, and checking them again"),
                legal=_("Once brought in, the file goes at once: what it said lives in the contacts and bookings"),
                action="delete",
                keep=1,
                date_field="write_date",
                domain=[("state", "!=", "done")],
            ),
            Rule(
                key="base.import_key",
                model="ir.model.data",
                label=_("The number that you had in the tool used before"),
                purpose=_("Recognising you when the same file is brought in again"),
                legal=_("As long as you are here"),
                person=lambda partners: [
                    ("module", "=", MODULE), ("model", "=", "res.partner"), ("res_id", "in", partners.ids)
                ],
                erasure="delete",
                fields=("name",),
            ),
            Rule(
                key="base.mail",
                model="mail.mail",
                label=_("Messages that could not be sent"),
                purpose=_("Sending them again"),
                legal=_("They would have been deleted at once, had they left"),
                action="delete",
                keep=1,
                date_field="write_date",
                domain=[("state", "in", ("exception", "cancel")), ("auto_delete", "=", True)],
            ),
        ]

    @api.model
    def _card_rules(self):
        _ = self.env._
        return [
            Rule(
                key="base.card",
                model="tierslieu.card",
                label=_("Member cards"),
                purpose=_("Knowing you when you come, and which card is worth nothing any more"),
                legal=_("Once revoked, to settle a doubt"),
                action="delete",
                keep=12,
                date_field="revoked_at",
                domain=[("revoked_at", "!=", False)],
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="delete",
                fields=("partner_id", "company_id", "issued_at", "revoked_at", "revoke_reason"),
            ),
            Rule(
                key="base.welcome",
                model="tierslieu.welcome",
                label=_("Who welcomes, on the screen at the entrance"),
                purpose=_("Telling people who is there: a first name, a photo when you gave one"),
                legal=_("Once the day is over, nobody needs it"),
                action="delete",
                keep=1,
                date_field="date",
                domain=[("date", "!=", False)],
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="delete",
                fields=("place_id", "first_name", "role", "weekday", "date", "hour_from", "hour_to"),
            ),
            Rule(
                key="base.acceptance",
                model="tierslieu.charter.acceptance",
                label=_("Charters accepted"),
                purpose=_("Proving which rules you accepted, and when"),
                legal=_("After the text is replaced: the time in which one may sue"
                        " (Code civil, article 2224)"),
                action="delete",
                keep=60,
                due=lambda limit: [
                    "|",
                    ("version_id.superseded_at", "<", limit),
                    ("partner_id.tierslieu_erased_at", "<", limit),
                ],
                person=lambda partners: [("partner_id", "in", partners.ids)],
                fields=("version_id", "company_id", "accepted_at", "channel"),
            ),
            Rule(
                key="base.request",
                model="tierslieu.data.request",
                label=_("Requests about personal data"),
                purpose=_("Proving that your requests were answered, and when"),
                legal=_("After the answer, as proof of it (GDPR, article 5.2)"),
                action="delete",
                keep=60,
                date_field="decided_at",
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="pseudonymise",
                pseudonymise=lambda requests: requests._forget_words(),
                chatter=True,
                fields=("kind", "state", "asked_at", "decided_at", "outcome"),
            ),
        ]

    @api.model
    def _contact_rules(self):
        """Return the rules of the contact itself: last when a person is erased."""
        _ = self.env._
        return [
            Rule(
                key="base.bank",
                model="res.partner.bank",
                label=_("Bank accounts"),
                purpose=_("Direct debits and refunds"),
                legal=_("As long as you come, or until you ask for their erasure"),
                person=lambda partners: [("partner_id", "in", partners.ids)],
                erasure="pseudonymise",
                pseudonymise=self._forget_bank_accounts,
                fields=("acc_number", "acc_holder_name", "bank_id"),
            ),
            Rule(
                key="base.message",
                model="mail.message",
                label=_("Messages"),
                purpose=_("Following up what you and the team wrote to each other"),
                legal=_("As long as you come, or until you ask for their erasure"),
                sequence=80,
                person=self._messages_domain,
                erasure="pseudonymise",
                pseudonymise=self._erase_messages,
                fields=("date", "subject", "body"),
            ),
            Rule(
                key="base.note",
                model="mail.message",
                label=_("Notes of the team on your contact"),
                purpose=_("Helping you from one day to the next"),
                legal=_("As long as you come, or until you ask for their erasure"),
                sequence=80,
                person=self._notes_domain,
                erasure="pseudonymise",
                pseudonymise=self._erase_messages,
                fields=("date", "subject", "body"),
                team_only=True,
            ),
            Rule(
                key="base.user",
                model="res.users",
                label=_("Account"),
                purpose=_("Letting you log in"),
                legal=_("As long as you come, or until you ask for its erasure"),
                sequence=90,
                person=lambda partners: [("partner_id", "in", partners.ids), ("share", "=", True)],
                erasure="pseudonymise",
                pseudonymise=lambda users: users._tierslieu_close_account(),
                fields=("login", "lang", "tz", "create_date", "login_date"),
            ),
            Rule(
                key="base.partner",
                model="res.partner",
                label=_("Contact details"),
                purpose=_("Knowing who comes, reaching you, invoicing"),
                legal=_("As long as you come, or until you ask for their erasure"),
                sequence=100,
                person=lambda partners: [("id", "in", partners.ids)],
                erasure="pseudonymise",
                pseudonymise=lambda partners: partners._tierslieu_pseudonymise(),
                fields=(
                    "name", "type", "email", "phone", "street", "street2", "zip", "city",
                    "country_id", "function", "parent_id", "website", "vat", "ref", "lang",
                    "category_id", "create_date",
                ),
                team_fields=("comment",),
                documents=lambda partners: partners._tierslieu_documents() | partners._tierslieu_photo(),
            ),
        ]

    @api.model
    def _forget_bank_accounts(self, accounts):
        """Write over account numbers: Odoo archives rather than deletes them."""
        for account in accounts:
            account.write(
                {"acc_number": f"erased-{account.id}", "acc_holder_name": False, "active": False}
            )

    @api.model
    def _messages_domain(self, partners):
        """Return the domain of the messages by people, to them, or shared on their contact."""
        return ~Domain(self._notes_domain(partners)) & (
            Domain("author_id", "in", partners.ids)
            | Domain("partner_ids", "in", partners.ids)
            | Domain("model", "=", "res.partner") & Domain("res_id", "in", partners.ids)
        )

    @api.model
    def _notes_domain(self, partners):
        """Return the domain of what the team wrote to itself on these contacts."""
        return (
            Domain("model", "=", "res.partner")
            & Domain("res_id", "in", partners.ids)
            & Domain("author_id", "not in", partners.ids)
            & (Domain("is_internal", "=", True) | Domain("subtype_id.internal", "=", True)
               | Domain("subtype_id", "=", False))
        )

    @api.model
    def _erase_messages(self, messages):
        """Delete what is on contacts, empty what is elsewhere: its place in the thread stays.

        Files go too, except those of documents that the law has kept.
        """
        messages = self._erasable(messages)
        kept = {rule.model for rule in self._rules() if rule.erasure == "keep"}
        files = messages.attachment_ids.filtered(lambda file: file.res_model not in kept)
        files.unlink()
        on_contact = messages.filtered(lambda message: message.model == "res.partner")
        self._empty_messages(messages - on_contact, attachments=False)
        on_contact.unlink()
