"""What only ./setup/test --full runs."""

import os

collect_ignore = [] if os.environ.get("TIERSLIEU_FULL") else ["full"]
