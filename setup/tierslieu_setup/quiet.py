"""Switch off whatever in Odoo calls other machines by itself, until a manager wants it.

Runs inside Odoo (see `inside_odoo`). Everything here is a system parameter or a scheduled action,
so a manager switches it on again in Settings > Technical: remove the parameter, activate the action.
"""

NOWHERE = "http://127.0.0.1:9"  # the discard port: refused at once, and never leaves this machine
PARAMETERS = {
    "enrich.endpoint": NOWHERE,  # company data from a domain name
    "html_editor.media_library_endpoint": NOWHERE,  # stock pictures in the editor
    "html_editor.olg_api_endpoint": NOWHERE,  # generated texts in the editor
    "iap.endpoint": NOWHERE,  # paid services and their credits
    "iap.partner_autocomplete.endpoint": NOWHERE,  # addresses proposed while a contact is typed
    "sms.endpoint": NOWHERE,
    "snailmail.endpoint": NOWHERE,
    "website.olg_api_endpoint": NOWHERE,
    "website.website_api_endpoint": NOWHERE,  # the configurator of a new website
    "account_peppol.edi.mode": "demo",  # no look-up of each contact in the Peppol directory
    "mail.link_preview_throttle": "0",  # no visit to the links that people write
}
SCHEDULED_ACTIONS = (
    "mail.ir_cron_module_update_notification",  # tells the publisher about this database
)


def hush(env):
    """Point remote services nowhere and stop the actions that report home."""
    for name, value in PARAMETERS.items():
        env["ir.config_parameter"].set_param(name, value)
    for name in SCHEDULED_ACTIONS:
        env.ref(name).active = False
