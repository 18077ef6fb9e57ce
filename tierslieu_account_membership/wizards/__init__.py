from . import caution_keep
