"""Who is at the pages where the platform asks for a function key, and for nothing else."""

from collections.abc import Mapping

from shared.core.access import KEY_HOLDER, Visitor


class FunctionKeys:
    def visitor(self, headers: Mapping[str, str]) -> Visitor:
        """Whoever came this far has a key. What their headers say of them anybody may write."""
        del headers
        return KEY_HOLDER
