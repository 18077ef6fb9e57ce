from . import adhesion, card
