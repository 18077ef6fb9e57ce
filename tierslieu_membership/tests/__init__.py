from . import (
    test_adhesion,
    test_adhesion_kernel,
)
