from . import controllers
from . import models
from . import wizards
from . import kernels, models, wizards
from .hooks import post_init
