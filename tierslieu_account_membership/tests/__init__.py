from . import test_accountant
from . import test_caution_keep
from . import test_year
