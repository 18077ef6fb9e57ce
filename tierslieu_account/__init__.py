from . import controllers, kernels, models, wizards
from .hooks import post_init
