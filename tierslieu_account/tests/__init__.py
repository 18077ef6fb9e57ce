from . import test_fec_check
from . import test_fec_export
from . import test_fec_files
from . import test_fec_findings
from . import test_fec_paper
from . import test_fec_tour
from . import test_fec_writer
