from . import controllers, models, wizards
from .hooks import ship_settings
