{
    "name": "Tierslieu Membership",
    "summary": "Adhesions, plans and subscriptions, billed to the day and to the cent",
    "version": "19.0.1.0.0",
    "category": "Services/Tierslieu",
    "author": "Tierslieu contributors",
    "license": "AGPL-3",
    "depends": ["tierslieu_booking", "contract", "membership"],
    "data": [
        "security/ir.model.access.csv",
        "security/rules.xml",
        "data/plan.xml",
        "wizards/plan_sale.xml",
        "wizards/subscription.xml",
        "views/plan.xml",
        "views/subscription.xml",
        "views/menu.xml",
    ],
}
