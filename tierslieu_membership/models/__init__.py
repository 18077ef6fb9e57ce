from . import (
    adhesion_company,
    product_adhesion,
    adhesion,
    adhesion_member,
    adhesion_invoice,
    adhesion_order,
    adhesion_reminder,
    adhesion_portal,
    adhesion_retention,
    adhesion_integrity,
)
