"""A progress bar on standard error, with rich; silent where no terminal shows it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress, ProgressColumn, TaskID


class WatchedBar:
    """The bar of one task, shown while the object is entered.

    Arguments: rich's ``columns`` of the bar, ``doing``, what is done in a word, ``total``, how much
    there is to do if that is known, ``enabled``, whether it may be shown at all, and ``fields`` of
    the columns.  ``bar`` is None where nothing is shown.
    """

    def __init__(
        self,
        *columns: ProgressColumn,
        doing: str,
        total: int | None = None,
        enabled: bool = True,
        **fields: Any,
    ) -> None:
        console = Console(stderr=True)
        self.bar: Progress | None = None
        self.task = TaskID(0)
        if enabled and console.is_terminal:
            self.bar = Progress(*columns, console=console, transient=True)
            self.task = self.bar.add_task(doing, total=total, **fields)

    def __enter__(self) -> Self:
        if self.bar is not None:
            self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.bar is not None:
            self.bar.stop()
