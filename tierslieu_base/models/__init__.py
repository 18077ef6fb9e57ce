from . import (
    amenity,
    day_part,
    integrity,
    opening,
    place,
    res_config_settings,
    space,
    throttle,
    token,
    unit,
)
