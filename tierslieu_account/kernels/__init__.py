"""Rules that are arithmetic: plain Python, no ORM, each with doctests."""

from . import books_mentions, books_plan, deferral, fec_check, fec_line
