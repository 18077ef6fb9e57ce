from . import (
    test_card,
    test_charter,
    test_integrity,
    test_people_portal,
    test_place,
    test_place_form,
    test_race,
    test_retention,
    test_rights,
    test_space,
    test_token,
)
