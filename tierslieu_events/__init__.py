from . import controllers, models, wizards
from .hooks import name_the_passing
