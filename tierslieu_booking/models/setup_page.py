import re

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from .setup_look import PALETTES

BOOK, WELCOME = "/book", "/welcome"
# What Odoo's sample site has in its menu, and a place has no use for.
SAMPLES = ("/", "/shop", "/contactus")
DOMAIN = re.compile(r"(https?://)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[0-9]+)?")


class Setup(models.Model):
    """The page that visitors see first."""

    _inherit = "tierslieu.setup"

    def _website(self):
        """Return the website of the company; empty when it has none of its own yet."""
        return self.env["website"].search([("company_id", "=", self.company_id.id)], limit=1)

    def _is_there_page(self):
        return bool(self._website().homepage_url)

    def _site_url(self, path):
        """Return the address of a page of the company's site."""
        return f"{(self._website().domain or '').rstrip('/')}{path}"

    def _page_page(self):
        _ = self.env._
        website = self._website()
        keep = {"key": "keep", "label": _("The page that is there"), "help": ""}
        fields = [
            self._field("name", "text", _("Name of the site")),
            self._field(
                "home", "cards", _("People arrive on"),
                options=[
                    {"key": WELCOME, "label": _("A page of welcome"),
                     "help": _("A few words of yours, and the spaces.")},
                    {"key": BOOK, "label": _("Booking at once"),
                     "help": _("The spaces, their prices, what is free.")},
                    *([keep] if self._step("page").state == "done" or not website else []),
                ],
            ),
            self._field("title", "text", _("First words"), when={"home": [WELCOME]},
                        placeholder=_("Work, meet, learn, at the end of the street")),
            self._field("text", "textarea", _("And then"), when={"home": [WELCOME]},
                        placeholder=_("Who you are, what people find here, when to drop in.")),
            self._palette_field(website),
            self._field("tidy", "toggle", _("Keep the menu short"),
                        help=_("The shop and the sample pages of Odoo leave it; its sample phone number too.")),
        ]
        if website != self.env["website"].search([], limit=1):
            fields.insert(1, self._field(
                "domain", "text", _("Address of the site"), placeholder="lagrange.fr",
                help=_("The domain name that leads to it: this database has another site."),
            ))
        home = website.homepage_url
        return {
            "title": _("What do visitors see first?"),
            "intro": _("Words, pictures and colours are then changed on the page itself."),
            "fields": fields,
            "values": {
                "name": website.name if home else self.place_id.name or self.company_id.name,
                "domain": website.domain or "",
                "home": home if home in (BOOK, WELCOME) else ("keep" if home else WELCOME),
                "title": website.tierslieu_welcome_title or "",
                "text": website.tierslieu_welcome_text or "",
                "palette": self._palette_of(website),
                "tidy": not home or not website.menu_id.child_id.filtered(lambda menu: menu.url in SAMPLES),
            },
        }

    def _apply_page(self, answers):
        """Name the site, choose what it opens on, and make its menu lead to booking."""
        _ = self.env._
        name = answers.text("name", _("Name of the site"), required=True, most=60)
        home = answers.choice("home", _("People arrive on"), (BOOK, WELCOME, "keep"))
        values = {
            "name": name,
            "tierslieu_welcome_title": answers.text("title", _("First words"), most=120),
            "tierslieu_welcome_text": answers.text("text", _("And then"), most=2000),
            "show_line_subtotals_tax_selection": "tax_included",
        }
        if home != "keep":
            values["homepage_url"] = home
        palette = answers.choice("palette", _("Colours"), (*PALETTES, "keep"), required=False)
        domain = self._read_domain(answers)
        website = self._ensure_website(name)
        if domain:
            values["domain"] = domain
        if not self.company_id.uses_default_logo:
            values["logo"] = self.company_id.logo
        if self._step("page").state != "done":
            values |= self._in_their_language(website)
        website.write(values)
        self._set_palette(website, palette)
        self._settle_menu(website, tidy=answers.flag("tidy"))

    def _read_domain(self, answers):
        label = self.env._("Address of the site")
        domain = (answers.text("domain", label, most=200) or "").lower().rstrip("/")
        if domain and not DOMAIN.fullmatch(domain):
            raise UserError(
                self.env._("%(domain)s is not the address of a site: lagrange.fr is.", domain=domain)
            )
        others = self.env["website"].search([("domain", "!=", False)]) - self._website()
        if domain and any(domain == one.domain.split("://")[-1] for one in others):
            raise UserError(self.env._("Another site has this address: %(domain)s.", domain=domain))
        return domain

    def _ensure_website(self, name):
        """Return the website of the company, made when the others belong to other companies."""
        return self._website() or self.env["website"].create(
            {"name": name, "company_id": self.company_id.id}
        )

    def _in_their_language(self, website):
        """Return the language of who sets the place up as that of the site."""
        language = self.env["res.lang"]._lang_get(self.env.user.lang)
        if not language:
            return {}
        return {
            "default_lang_id": language.id,
            "language_ids": [Command.link(language.id)],
        }

    def _settle_menu(self, website, tidy):
        """Have booking in the menu, once; take out what belongs to Odoo's samples."""
        menu = website.menu_id
        if not menu.child_id.filtered(lambda one: one.url == BOOK):
            self.env["website.menu"].create(
                {"name": self.env._("Book"), "url": BOOK, "parent_id": menu.id,
                 "website_id": website.id, "sequence": 15}
            )
        if tidy:
            menu.child_id.filtered(lambda one: one.url in SAMPLES).unlink()
            self._settle_frame(website)

    def _settle_frame(self, website):
        """Take Odoo's sample words out of the head and the foot; a foot that somebody wrote stays."""
        switches = {"website.header_text_element": False, "website.header_call_to_action": False}
        views = self.env["ir.ui.view"].with_context(active_test=False)
        if not views.search_count([("key", "=", "website.footer_custom"), ("website_id", "=", website.id)]):
            switches["tierslieu_booking.footer_place"] = True
        # A name says more than “Your Logo”, until there is one.
        nameless = self.company_id.uses_default_logo
        mine = views.search([("key", "=", "tierslieu_booking.brand_place"), ("website_id", "=", website.id)])
        if nameless or mine.active:
            switches |= {
                "website.option_header_brand_logo": not nameless, "tierslieu_booking.brand_place": nameless,
            }
        for name, active in switches.items():
            view = self.env.ref(name, raise_if_not_found=False)
            if view:
                view.with_context(website_id=website.id).active = active
