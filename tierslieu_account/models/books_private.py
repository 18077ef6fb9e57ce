from odoo import api, models
from odoo.exceptions import AccessError


class Users(models.Model):
    _inherit = "res.users"

    def _tierslieu_is_only_accountant(self):
        """Whether this user reads the books and has no part in the welcome of people."""
        self.ensure_one()
        return self.has_group("tierslieu_account.group_accountant") and not self.has_group(
            "tierslieu_base.group_host"
        )


class PrivateNotes(models.AbstractModel):
    """What the team notes of people, on records that an accountant reads.

    An accountant reads a member's name and address on an invoice, not what the
    team wrote down about them: neither the notes nor the discussion.
    """

    _name = "tierslieu.private.notes"
    _description = "Notes of the team that an accountant does not read"

    # Names of the fields that hold them.
    _tierslieu_private = frozenset()

    def _tierslieu_hides_notes(self):
        return not self.env.su and self.env.user._tierslieu_is_only_accountant()

    def _tierslieu_refuse_accountant(self):
        """Refuse who only keeps the books: what the suite does for a person, it does with the rights of the system.

        :raises AccessError: one sentence
        """
        if self._tierslieu_hides_notes():
            raise AccessError(self.env._("An accountant reads this, and leaves it as it is: ask the team."))

    def _has_field_access(self, field, operation):
        if field.name in self._tierslieu_private and self._tierslieu_hides_notes():
            return False
        return super()._has_field_access(field, operation)

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._tierslieu_hides_notes())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Leave the notes out of the screens of who may not read them."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if self._tierslieu_hides_notes():
            for name in self._tierslieu_private:
                for node in arch.xpath("//field[@name=$name] | //label[@for=$name]", name=name):
                    node.getparent().remove(node)
        return arch, view

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let the discussion be read by those who may change the record."""
        if message_operation == "read" and self._tierslieu_hides_notes():
            return dict.fromkeys(self, "unlink")
        return super()._mail_get_operation_for_mail_message_operation(message_operation)


class Partner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "tierslieu.private.notes"]

    _tierslieu_private = frozenset({"comment"})
