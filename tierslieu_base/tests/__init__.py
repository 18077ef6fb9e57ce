from . import test_integrity, test_place, test_place_form, test_race, test_rights, test_space, test_token
