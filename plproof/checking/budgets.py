"""How much the laboratory may test: the budgets that a user chooses from."""

from __future__ import annotations

#: "none" leaves the laboratory out; the others are those of its stress test
BUDGETS = ("none", "tiny", "small", "normal", "large")
