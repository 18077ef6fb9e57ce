import re

from odoo import api, models

DEFAULT = "tierslieu"
# The same as in static/src/look/primary_variables.scss, where they are palettes of the website's editor.
PALETTES = {
    DEFAULT: ("#B4472E", "#3F6B52", "#FBF7F1", "#1F2D3A"),
    "tierslieu-sea": ("#1F6480", "#4F6B2F", "#F5F8F7", "#1B2B38"),
    "tierslieu-wood": ("#2F6B4A", "#8A5A1C", "#F8F7F0", "#22302A"),
    "tierslieu-plum": ("#7A3B69", "#3F6B52", "#FAF6F8", "#2E2433"),
}
CHOICES = "/website/static/src/scss/options/user_values.scss"
CHOSEN = re.compile(r"'color-palettes-name': '?([\w-]+)'?,")


class Setup(models.Model):
    """The colours of the site: a palette of the website's own editor, where each is changed further."""

    _inherit = "tierslieu.setup"

    @api.model
    def _palettes(self):
        """Return the palettes that are offered, as options of a field."""
        _ = self.env._
        names = {
            DEFAULT: _("Brick and sage"),
            "tierslieu-sea": _("Sea and moss"),
            "tierslieu-wood": _("Forest and ochre"),
            "tierslieu-plum": _("Plum and sage"),
        }
        return [
            {"key": key, "label": names[key], "help": "", "colors": colors}
            for key, colors in PALETTES.items()
        ]

    def _palette_of(self, website):
        """Return the palette that a site has; another one than ours is kept by “keep”."""
        if not website:
            return DEFAULT
        assets = self.env["website.assets"].with_context(website_id=website.id)
        content = assets._get_content_from_url(
            assets._make_custom_asset_url(CHOICES, "web.assets_frontend")
        )
        chosen = CHOSEN.search((content or b"").decode())
        name = chosen[1] if chosen else "null"
        if name == "null":
            return DEFAULT
        return name if name in PALETTES else "keep"

    def _palette_field(self, website):
        options = self._palettes()
        if self._palette_of(website) == "keep":
            options.append({"key": "keep", "label": self.env._("The colours that are there"), "help": ""})
        return self._field("palette", "cards", self.env._("Colours"), options=options)

    def _set_palette(self, website, palette):
        """Give a site a palette; colours that somebody changed one by one are lost with another palette only."""
        if palette in PALETTES and palette != self._palette_of(website):
            self.env["website.assets"].with_context(website_id=website.id).make_scss_customization(
                CHOICES, {"color-palettes-name": f"'{palette}'"}
            )
