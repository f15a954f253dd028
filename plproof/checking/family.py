"""Which results belong together: a theorem, and the same without one of its hypotheses.

Their objects may stand in different files.  A theorem is told of those that the files of one run
hold, in whatever order: to check a theorem alone is to replay those too, but no other file is
looked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from plproof.report.result import Result

#: a theorem object: its file, as a resolved path, and its name
Key = tuple[str, str]


def shows(data: Mapping[str, Any], names: Sequence[str]) -> bool:
    """Say whether a described theorem object leaves a hypothesis out of one that is named."""
    omits = data.get("omits")
    return omits is not None and omits["theorem"] in names


class Family:
    """Brings results together as they come in."""

    def __init__(self) -> None:
        self._weakened: dict[Key, list[Result]] = defaultdict(list)

    def add(self, result: Result, key: Key, omits: Mapping[str, str] | None) -> None:
        """Note the result of a theorem object and what it leaves out, as its file says."""
        result.weakened = self._weakened[key]  # the list: more may come
        if omits is not None:
            result.omits = (omits["theorem"], omits["hypothesis"])
            self._weakened[omits["file"], omits["theorem"]].append(result)
