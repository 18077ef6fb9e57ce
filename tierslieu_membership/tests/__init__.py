from . import (
    test_adhesion,
    test_adhesion_cart,
    test_adhesion_desk,
    test_adhesion_import,
    test_adhesion_kernel,
    test_adhesion_portal,
    test_adhesion_races,
    test_adhesion_reminder,
    test_adhesion_rules,
    test_rights,
    test_tours_adhesion,
)
