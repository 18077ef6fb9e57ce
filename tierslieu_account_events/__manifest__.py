{
    "name": "Tierslieu Books: Events",
    "summary": "What the books know of tickets and events",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_account", "tierslieu_account_booking", "tierslieu_events"],
    "auto_install": True,
}
