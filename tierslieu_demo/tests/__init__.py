from . import test_le_quai
