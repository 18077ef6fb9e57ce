import io
from datetime import timedelta

import psycopg2.errors
from PIL import Image

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.image import IMAGE_MAX_RESOLUTION, image_fix_orientation
from odoo.tools.mimetypes import guess_mimetype

from ..kernels import document
from ..tools import read_fresh, wait_for_turn
from .proof_cron import REMIND_DAYS

UPLOADS_A_DAY = 10
NAME_LENGTH = 80
# Wide enough to read a page.
PICTURE_SIZE, PICTURE_QUALITY = 2000, 85
# What Pillow raises on bytes that only begin like a picture.
UNREADABLE = (OSError, SyntaxError, ValueError, IndexError, TypeError, Image.DecompressionBombError)


class Proof(models.Model):
    """What members do: send a document, withdraw it, see where they stand."""

    _inherit = "tierslieu.proof"

    @api.model
    def _most_bytes(self):
        return self._setting("tierslieu_base.proof_max_mb", 5) * 1024 * 1024

    @api.model
    def _submit(self, partner, profile, name, data):
        """Receive a document of a member for a fare; return the proof, to be checked.

        Raises one sentence when the fare takes none, when one is being
        checked, when the file is not what it should be, or after too many.

        :param name: file name as the sender has it; cut, never believed
        :param data: bytes
        """
        if not self.env["tierslieu.throttle"]._hit(
            f"proof:{partner.id}", UPLOADS_A_DAY, timedelta(days=1).total_seconds()
        ):
            raise UserError(self.env._("That is many documents for one day: try again tomorrow."))
        profile = profile.sudo()
        if not (profile.active and profile.needs_proof):
            raise UserError(
                self.env._("No document is asked for the fare %(fare)s.", fare=profile.name)
            )
        waiting = self.env._(
            "A document for %(fare)s is being checked: withdraw it to send another one.",
            fare=profile.name,
        )
        if self.sudo().search_count(self._pending_domain(partner, profile), limit=1):
            raise UserError(waiting)
        data, file_type = self._read_document(data)
        if self._is_sent_meanwhile(partner, profile):
            raise UserError(waiting)
        values = {
            "partner_id": partner.id,
            "profile_id": profile.id,
            "company_id": profile.company_id.id,
            "file_name": self._plain_name(name, file_type),
            "file_type": file_type,
        }
        try:
            with self.env.cr.savepoint():
                proof = self.sudo().create(values)
                proof._keep(data)
                proof._tell_team()
        except psycopg2.errors.UniqueViolation:
            # Made by another way than this one at the same moment.
            raise UserError(waiting) from None
        return proof

    @api.model
    def _is_sent_meanwhile(self, partner, profile):
        """Tell whether the same was sent since this transaction began: the second of a double click.

        One waits for the other, then looks with fresh eyes; the unique index
        would say it too, but as an error in the log.
        """
        wait_for_turn(self.env, f"proof {partner.id} {profile.id}")
        return bool(
            read_fresh(
                self.env,
                SQL(
                    "SELECT 1 FROM tierslieu_proof"
                    " WHERE partner_id = %s AND profile_id = %s AND state = 'pending'",
                    partner.id,
                    profile.id,
                ),
            )
        )

    @api.model
    def _pending_domain(self, partner, profile):
        return Domain(
            [
                ("partner_id", "=", partner.id),
                ("profile_id", "=", profile.id),
                ("state", "=", "pending"),
            ]
        )

    def _keep(self, data):
        """Keep a file of known type as the attachment of this proof."""
        self.ensure_one()
        self.env["ir.attachment"].sudo().with_context(image_no_postprocess=True).create(
            {
                "name": self.file_name,
                "raw": data,
                "mimetype": self.file_type,
                "res_model": self._name,
                "res_field": "file",
                "res_id": self.id,
            }
        )
        self.invalidate_recordset(["file"])

    @api.model
    def _read_document(self, data):
        """Return (bytes to keep, type) of a document; refuse what is none.

        A picture is drawn anew: what its makers or others hid in it, such as
        where it was taken, is not kept.
        """
        if not data:
            raise UserError(self.env._("Choose a file to send."))
        if len(data) > self._most_bytes():
            raise UserError(
                self.env._("This file is too large: %(size)s MB at the most.",
                           size=self._most_bytes() // 1024 // 1024)
            )
        kind = document.recognise(data)
        if kind is None or guess_mimetype(data) != kind:
            raise UserError(
                self.env._("This file is neither a PDF nor a picture (JPEG or PNG): send one of these.")
            )
        return (data if kind == document.PDF else self._redraw(data, kind)), kind

    @api.model
    def _redraw(self, data, kind):
        try:
            picture = Image.open(io.BytesIO(data), formats=["JPEG" if kind == document.JPEG else "PNG"])
            if picture.width * picture.height > IMAGE_MAX_RESOLUTION:
                raise ValueError("Too many pixels to unpack.")
            drawn = io.BytesIO()
            if kind == document.PNG:
                picture = picture.convert("RGBA")
                picture.thumbnail((PICTURE_SIZE, PICTURE_SIZE))
                picture.save(drawn, "PNG", icc_profile=None)
            else:
                picture.thumbnail((PICTURE_SIZE, PICTURE_SIZE))
                picture = image_fix_orientation(picture).convert("RGB")
                picture.save(drawn, "JPEG", quality=PICTURE_QUALITY, icc_profile=None)
        except UNREADABLE as error:
            raise UserError(
                self.env._("This picture cannot be read: take it again, or send a PDF.")
            ) from error
        return drawn.getvalue()

    @api.model
    def _plain_name(self, name, file_type):
        """Return a name that says what the file is, whatever the sender calls it."""
        stem = str(name or "").replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
        stem = " ".join("".join(c if c.isprintable() else " " for c in stem).split())
        return (stem[:NAME_LENGTH].strip(" .") or "document") + document.EXTENSIONS[file_type]

    def _withdraw(self):
        """Take a pending document back: its file is deleted, nobody decides."""
        for proof in self.sudo():
            proof._require_pending()
            proof.state = "withdrawn"
            proof._forget_file()
            proof.activity_unlink(["tierslieu_base.activity_check_proof"])

    # -- What holds, and what a member sees

    @api.model
    def _valid_between(self, partners, first, last, company):
        """Return the accepted proofs of people that hold on a date, or more, of a period.

        The one that decides comes last for each person: the first profile
        and, for one profile, the longest.
        """
        proofs = self.sudo().search_fetch(
            [
                ("partner_id", "in", partners.ids),
                ("company_id", "=", company.id),
                ("state", "=", "accepted"),
                ("valid_from", "<=", last),
                ("valid_until", ">=", first),
                ("profile_id.active", "=", True),
            ],
            ["partner_id", "profile_id", "valid_from", "valid_until"],
        )
        return proofs.sorted(
            lambda proof: (
                proof.profile_id.sequence, proof.profile_id.id,
                -proof.valid_until.toordinal(), proof.id,
            ),
            reverse=True,
        ).with_env(self.env)

    @api.model
    def _portal_fare(self, partner, company):
        """Return what a member sees: dict of the fare today and the fares to ask for.

        `profile`, `until` (date or False), `soon` (whether it ends within 30
        days), `offers`: dicts of `profile`, `pending`, `refused`, `accepted`
        (proofs, maybe empty), and `insist` (whether to send is the next thing to do).
        """
        today = company._tierslieu_today()
        partner = partner.sudo().with_company(company)
        profile, proof = partner._tierslieu_fares_on(today)[partner.id]
        own = self.sudo().search(
            [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        )
        offered = self.env["tierslieu.profile"].sudo().search(
            [("company_id", "=", company.id), ("needs_proof", "=", True)]
        )
        return {
            "profile": profile.sudo(),
            "until": proof.sudo().valid_until,
            "soon": self._ends_soon(proof.sudo(), today),
            "offers": [own._offer(profile, today, alone=len(offered) == 1) for profile in offered],
        }

    def _offer(self, profile, today, alone):
        """Return where these proofs of one person stand for a profile.

        :param alone: whether no other profile asks for a proof
        """
        mine = self.filtered(lambda proof: proof.profile_id == profile)
        pending = mine.filtered(lambda proof: proof.state == "pending")[:1]
        decided = mine.filtered(lambda proof: proof.state in ("accepted", "refused")).sorted(
            lambda proof: (proof.decided_on, proof.id), reverse=True
        )
        accepted = decided.filtered(
            lambda proof: proof.state == "accepted" and proof.valid_until >= today
        ).sorted("valid_until", reverse=True)[:1]
        last = decided[:1]
        refused = last if last.state == "refused" and not pending else self.browse()
        expired = last if last.state == "accepted" and not accepted else self.browse()
        soon = self._ends_soon(accepted, today)
        return {
            "profile": profile,
            "pending": pending,
            "accepted": accepted,
            "refused": refused,
            "expired": expired,
            "soon": soon,
            "insist": not pending and bool(refused or expired or soon or (alone and not accepted)),
        }

    @api.model
    def _ends_soon(self, proof, today):
        return bool(proof) and (proof.valid_until - today).days <= REMIND_DAYS
