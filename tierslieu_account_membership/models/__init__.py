from . import (
    account_move,
    analytic_membership,
    books_checks,
    caution_keep,
    contract_private,
    deferred_adhesion,
    deferred_company,
    deferred_subscription,
    res_company,
    res_config_settings,
)
