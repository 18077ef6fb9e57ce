from . import adhesion
