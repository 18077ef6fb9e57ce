{
    "name": "Tierslieu Books",
    "summary": "Books that an accountant can close: the FEC, the right accounts, deferred income",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_base", "l10n_fr_account"],
    "data": [
        "security/groups.xml",
        "security/accountant.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "views/menu.xml",
        "views/bank_line.xml",
        "views/books_home.xml",
        "views/res_config_settings.xml",
    ],
    "assets": {
        "web.assets_tests": ["tierslieu_account/static/tests/tours/**/*"],
    },
}
