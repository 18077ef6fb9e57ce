from . import test_assistant
from . import test_assistant_mentions
from . import test_assistant_points
from . import test_assistant_year
from . import test_tours_assistant
