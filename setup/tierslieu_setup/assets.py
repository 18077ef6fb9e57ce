"""Compile the pages' styles and scripts ahead, so that no visitor and no browser test waits for them.

Runs inside Odoo (see `inside_odoo` and `logs`).
"""

STYLES = ("web.assets_frontend", "web.assets_web", "web.report_assets_common")
SCRIPTS = ("web.assets_frontend_minimal", "web.assets_frontend_lazy", "web.assets_web")
TEST_SCRIPTS = ("web.assets_tests", "web.__assets_tests_call__")


def compile_assets(env, with_tests=False):
    """Store the bundles of every website; those already stored and up to date cost nothing."""
    websites = env["website"].search([]) if "website" in env else [None]
    for website in websites:
        bundles = env["ir.qweb"].with_context(website_id=website and website.id)
        for name in STYLES:
            bundles._get_asset_bundle(name, css=True, js=False).css()
        for name in SCRIPTS + (TEST_SCRIPTS if with_tests else ()):
            bundles._get_asset_bundle(name, css=False, js=True).js()
