"""Hypothesis strategies of profiles and of records, made from the data types and their examples.

No data type is named here, so a new one takes part as soon as it is listed and has its examples.
"""

import os

from hypothesis import HealthCheck, settings

BOUNDED = settings(
    deadline=None,
    derandomize="CI" in os.environ,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""Profiles are large to draw, and a busy machine is no fault. In CI the examples are the same."""
