from . import analytic_spread, books_assistant, fec_official, rent_statement
