"""How long the jobs of a study take together, on a number of cores and GPUs."""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush


@dataclass(frozen=True)
class Task:
    """One job.

    Attributes
    ----------
    seconds : float
        From its start to its end.
    after : sequence of int
        The tasks that it waits for, by their places.
    cores : int, default 1
    memory_mb : float, default 0
    in_turn : bool, default False
        Whether it asks for a GPU, and waits until one is free.
    """

    seconds: float
    after: Sequence[int] = ()
    cores: int = 1
    memory_mb: float = 0
    in_turn: bool = False


@dataclass
class Machine:
    """What is free of a machine's cores, GPUs and memory in MB."""

    cores: int
    gpus: int
    memory_mb: float = float("inf")

    def fits(self, task: Task) -> bool:
        """Return True if a task can start."""
        return task.cores <= self.cores and task.memory_mb <= self.memory_mb and task.in_turn <= self.gpus

    def use(self, task: Task, sign: int = 1) -> None:
        """Take what a task needs; with the sign -1, return it."""
        self.cores -= sign * task.cores
        self.gpus -= sign * task.in_turn
        self.memory_mb -= sign * task.memory_mb


@dataclass(frozen=True)
class Outcome:
    """When the last task has ended, in seconds, and the most memory that tasks needed at a time, in MB."""

    seconds: float
    memory_mb: float


def simulate(tasks: Sequence[Task], cores: int, gpus: int = 1, memory_mb: float = float("inf")) -> Outcome:
    """Run tasks as a greedy scheduler does: each as soon as those before it have ended and a place is free.

    Parameters
    ----------
    tasks : sequence of Task
        No circle may be among them.
    cores : int
        A task that asks for more gets as many.
    gpus : int, default 1
        How many of the tasks that ask for a GPU may run at a time.
    memory_mb : float, default inf
        As for cores.
    """
    tasks = [_bounded(task, cores, memory_mb) for task in tasks]
    waits = [len(set(task.after)) for task in tasks]
    unlocks: list[list[int]] = [[] for _ in tasks]
    for place, task in enumerate(tasks):
        for before in set(task.after):
            unlocks[before].append(place)
    queues = (deque[int](), deque[int]())  # one for those that wait for a GPU, one for the others
    _enqueue(queues, tasks, (place for place, number in enumerate(waits) if not number))
    free, now, used, most = Machine(cores, gpus, memory_mb), 0.0, 0.0, 0.0
    running: list[tuple[float, int]] = []
    while running or any(queues):
        for place in _started(queues, tasks, free):
            used += tasks[place].memory_mb
            heappush(running, (now + tasks[place].seconds, place))
        most = max(most, used)
        now, ended = heappop(running)
        free.use(tasks[ended], -1)
        used -= tasks[ended].memory_mb
        for place in unlocks[ended]:
            waits[place] -= 1
        _enqueue(queues, tasks, (place for place in unlocks[ended] if not waits[place]))
    return Outcome(now, most)


def _bounded(task: Task, cores: int, memory_mb: float) -> Task:
    return Task(task.seconds, task.after, min(task.cores, cores), min(task.memory_mb, memory_mb), task.in_turn)


def _enqueue(queues: Sequence[deque[int]], tasks: Sequence[Task], places: Iterator[int]) -> None:
    for place in places:
        queues[0 if tasks[place].in_turn else 1].append(place)


def _started(queues: Sequence[deque[int]], tasks: Sequence[Task], free: Machine) -> Iterator[int]:
    """Start what fits from the front of each queue."""
    for queue in queues:
        while queue and free.fits(tasks[queue[0]]):
            place = queue.popleft()
            free.use(tasks[place])
            yield place
