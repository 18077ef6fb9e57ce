"""Build Le Quai: settings first, then the CSV files, then a year of life."""

import csv
import json
from pathlib import Path

from odoo import Command

from .bank import journal_of
from .build_adhesions import build_adhesions
from .build_cards import build_cards
from .build_company import build_company, close_on_holidays
from .build_entrance import build_entrance
from .build_events import build_events
from .build_extras import add_extras_today, join_wholes
from .build_joined import build_joined
from .build_people import build_people
from .build_profiles import PROFILE_FILES, build_profiles
from .build_things import build_things
from .build_year import build_year
from .drawings import drawings
from .leftovers import drop_mails, few_leftovers

HERE = Path(__file__).parent
# In the order in which they refer to each other; the same files that a
# manager edits and imports from the screen of each list.
FILES = (
    "tierslieu.amenity",
    "tierslieu.place",
    "tierslieu.cancellation.policy",
    "tierslieu.cancellation.step",
    "tierslieu.space",
    "tierslieu.habilitation.kind",
    "tierslieu.credit.type",
    "tierslieu.credit.value",
    "product.product",
    "product.template",
    *PROFILE_FILES,
    "tierslieu.rate",
    "tierslieu.extra",
    "res.partner",
    "tierslieu.plan",
    "tierslieu.plan.allowance",
)


def build_le_quai(env):
    """Turn a fresh French company into Le Quai, open for business."""
    env = env(context=dict(env.context, lang="fr_FR", tracking_disable=True))
    with few_leftovers():
        _settings(env)
        build_company(env)
        _taxes(env)
        for model in FILES:
            load_csv(env, model)
        join_wholes(env)
        _opening_hours(env)
        close_on_holidays(env)
        _pictures(env)
        _users(env)
        _website(env)
        build_profiles(env)
        build_year(env)
        build_people(env)
        build_adhesions(env)
        build_joined(env)
        build_cards(env)
        build_things(env, load_csv)
        build_entrance(env)
        add_extras_today(env)
        build_events(env)
        drop_mails(env)


def load_csv(env, model):
    """Load one CSV file with Odoo's own import; raise on its first complaint."""
    with (HERE / "csv" / f"{model}.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    result = env[model].load(header, rows)
    problems = [m for m in result["messages"] if m["type"] == "error"]
    if problems:
        raise ValueError(f"{model}.csv: {problems[0]['message']}")
    return result["ids"]


def _settings(env):
    company = env.company
    company.account_price_include = "tax_included"
    params = env["ir.config_parameter"].sudo()
    params.set_param("auth_signup.invitation_scope", "b2c")
    company.alias_domain_id = env["mail.alias.domain"].create(
        {"name": "lequai.example", "default_from": "bonjour", "company_ids": company.ids}
    )
    if not journal_of(env, "cash"):
        env["account.journal"].create(
            {"name": "Caisse", "type": "cash", "code": "CSH1", "company_id": company.id}
        )
    env.ref("payment.payment_provider_demo").write(
        {"state": "test", "is_published": True, "allow_express_checkout": False}
    )
    env.ref("payment_demo.payment_method_demo").name = "Carte bancaire (démonstration)"


def _taxes(env):
    """Use the chart's own tax-included rates for services, under ids the CSV names.

    Le Quai has opted to owe its VAT when it invoices, not when it is paid (« d'après
    les débits », article 269-2-c of the tax code).
    """
    for rate, xmlid in ((20, "tva_20"), (10, "tva_10")):
        tax = env["account.tax"].with_context(active_test=False).search(
            [
                ("company_id", "=", env.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount", "=", rate),
                ("price_include_override", "=", "tax_included"),
                ("tax_scope", "=", "service"),
            ],
            limit=1,
        )
        tax.write({"active": True, "tax_exigibility": "on_invoice"})
        env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"le_quai.{xmlid}", "record": tax, "noupdate": True}]
        )


def _opening_hours(env):
    """Open from 9 to 18 on weekdays and from 10 to 17 on Saturdays."""
    calendar = env.ref("le_quai.place").resource_calendar_id
    calendar.attendance_ids.unlink()
    calendar.attendance_ids = [
        Command.create(
            {
                "name": "Ouverture",
                "dayofweek": str(day),
                "hour_from": 9 if day < 5 else 10,
                "hour_to": 18 if day < 5 else 17,
                "day_period": "morning",
            }
        )
        for day in range(6)
    ]


def _pictures(env):
    """Give each space and each pack the drawing that has its name."""
    for name, picture in (drawings("spaces") | drawings("packs")).items():
        env.ref(f"le_quai.{name}").image_1920 = picture


def _users(env):
    """Create the people who log in, as `logins.json` tells the visitor."""
    groups = {
        "camille": [
            "tierslieu_base.group_manager",
            "account.group_account_manager",
            "sales_team.group_sale_manager",
            "website.group_website_designer",
            "base.group_partner_manager",
        ],
        "sami": ["tierslieu_base.group_host", "base.group_partner_manager"],
        "alice": ["base.group_portal"],
    }
    for login in json.loads((HERE / "logins.json").read_text(encoding="utf-8")):
        name = login["login"]
        values = {
            "login": name,
            "name": login["who"].split(",")[0],
            "password": login["password"],
            "lang": "fr_FR",
            "tz": "Europe/Paris",
            "group_ids": [Command.set([env.ref(xmlid).id for xmlid in groups[name]])],
        }
        if name == "alice":
            values["partner_id"] = env.ref("le_quai.alice").id
        else:
            values["email"] = f"{name}@lequai.example"
            if "odoobot_state" in env["res.users"]._fields:
                # Its greeting would cover the whole screen of a phone.
                values["odoobot_state"] = "disabled"
        env["res.users"].with_context(no_reset_password=True).create(values)
    env.ref("base.user_admin").write(
        {"lang": "fr_FR", "tz": "Europe/Paris", "email": "admin@lequai.example"}
    )


def _website(env):
    website = env["website"].search([], limit=1)
    french = env.ref("base.lang_fr")
    website.write(
        {
            "name": "Le Quai",
            "homepage_url": False,
            "default_lang_id": french.id,
            "language_ids": [Command.set(french.ids)],
            "show_line_subtotals_tax_selection": "tax_included",
            "logo": drawings(".")["logo"],
            "salesperson_id": False,
            "social_facebook": False,
            "social_twitter": False,
            "social_linkedin": False,
        }
    )
    env.company.logo = website.logo
    _menus(env, website)
    # Odoo gives each website an empty first page of its own.
    pages = env["website.page"].search([("url", "=", "/"), ("website_id", "=", website.id)])
    (pages - env.ref("tierslieu_demo.page_home")).unlink()
    # Odoo's own page thanks in the name of a company that is not this one.
    env.ref("website.contactus_thanks").is_published = False
    # The footer says how to reach us; Odoo's header has someone else's number.
    for name in ("header_text_element", "header_call_to_action"):
        view = env.ref(f"website.{name}", raise_if_not_found=False)
        if view:
            view.active = False


def _menus(env, website):
    """Put the pages of Le Quai in the order in which a newcomer reads them."""
    menus = website.menu_id.child_id
    menus.filtered(lambda menu: menu.url in ("/", "/shop", "/contactus", "/join", "/event")).unlink()
    for sequence, page in ((10, "home"), (40, "join")):
        page = env.ref(f"tierslieu_demo.page_{page}")
        env["website.menu"].create(
            {
                "name": page.name,
                "url": page.url,
                "page_id": page.id,
                "parent_id": website.menu_id.id,
                "website_id": website.id,
                "sequence": sequence,
            }
        )
