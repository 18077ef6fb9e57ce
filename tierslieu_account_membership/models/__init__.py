from . import deferred_adhesion
from . import deferred_company
from . import deferred_subscription
from . import analytic_membership
