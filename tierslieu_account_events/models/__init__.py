from . import credit_use
from . import deferred_ticket
from . import analytic_events
from . import event_gift
from . import event_registration
from . import res_company
from . import res_config_settings
