from . import test_deferred_adhesion
from . import test_deferred_subscription
from . import test_analytic_membership
from . import test_accountant
from . import test_caution_keep
from . import test_year
