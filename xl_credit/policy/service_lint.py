"""What is wrong with the figures for customer service: weights, gaps, grades that cannot be told apart."""

from collections.abc import Iterator
from itertools import pairwise

from xl_credit.rules.errors import Problem
from xl_credit.rules.levels import plain
from xl_credit.rules.service_figures import NO_COMPARISON, SALES, TREND, ServicePolicy

_WHOLE = 100


def check_service(policy: ServicePolicy, sheet: str) -> tuple[Problem, ...]:
    """第四条(1), 第六条: findings by which the figures can still be used, but not as anybody would mean them."""
    found = [*_weights(policy), *_bands(policy), *_grades(policy), *_gifts(policy)]
    return tuple(Problem(sheet, "", text, allowed, article, "请核对") for text, allowed, article in found)


def _weights(policy: ServicePolicy) -> Iterator[tuple[str, str, str]]:
    total = sum(weight for _, weight in policy.weights)
    if total != _WHOLE:
        yield f"分级权重合计{plain(total)}%", f"{_WHOLE}%", "第四条(1)"


def _bands(policy: ServicePolicy) -> Iterator[tuple[str, str, str]]:
    """Bands of amounts meet without gap or overlap and are open at both ends."""
    for criterion in (SALES, TREND):
        bands = sorted((step for step in policy.steps if step.criterion == criterion and not step.name), key=lambda one: (one.lower is not None, one.lower or 0))
        if not bands or bands[0].lower is not None or bands[-1].upper is not None or any(a.upper != b.lower for a, b in pairwise(bands)):
            yield f"{criterion}的档次有空档或重叠", "首档无下限、末档无上限、上下相接", "第四条(1)"
    if NO_COMPARISON not in policy.names_of[TREND]:
        yield f"发展趋势没有“{NO_COMPARISON}”的分值", "一行", "第四条(1)"


def _grades(policy: ServicePolicy) -> Iterator[tuple[str, str, str]]:
    lowers = [one.lower for one in policy.grades]
    if lowers != sorted(set(lowers), reverse=True) or lowers[-1] > 0:
        yield "服务等级的得分下限没有由高到低、末级为0或空", "由高到低,末级留空", "第四条(1)"


def _gifts(policy: ServicePolicy) -> Iterator[tuple[str, str, str]]:
    caps = [one.cap_yuan for one in policy.gift_steps]
    bounded = [cap for cap in caps if cap is not None]
    if None in caps[:-1] or bounded != sorted(bounded):
        yield "礼品审批的金额上限没有由小到大", "由小到大,最后一岗可不设上限", "第六条"
