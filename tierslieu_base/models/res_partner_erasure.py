import uuid

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Texts of a contact that tell nothing of anyone.
NEUTRAL_FIELDS = {"name", "complete_name", "commercial_company_name"}


class Partner(models.Model):
    """Erasing a person: what forbids it, and what becomes of the contact."""

    _inherit = "res.partner"

    tierslieu_erased_at = fields.Datetime(
        string="Erased on", readonly=True, copy=False, groups="tierslieu_base.group_host"
    )

    def _fields_sync(self, values):
        """Erase a person without touching their company or their colleagues.

        Odoo copies the address of a contact to and from its company.
        """
        if not self.env.context.get("tierslieu_erasing"):
            super()._fields_sync(values)

    # -- What other addons add to

    def _tierslieu_erasure_obstacles(self):
        """Return the sentences that say why this person cannot be erased yet.

        Addons add theirs: bookings to come, something to pay…
        """
        self.ensure_one()
        _ = self.env._
        person = self.sudo().with_context(active_test=False)
        if person.is_company:
            return [_("%(name)s is not a person: erase its contacts one by one.", name=person.name)]
        if any(not user.share for user in person.user_ids) or any(
            user._is_public() for user in person.user_ids
        ):
            return [_("%(name)s has access to the back office: take it away first.", name=person.name)]
        if self.env["res.company"].sudo().search_count([("partner_id", "=", person.id)], limit=1):
            return [_("This contact is your own company.")]
        return []

    def _tierslieu_erased_values(self):
        """Return what to write over a contact; addons add what they keep on it.

        Every text and every picture goes, those of addons that know nothing
        of this one included, save what Odoo computes by itself.
        """
        self.ensure_one()
        values = {
            name: False
            for name, field in self._fields.items()
            if field.store
            and field.type in ("char", "text", "html", "binary", "image")
            and not (field.compute and field.readonly)
            and not field.related
            and name not in NEUTRAL_FIELDS
        }
        return values | {
            "name": self.with_context(lang=self._tierslieu_lang()).env._("Erased person"),
            "partner_latitude": 0,
            "partner_longitude": 0,
            "state_id": False,
            "category_id": [fields.Command.clear()],
            "tierslieu_profile_id": False,
        }

    def _tierslieu_before_erasure(self):
        """Put what must be kept where it no longer needs the contact; addons add theirs."""

    # -- Erase

    def _tierslieu_lang(self):
        """Return the language that the team reads."""
        return self.env.company.partner_id.lang or self.env.lang

    def _tierslieu_with_addresses(self):
        """Return this person and the addresses that are only theirs."""
        self.ensure_one()
        return self | self.sudo().with_context(active_test=False).search(
            [("parent_id", "=", self.id), ("type", "in", ("invoice", "delivery", "other"))]
        )

    def _tierslieu_erase(self):
        """Erase a person; return {rule: number of rows} of what was done, {} when it was before.

        :raises UserError: one sentence for each thing that forbids it
        """
        self.ensure_one()
        person = self.sudo().with_context(active_test=False)
        if person.tierslieu_erased_at:
            return {}
        obstacles = person._tierslieu_erasure_obstacles()
        if obstacles:
            raise UserError("\n".join(obstacles))
        everyone = person._tierslieu_with_addresses()
        everyone._tierslieu_before_erasure()
        registry = self.env["tierslieu.retention"].sudo()
        done = {}
        for rule in registry._sorted_rules():
            if not rule.person:
                continue
            rows = registry._rows_of(rule, everyone)
            if rule.chatter:
                registry._empty_chatter(rows, attachments=rule.erasure != "keep")
            if rows and rule.erasure != "keep":
                done[rule] = len(rows)
                registry._apply(rule, rule.erasure, rows)
        everyone.tierslieu_erased_at = fields.Datetime.now()
        return done

    def _tierslieu_pseudonymise(self):
        """Write over all that tells who these contacts are, and archive them."""
        for partner in self:
            partner.activity_ids.unlink()
            partner._tierslieu_documents().unlink()
            self.env["mail.followers"].search([("partner_id", "=", partner.id)]).unlink()
            self.env["mail.followers"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)]
            ).unlink()
            values = partner._tierslieu_erased_values()
            per_company = [name for name in values if partner._fields[name].company_dependent]
            partner.write(values)
            for company in self.env["res.company"].search([]):
                partner.with_company(company).write(dict.fromkeys(per_company, False))
        # Odoo looks whether an account is still active: archived ones must not count.
        self.with_context(active_test=True).active = False

    def _tierslieu_documents(self):
        """Return the files kept on these contacts."""
        return self.env["ir.attachment"].sudo().search(
            [("res_model", "=", "res.partner"), ("res_id", "in", self.ids), ("res_field", "=", False)]
        )

    def _tierslieu_photo(self):
        """Return the photos of these contacts, as they were sent."""
        return self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.ids),
                ("res_field", "=", "image_1920"),
            ]
        )


class Users(models.Model):
    _inherit = "res.users"

    def _deactivate_portal_user(self, **post):
        """Who deletes their own account asks to be erased: a manager sees to the rest."""
        partners = self.partner_id
        result = super()._deactivate_portal_user(**post)
        for partner in partners:
            self.env["tierslieu.data.request"]._ask_erasure(partner, self.env.company)
        return result

    def _tierslieu_close_account(self):
        """Archive accounts so that nobody logs in with them, nor finds whose they were.

        Login and password go by SQL: the ORM would write to the former
        address that they have changed.
        """
        self.env["res.device.log"].sudo().search([("user_id", "in", self.ids)]).unlink()
        for user in self.sudo():
            user.api_key_ids._remove()
            user.signature = False
            user.with_user(self.env.ref("base.user_root")).action_archive()
            user.flush_recordset()
            self.env.cr.execute(
                SQL("UPDATE res_users SET login = %s, password = NULL WHERE id = %s",
                    f"erased-{uuid.uuid4().hex}", user.id)
            )
            user.invalidate_recordset()
        self.env.registry.clear_cache()
