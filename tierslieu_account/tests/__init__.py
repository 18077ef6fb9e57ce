from . import test_deferral
from . import test_deferred_income
from . import test_deferred_screens
