from . import test_fec_export
from . import test_fec_files
from . import test_fec_findings
