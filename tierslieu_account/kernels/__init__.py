from . import books_mentions, books_plan
