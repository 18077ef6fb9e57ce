{
    "name": "Tierslieu Books: Events",
    "summary": "What the books know of tickets and events",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "installable": False,
    "depends": ["tierslieu_account", "tierslieu_account_booking", "tierslieu_events"],
    "auto_install": True,
    "post_init_hook": "post_init",
    "data": [
        "security/ir.model.access.csv",
        "data/activity_source.xml",
        "views/accountant.xml",
        "views/event_gift.xml",
    ],
}
