from . import (
    adhesion,
    adhesion_company,
    adhesion_import,
    adhesion_integrity,
    adhesion_invoice,
    adhesion_mail,
    adhesion_member,
    adhesion_order,
    adhesion_portal,
    adhesion_reminder,
    adhesion_retention,
    product_adhesion,
)
