from . import test_deferred_adhesion
from . import test_deferred_subscription
from . import test_analytic_membership
