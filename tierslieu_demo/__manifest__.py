{
    "name": "Tierslieu Demo: Le Quai",
    "summary": "A believable French tiers-lieu, to visit and to learn from",
    "version": "19.0.1.4.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_membership", "tierslieu_events", "l10n_fr_account", "payment_demo"],
    "external_dependencies": {"python": ["freezegun"]},
    "data": ["views/website.xml", "views/website_pages.xml"],
    "post_init_hook": "build_le_quai",
}
