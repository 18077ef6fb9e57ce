{
    "name": "Tierslieu Events",
    "summary": "Events and their tickets: seats that cannot be oversold, rooms that are really free, a door that works",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_booking", "website_event_sale"],
    "data": [
        "security/groups.xml",
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/params.xml",
        "data/cron.xml",
        "views/event.xml",
        "views/seats.xml",
    ],
    "assets": {
        "web.assets_frontend": ["tierslieu_events/static/src/website/**/*"],
    },
}
