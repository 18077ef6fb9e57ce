from .hooks import build_le_quai
