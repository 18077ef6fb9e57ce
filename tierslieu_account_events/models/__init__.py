from . import (
    analytic_events,
    credit_use,
    deferred_ticket,
    event_gift,
    event_registration,
    res_company,
    res_config_settings,
)
