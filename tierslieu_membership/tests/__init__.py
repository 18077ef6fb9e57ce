from . import (
    test_plan_allowances,
    test_plan_billing,
    test_plan_books,
    test_plan_changes,
    test_plan_crash,
    test_plan_desks,
    test_plan_histories,
    test_plan_races,
    test_plan_screens,
    test_plan_traps,
    test_proration,
    test_rights,
)
