{
    "name": "Tierslieu Books: Membership",
    "summary": "What the books know of adhesions, plans and cautions",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_account", "tierslieu_membership"],
    "auto_install": True,
    "data": [
        "views/deferred_settings.xml",
    "post_init_hook": "post_init",
    "data": [
        "data/activity_source.xml",
        "security/ir.model.access.csv",
        "wizards/caution_keep.xml",
        "views/accountant.xml",
        "views/res_config_settings.xml",
    ],
}
