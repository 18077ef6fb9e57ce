from . import test_fec_check
from . import test_fec_texts
from . import test_fec_writer
from . import test_fec_year
from . import test_validated
from . import test_fec_big
