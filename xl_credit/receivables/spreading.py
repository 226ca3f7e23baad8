"""第十三条 over several processes or a cluster: accounts never touch one another, so they are aged in portions."""

from collections.abc import Callable, Sequence

from xl_credit.rules.ageing import Ageing, Method, age_all
from xl_credit.rules.errors import CreditError
from xl_credit.rules.ledger import Account
from xl_credit.work.units import How, in_order

_LINES = 20_000  # of a portion: a tenth of a second's work and more, against some milliseconds to send it

Portion = list[Account]


def age_through(how: How) -> Callable[[Sequence[Account], Method, Sequence[int]], list[Ageing]]:
    """What does the same as :func:`age_all`, in the same order. Raises 「…处理进程意外终止」 where a portion is lost."""

    def age(accounts: Sequence[Account], method: Method, bounds: Sequence[int]) -> list[Ageing]:
        return [one for aged in in_order(_age, portions(accounts), (method, bounds), how, _lost) for one in aged]

    return age


def portions(accounts: Sequence[Account], lines: int = _LINES) -> list[Portion]:
    """The accounts in order, in portions of so many ledger lines and, for the last account of each, as many more as it has."""
    found: list[Portion] = []
    room = 0
    for account in accounts:
        if room <= 0:
            found.append([])
            room = lines
        found[-1].append(account)
        room -= len(account.shipments) + len(account.collections)
    return found


def _age(accounts: Portion, how: tuple[Method, Sequence[int]]) -> list[Ageing]:
    return age_all(accounts, *how)


def _lost(accounts: Portion, why: str) -> list[Ageing]:
    raise CreditError(f"账龄没有算完:{why}", allowed="减少 --jobs,或重新运行")
