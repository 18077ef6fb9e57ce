from . import books_assistant, fec_official, rent_statement
