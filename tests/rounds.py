"""How many random histories a test tries.

COUNTERBELL_EXAMPLES raises the number; COUNTERBELL_NO_SHRINK leaves a failure as it was found, which is sooner.
"""

import os

from hypothesis import HealthCheck, Phase, settings

PHASES = [phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("COUNTERBELL_NO_SHRINK")]


def rounds(few: int) -> settings:
    """A few examples, or as many as COUNTERBELL_EXAMPLES says."""
    return settings(
        max_examples=int(os.environ.get("COUNTERBELL_EXAMPLES", few)),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=PHASES,
    )
