from . import test_setup_due
