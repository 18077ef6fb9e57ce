"""The drawings of Le Quai, by the name of what they show."""

import base64
from pathlib import Path

FOLDER = Path(__file__).parent / "static/img"


def drawings(kind):
    """Return {name: picture} of a folder of `static/img`, as a field of pictures takes it."""
    return {path.stem: base64.b64encode(path.read_bytes()) for path in (FOLDER / kind).glob("*.png")}
