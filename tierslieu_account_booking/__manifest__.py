{
    "name": "Tierslieu Books: Booking",
    "summary": "What the books know of bookings, credits and their refunds",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_account", "tierslieu_booking"],
    "auto_install": True,
    "data": [
        "views/invoice_mentions.xml",
        "security/ir.model.access.csv",
        "views/pack_use.xml",
    "post_init_hook": "post_init",
    "data": [
        "data/activity_source.xml",
        "views/figures_activity.xml",
        "security/ir.model.access.csv",
        "views/accountant.xml",
        "views/res_config_settings.xml",
    ],
}
