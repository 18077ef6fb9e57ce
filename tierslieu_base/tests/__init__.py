from . import (
    test_batch,
    test_integrity,
    test_place,
    test_place_form,
    test_profile,
    test_proof,
    test_proof_portal,
    test_race,
    test_rights,
    test_space,
    test_token,
)
