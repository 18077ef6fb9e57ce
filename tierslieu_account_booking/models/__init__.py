from . import setup_due
