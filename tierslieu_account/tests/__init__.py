from . import test_fec_check
