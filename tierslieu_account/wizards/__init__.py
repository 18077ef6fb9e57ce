from . import fec_official
