"""Rules that are arithmetic: plain Python, no ORM, each with doctests."""
