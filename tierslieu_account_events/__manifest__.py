{
    "name": "Tierslieu Books: Events",
    "summary": "What the books know of tickets and events",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_account", "tierslieu_events"],
    "auto_install": True,
    "data": [
        "security/ir.model.access.csv",
        "views/accountant.xml",
        "views/event_gift.xml",
    ],
}
