from . import credit_use
from . import deferred_ticket
from . import analytic_events
