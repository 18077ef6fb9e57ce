from . import test_deferred_ticket
from . import test_analytic_events
