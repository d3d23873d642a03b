"""Which process runs which test, where pytest runs several at once (`-n 2 --dist loadfile`).

A file is run by one process, so that what it shares is made once. The files are in order: those that start a whole
pipeline, those that start a part, those that start nothing. The first process takes them from the front, the second
from the back: most of the time one runs what starts processes and waits for them, the other what only computes. They
meet in the middle, where files are short, so neither has to wait long for the other.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadfile import LoadFileScheduling
from xdist.workermanage import WorkerController


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling | None:
    """Hand out whole files from both ends, unless another way was asked for."""
    return TwoEnds(config, log) if config.option.dist == "loadfile" else None


class TwoEnds(LoadFileScheduling):
    """Hands out files from both ends of their list."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        # By default a file of many tests comes first, however short they are.
        config.option.loadscopereorder = False
        self._from_the_back: dict[WorkerController, bool] = {}

    def _assign_work_unit(self, node: WorkerController) -> None:
        if self._from_the_back.setdefault(node, len(self._from_the_back) % 2 == 1):
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
