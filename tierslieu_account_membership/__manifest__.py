{
    "name": "Tierslieu Books: Membership",
    "summary": "What the books know of adhesions, plans and cautions",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_account", "tierslieu_membership"],
    "auto_install": True,
    "post_init_hook": "post_init",
    "data": [
        "security/ir.model.access.csv",
        "data/activity_source.xml",
        "wizards/caution_keep.xml",
        "views/deferred_settings.xml",
        "views/accountant.xml",
        "views/res_config_settings.xml",
    ],
}
