from . import test_deferred_adhesion
from . import test_deferred_subscription
