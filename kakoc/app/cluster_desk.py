"""Where the command of a run hears of its workers, and of what they have used. Makes nothing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kakoc.app.cluster_ledger import Ledger, add_up
from kakoc.errors import KakocError
from kakoc.lm import Limits
from kakoc.lm.shards import Paid
from kakoc.ports import Meter, Notify
from kakoc.types import Usage

LISTEN_SECONDS = 0.3


class Desk:
    """Where the command hears of its workers."""

    def __init__(self, ledger: Any, meter: Meter, notify: Notify) -> None:
        self.ledger, self.meter, self.notify = ledger, meter, notify
        self.meters: dict[str, Meter] = {}
        self._passed: set[tuple[str, object, object]] = set()

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Pass on what workers tell while they are at work, and in the end what is left."""
        over = threading.Event()
        thread = threading.Thread(target=self._listen, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        except BaseException:
            self._end(over, thread)
            with contextlib.suppress(Exception):  # the first error is the one to tell
                self._pass_on()
            raise
        self._end(over, thread)
        with plain_errors():
            self._pass_on()

    def _end(self, over: threading.Event, thread: threading.Thread) -> None:
        over.set()
        thread.join()

    def _listen(self, over: threading.Event) -> None:
        import ray

        # An error is met again at the end, and told there.
        with contextlib.suppress(ray.exceptions.RayError, KakocError):
            while not over.wait(LISTEN_SECONDS):
                self._pass_on()

    def _pass_on(self) -> None:
        import ray

        events, self.meters = ray.get(self.ledger.heard.remote())
        add_up(self.meters.values(), self.meter)
        for name, values in events:
            # A conversation that runs again tells of the same turns again.
            mark = (name, values.get("persona"), values.get("turn"))
            if values.get("persona") is None or mark not in self._passed:
                self._passed.add(mark)
                self.notify(name, values)


def untold(paid: Mapping[str, Paid], meters: Mapping[str, Meter]) -> Iterator[Meter]:
    """What workers that were lost had paid and could not tell any more; nobody knows the price."""
    for worker, found in paid.items():
        told = meters.get(worker, Meter())
        calls = found.calls - told.calls
        if calls > 0:
            usage = Usage(
                prompt=found.usage.prompt - told.usage.prompt,
                cached=found.usage.cached - told.usage.cached,
                completion=found.usage.completion - told.usage.completion,
            )
            yield Meter(calls=calls, usage=usage, unpriced=calls)


def ledger_beside_us(limits: Limits) -> Any:
    """On the node of the command: while that lives, so does the budget."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    here = ray.get_runtime_context().get_node_id()
    place = NodeAffinitySchedulingStrategy(node_id=here, soft=False)
    return ray.remote(Ledger).options(num_cpus=0, scheduling_strategy=place).remote(limits)


@contextmanager
def plain_errors() -> Iterator[None]:
    """A cluster that fails is no bug of kakoc's; a failing line of kakoc's is."""
    import ray

    try:
        yield
    except ray.exceptions.RayTaskError:
        raise
    except ray.exceptions.RayError as error:
        raise KakocError(
            f"the Ray cluster failed: {error}",
            "the same command goes on; what was paid for is in the journal",
        ) from error
