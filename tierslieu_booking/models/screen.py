from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# What the key of a screen opens: one page that shows little, to whoever has its link.
PURPOSE = "screen"


class Screen(models.AbstractModel):
    """A page made for a screen on a wall: off, for whoever has its link, or for everyone.

    The link holds a derived key: the team can show it again, and renewing it
    makes the former one worthless at once.
    """

    _name = "tierslieu.screen"
    _description = "Page for a screen"

    screen_url = fields.Char(
        string="Link of the screen", compute="_compute_screen_url", groups="tierslieu_base.group_host",
        help="Open it on the screen, once. Whoever has a secret link sees the page: renew it when it has gone astray.",
    )

    def _screen_mode(self):
        """Return who may see the page: “off”, “token” or “public”."""
        raise NotImplementedError

    def _screen_path(self):
        """Return the address of the page on the website, without its key."""
        raise NotImplementedError

    def _compute_screen_url(self):
        for record in self:
            record.screen_url = record._screen_url()

    def _screen_url(self):
        """Return the whole address of the page; False when it is off, or has no key yet."""
        self.ensure_one()
        mode = self._screen_mode() if self.id else "off"
        if mode == "off":
            return False
        address = f"{self.get_base_url()}{self._screen_path()}"
        if mode == "public":
            return address
        key = self.env["tierslieu.token"].sudo()._show_derived(self._origin, PURPOSE)
        return f"{address}/{key}" if key else False

    def _give_keys(self):
        """Give a key to the pages that need one and have none."""
        tokens = self.env["tierslieu.token"].sudo()
        for record in self:
            if record._screen_mode() == "token" and not tokens._show_derived(record, PURPOSE):
                tokens._issue_derived(record, PURPOSE)

    def _is_opened_by(self, key):
        """Whether who comes with a key, or without, may see this page."""
        self.ensure_one()
        mode = self._screen_mode()
        if mode == "token":
            return bool(key) and self.env["tierslieu.token"]._resolve(key, PURPOSE) == self
        return mode == "public"

    def action_open_screen(self):
        """Open the page in another tab; its link is the team's, as the field that shows it."""
        self.ensure_one()
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group("tierslieu_base.group_host")):
            raise AccessError(self.env._("Ask the team: this is done at the reception."))
        address = self.sudo()._screen_url()
        if not address:
            raise UserError(self.env._("This page is off: choose who may see it, and save."))
        return {"type": "ir.actions.act_url", "url": address, "target": "new"}

    def action_renew_screen(self):
        """Make the link of the page worthless, and give another."""
        self.check_access("write")
        tokens = self.env["tierslieu.token"].sudo()
        for record in self:
            tokens._revoke(record, PURPOSE)
        self._give_keys()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_keys(self):
        """Leave no key behind: it would open nothing, and for ever."""
        self.env["tierslieu.token"]._revoke(self, PURPOSE)


def stamp(moment):
    """Turn a naive UTC moment into what JavaScript counts in: milliseconds."""
    return int((moment - datetime(1970, 1, 1)).total_seconds() * 1000)
