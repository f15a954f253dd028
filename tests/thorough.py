"""Whether the tests run long: ``PLPROOF_THOROUGH=1``."""

import os

#: an empty value and 0 mean no
THOROUGH = os.environ.get("PLPROOF_THOROUGH", "") not in ("", "0")
