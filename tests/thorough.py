"""Whether the tests run long: ``PLPROOF_THOROUGH=1``."""

import os

import pytest

#: an empty value and 0 mean no
THOROUGH = os.environ.get("PLPROOF_THOROUGH", "") not in ("", "0")

#: a test that takes seconds
slow = pytest.mark.skipif(not THOROUGH, reason="PLPROOF_THOROUGH=1: seconds for a search")
