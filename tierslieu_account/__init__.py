from . import controllers
from . import kernels
from . import models
from . import wizards
from .hooks import post_init
