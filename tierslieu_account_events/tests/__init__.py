from . import test_deferred_ticket
from . import test_analytic_events
from . import test_accountant
from . import test_event_gift
