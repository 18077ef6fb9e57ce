from . import test_integrity, test_place, test_race, test_rights, test_space, test_token
