from . import books_assistant
