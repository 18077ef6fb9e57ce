from . import fec_files
