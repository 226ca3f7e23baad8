"""Units of work on a Dask cluster: what they share goes to every worker once, and a worker that dies costs a retry."""

import pickle
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from time import sleep

from xl_credit import __version__
from xl_credit.rules.errors import CreditError
from xl_credit.work.losses import PROCESS_GONE, guarded

_CONNECT_SECONDS, _WORKERS_SECONDS, _LOOK_SECONDS, _PAUSE_SECONDS = 10, 30, 15, 0.05
_ADDRESS = re.compile(r"[a-z]+://[^\s/]+:\d+")
_shared: dict[str, object] = {}  # in a worker's process: what the run it works for shares
_runs = count()


def on_cluster(function: Callable, units: Sequence, shared: object, address: str, lost: Callable) -> Iterator:
    """The result of every unit as it is done.

    Raises 「连不上调度器…」, 「调度器上没有工作进程…」, and 「工作进程的 xl-credit 版本…」 where a worker runs another version.
    """
    client = _connected(address)
    from distributed import Variable

    with client:
        _refuse_other_versions(client)
        name = f"xl-credit-{client.id}-{next(_runs)}"
        kept = Variable(name, client=client)  # at the scheduler, where workers that join later find it too
        kept.set(pickle.dumps((__version__, shared)))
        try:
            yield from _results(client, function, units, name, lost)
        finally:
            kept.delete()


def _connected(address: str) -> object:
    try:
        from distributed import Client
    except ImportError:
        raise CreditError("没有安装 Dask,不能用 --scheduler", allowed="pip install xl-credit[cluster]") from None
    nobody = CreditError(f"连不上调度器“{address}”", allowed="tcp://主机:端口;先运行 dask scheduler 与 dask worker")
    if not _ADDRESS.fullmatch(address):  # Dask would look for it for a while, and complain in many lines
        raise nobody
    try:
        client = Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise nobody from None
    try:
        client.wait_for_workers(1, timeout=_WORKERS_SECONDS)
    except TimeoutError:
        client.close()
        raise CreditError(f"调度器“{address}”上没有工作进程", allowed=f"先运行 dask worker {address}") from None
    return client


def _refuse_other_versions(client: object) -> None:
    """Every worker that answers; one that is just going has nothing to say, one that comes later is asked with its first unit."""
    for answer in client.run(_version, on_error="return").values():
        if isinstance(answer, str):
            _refuse_other_version(answer)
        elif isinstance(answer, ImportError):
            _refuse_other_version("没有安装")


def _version() -> str:
    return __version__


def _refuse_other_version(version: str) -> None:
    if version != __version__:
        raise CreditError(f"工作进程的 xl-credit 版本为{version}", allowed=f"与本机相同:{__version__}")


def _on_worker(function: Callable, unit: object, name: str, lost: Callable) -> object:
    if name not in _shared:
        from distributed import Variable, get_client

        version, shared = pickle.loads(Variable(name, client=get_client()).get())  # from our own scheduler, as all of Dask's messages
        _refuse_other_version(version)
        _shared.clear()
        _shared[name] = shared
    return guarded(function, unit, _shared[name], lost)


def _results(client: object, function: Callable, units: Sequence, name: str, lost: Callable) -> Iterator:
    from distributed import KilledWorker, as_completed

    futures = {
        client.submit(_on_worker, function, unit, name, lost, key=f"{name}-{number}", pure=False): unit for number, unit in enumerate(units)
    }  # fmt: skip
    done = as_completed(futures, loop=client.loop)
    while not done.is_empty():
        _wait(client, done)
        future = next(done)
        unit = futures.pop(future)
        try:
            yield future.result()
        except KilledWorker:  # killed under it several times: the unit itself is to blame
            yield lost(unit, PROCESS_GONE)


def _wait(client: object, done: object) -> None:
    """Until some future is done; raises once there is nobody left to do any."""
    waited = 0.0
    while not done.has_ready():
        sleep(_PAUSE_SECONDS)
        waited += _PAUSE_SECONDS
        if waited >= _LOOK_SECONDS:
            waited = 0.0
            if not client.scheduler_info()["workers"]:
                raise CreditError("工作进程都已退出", allowed="重新启动工作进程后用 --resume 接着做")
