from . import test_fec_check
from . import test_fec_writer
