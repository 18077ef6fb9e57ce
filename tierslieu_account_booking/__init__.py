from .hooks import post_init
from . import models
