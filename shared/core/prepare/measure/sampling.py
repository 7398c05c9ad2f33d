"""Drawing a sample of examples by their digests: the same examples are drawn in whatever order they come."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

HIGHEST = 2**64 - 1  #: of keys


def keys_of(digests: Sequence[bytes]) -> NDArray[np.uint64]:
    """The first 64 bits of digests, which are of one length, a multiple of 8 bytes. Low keys are drawn."""
    if not digests:
        return np.zeros(0, np.uint64)
    return np.frombuffer(b"".join(digests), ">u8").reshape(len(digests), -1)[:, 0].astype(np.uint64)
