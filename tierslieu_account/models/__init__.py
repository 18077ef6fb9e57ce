from . import (
    account_move_validated,
    activity,
    activity_source,
    analytic_line,
    analytic_model,
    analytic_spread,
    books,
    books_analytic,
    books_checks,
    books_confirmation,
    books_confirmation_retention,
    books_home,
    books_home_line,
    books_look,
    books_look_mentions,
    books_look_taxes,
    books_mention,
    books_mention_checks,
    books_private,
    books_waiting,
    deferred_check,
    deferred_company,
    deferred_entry,
    deferred_income,
    deferred_income_line,
    deferred_retention,
    deferred_source,
    deferred_spread,
    fec_check,
    fec_check_entries,
    fec_check_lines,
    fec_check_texts,
    fec_closing,
    fec_export,
    fec_export_archive,
    fec_export_write,
    fec_finding,
    fec_integrity,
    fec_retention,
    fec_writer,
    figures_activity,
    ir_attachment,
    place_analytic,
    place_rent,
    res_company,
    res_company_books,
    setup_books,
    threshold,
)
from . import bank_line
from . import books
from . import books_checks
from . import books_home
from . import books_home_line
from . import books_private
from . import books_waiting
from . import deferred_source
from . import res_company
