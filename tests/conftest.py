"""Hypothesis profiles: quick by default, thorough with PLPROOF_THOROUGH=1."""

import os

from hypothesis import HealthCheck, settings

common = dict(
    derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.register_profile("quick", max_examples=30, **common)
settings.register_profile("thorough", max_examples=2_000, **common)
settings.load_profile("thorough" if os.environ.get("PLPROOF_THOROUGH") else "quick")
