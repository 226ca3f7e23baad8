"""第十条: a month's roll-ups as the rows, figures and sentences of 每月巡访情况报告书."""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from xl_credit.forms import service_columns as c
from xl_credit.forms import service_report_columns as k
from xl_credit.rules.ledger import in_yuan
from xl_credit.rules.service_staff import shortfall, technicians
from xl_credit.rules.service_terms import OVERDUE, OVERDUE_DONE, Term
from xl_credit.rules.visit_matching import LATE, MISSED, report_delay
from xl_credit.service.rollup import Rollup, complaint_summary, satisfaction

Row = list[object]
OTHERS = "其他"
_EXAMPLES, _LONG = 3, 28


def tiles(rollups: Sequence[Rollup]) -> dict[str, object]:
    """The figures on the front page."""
    kept = [one for rollup in rollups for one in rollup.kept]
    made = sum(one.made is not None for one in kept)
    total = {
        "计划巡访": len(kept), "完成": made, "迟访": sum(one.state == LATE for one in kept), "未访": sum(one.state == MISSED for one in kept),
        "计划外": sum(len(one.extra) for one in rollups), "完成率": round(made / len(kept), 4) if kept else None,
        "满意度": satisfaction(rollups)[0],
    }  # fmt: skip
    counted: dict[str, Callable[[Rollup], int]] = {
        "意见条数": lambda one: one.voices, "新增问题": lambda one: one.new_problems, "已解决": lambda one: len(one.solved_problems),
        "未解决": lambda one: len(one.open_problems), "紧急报告": lambda one: len(one.urgents), "逾期答复": lambda one: one.late_answers,
        "新增投诉": lambda one: one.new_complaints, "投诉办结": lambda one: one.closed_complaints, "投诉逾期": lambda one: one.late_complaints,
        "日报": lambda one: len(one.dailies), "迟报": lambda one: one.late_reports,
    }  # fmt: skip
    return total | {name: sum(map(count, rollups)) for name, count in counted.items()}


def unit_rows(rollups: Sequence[Rollup]) -> list[Row]:
    """A row a unit, as the company's report has it."""
    return [_by_row(one.unit, one, None) for one in rollups]


def visitor_rows(rollup: Rollup) -> list[Row]:
    """A row a visitor, as a unit's report has it: whoever planned or made a visit."""
    names = dict.fromkeys([one.planned.visitor for one in rollup.kept] + [one.visitor for one in rollup.dailies])
    return [_by_row(name, rollup, name) for name in sorted(names)]


def _by_row(label: str, rollup: Rollup, visitor: str | None) -> Row:
    kept = [one for one in rollup.kept if visitor in (None, one.planned.visitor)]
    mine = [one for one in rollup.dailies if visitor in (None, one.visitor)]
    made = sum(one.made is not None for one in kept)
    codes = {one.code for one in mine}
    complaints = [one for one, _ in rollup.complaints if rollup.month.holds(one.day) and (visitor is None or one.code in codes)]
    late = sum(report_delay(rollup.policy, one.day, one.reported, rollup.as_of) > 0 for one in mine)
    return [
        label, len(kept), made, sum(one.state == LATE for one in kept), sum(one.state == MISSED for one in kept),
        sum(visitor in (None, one.visitor) for one in rollup.extra), round(made / len(kept), 4) if kept else None, len(mine), late,
        sum(len(one.voices) for one in mine), sum(visitor in (None, one.visitor) for one in rollup.open_problems), len(complaints),
    ]  # fmt: skip


def opinion_counts(rollups: Sequence[Rollup]) -> list[Row]:
    """第九条(2): opinions, suggestions and wishes by category; an unknown category is 其他."""
    kinds = rollups[0].policy.opinions
    counts = Counter({kind: 0 for kind in kinds})
    for rollup in rollups:
        for one in rollup.dailies:
            counts[one.opinion_kind or _last(kinds)] += len(one.voices)
    return [[kind, counts[kind]] for kind in kinds]


def _last(kinds: Sequence[str]) -> str:
    return OTHERS if OTHERS in kinds else kinds[-1]


def complaint_counts(rollups: Sequence[Rollup]) -> list[Row]:
    return [[one.kind, one.came, one.mean_days] for one in complaint_summary(rollups)]


def survey_means(rollups: Sequence[Rollup]) -> list[Row]:
    return [[item, now, before] for item, now, before in satisfaction(rollups)[1]]


def list_rows(rollups: Sequence[Rollup]) -> dict[str, list[Row]]:
    """Every list of the report, in its columns' order."""
    makers: dict[str, Callable[[Rollup], list[Row]]] = {
        k.VISITS: _visits, k.VOICES: _voices, k.MARKET: _market, k.PROBLEMS: _problems, k.URGENTS: _urgents, k.COMPLAINTS: _complaints,
        k.SATISFACTION: _satisfaction, k.EFFECTS: _effects, k.STAFF: _staff,
    }  # fmt: skip
    found = {name: [row for rollup in rollups for row in make(rollup)] for name, make in makers.items()}
    order = {kind: place for place, kind in enumerate(rollups[0].policy.opinions)}
    found[k.VOICES].sort(key=lambda row: (order.get(row[0], len(order)), row[1], row[2]))
    states = {c.HANDLING: 0, c.REPORTED: 1, c.SOLVED: 2}
    found[k.PROBLEMS].sort(key=lambda row: (states.get(row[0], 0), row[1], row[2]))
    return found


def _who(rollup: Rollup, code: str) -> Row:
    return [rollup.data.shown(code), rollup.data.name_of(code) or None]


def _visits(rollup: Rollup) -> list[Row]:
    """Planned visits in the order of their days, then those nobody had planned."""
    rows = []
    for one in sorted(rollup.kept, key=lambda one: (one.planned.day, one.planned.number)):
        daily = rollup.daily_of_row.get(one.made.row) if one.made else None
        days = (one.made.day - one.planned.day).days if one.made else None
        rows.append([
            rollup.unit, one.planned.number, *_who(rollup, one.planned.code), rollup.grades.get(one.planned.code), one.planned.day,
            one.planned.visitor or None, one.made.day if one.made else None, one.state, days, daily.number or None if daily else None,
            _sent(rollup, daily),
        ])  # fmt: skip
    for visit in sorted(rollup.extra, key=lambda one: (one.day, one.row)):
        daily = rollup.daily_of_row[visit.row]
        rows.append([
            rollup.unit, None, *_who(rollup, visit.code), rollup.grades.get(visit.code), None, visit.visitor, visit.day, "计划外", None,
            daily.number or None, _sent(rollup, daily),
        ])  # fmt: skip
    return rows


def _sent(rollup: Rollup, daily) -> str | None:
    if daily is None:
        return None
    delay = report_delay(rollup.policy, daily.day, daily.reported, rollup.as_of)
    return "按时" if not delay else f"{'迟' if daily.reported else '未上报'}{delay}天"


def _voices(rollup: Rollup) -> list[Row]:
    return [
        [one.opinion_kind or _last(rollup.policy.opinions), rollup.unit, one.day, *_who(rollup, one.code), kind, words, one.visitor, one.number or None]
        for one in rollup.dailies for kind, words in one.voices
    ]  # fmt: skip


def _market(rollup: Rollup) -> list[Row]:
    return [
        [rollup.unit, one.day, _who(rollup, one.code)[1], one.market or None, one.rivals or None, one.strategy or None, one.visitor, one.number or None]
        for one in rollup.dailies if one.market or one.rivals or one.strategy
    ]  # fmt: skip


def _problems(rollup: Rollup) -> list[Row]:
    return [
        [one.problem_state or c.HANDLING, rollup.unit, one.day, *_who(rollup, one.code), one.problem, one.handling or None, one.result or None,
         one.urgent or None, one.visitor, one.number or None]
        for one in (*rollup.open_problems, *rollup.solved_problems)
    ]  # fmt: skip


def _state(term: Term, rollup: Rollup) -> Row:
    return [term.state(rollup.as_of), term.taken(rollup.as_of)]


def _urgents(rollup: Rollup) -> list[Row]:
    return [
        [rollup.unit, one.report.number or None, one.report.day, *_who(rollup, one.report.code), one.matter.name, one.report.text or None,
         one.matter.role, one.person or None, one.term.due, one.report.answered, *_state(one.term, rollup)]
        for one in rollup.urgents
    ]  # fmt: skip


def _complaints(rollup: Rollup) -> list[Row]:
    return [
        [rollup.unit, one.number or None, one.day, one.kind, *_who(rollup, one.code), one.text or None, one.handler or None, term.due, one.closed,
         *_state(term, rollup)]
        for one, term in rollup.complaints
    ]  # fmt: skip


def _satisfaction(rollup: Rollup) -> list[Row]:
    floor = rollup.policy.low_satisfaction
    return [
        [rollup.unit, one.day, *_who(rollup, one.code), one.mean.quantize(Decimal("0.01")), "须加访" if one.mean < floor else None, one.opinion or None,
         one.handling or None]
        for one in sorted(rollup.surveys, key=lambda one: (one.mean, one.day))
    ]  # fmt: skip


def _effects(rollup: Rollup) -> list[Row]:
    rows = []
    for one in rollup.effects:
        sums = (one.ordered_before, one.ordered_after, one.ordered_after - one.ordered_before, one.collected_before, one.collected_after,
                one.collected_after - one.collected_before)  # fmt: skip
        rows.append([rollup.unit, *_who(rollup, one.code), one.first_visit, one.visits, *(_yuan(fen) for fen in sums), "已满期" if one.whole else "未满期"])
    return rows


def _yuan(fen: int) -> object:
    return fen // 100 if fen % 100 == 0 else fen / 100


def _staff(rollup: Rollup) -> list[Row]:
    data, policy = rollup.data, rollup.policy
    regions = dict.fromkeys(one.region for one in data.clients if one.region)
    rows: list[Row] = [
        [rollup.unit, "技术人员", one.region, f"{one.there}名" + (f",缺{one.missing}名" if one.missing else ""), f"{one.wanted}名", "第七条"]
        for one in technicians(policy, data.people, regions)
    ]  # fmt: skip
    rows += [[rollup.unit, "任职条件", f"{one.name}({one.role})", lacks, "任职条件", "任职条件"] for one in data.people if (lacks := shortfall(policy, one))]
    return rows


def texts(rollups: Sequence[Rollup]) -> dict[str, str]:
    """The sentences of the front page, in the order of 第九条's contents."""
    dailies = [one for rollup in rollups for one in rollup.dailies]
    return dict(zip(k.TEXTS, (_voice_text(rollups), _market_text(dailies), _problem_text(rollups), _effect_text(rollups), _complaint_text(rollups),
                              _other_text(rollups)), strict=True))  # fmt: skip


def _short(words: str) -> str:
    return words if len(words) <= _LONG else words[: _LONG - 1] + "…"


def _voice_text(rollups: Sequence[Rollup]) -> str:
    pieces = []
    for kind, count in sorted(opinion_counts(rollups), key=lambda row: -row[1]):
        said = [words for rollup in rollups for one in rollup.dailies if (one.opinion_kind or _last(rollup.policy.opinions)) == kind for _, words in one.voices]
        if count:
            pieces.append(f"{kind}{count}条(如“{_short(said[0])}”)")
    return ";".join(pieces[:_EXAMPLES + 2]) or "本月没有记录客户意见。"


def _market_text(dailies: Sequence[object]) -> str:
    said = [words for one in dailies for words in (one.market, one.rivals, one.strategy) if words]
    return ";".join(_short(words) for words in dict.fromkeys(said[:_EXAMPLES * 2])) or "本月没有记录市场与竞争情况。"


def _problem_text(rollups: Sequence[Rollup]) -> str:
    found = tiles(rollups)
    text = f"新增问题{found['新增问题']}项,已解决{found['已解决']}项,未解决{found['未解决']}项;紧急报告{found['紧急报告']}件,逾期答复{found['逾期答复']}件。"
    waiting = [one for rollup in rollups for one in rollup.urgents if one.term.state(rollup.as_of) not in ("按期", OVERDUE_DONE)]
    who = dict.fromkeys(f"{one.matter.role}{one.person}({one.report.number},{one.term.due}前)" for one in waiting)
    return text + (f"待答复:{'、'.join(list(who)[:_EXAMPLES])}。" if who else "")


def _effect_text(rollups: Sequence[Rollup]) -> str:
    effects = [one for rollup in rollups for one in rollup.effects]
    if not effects:
        return "没有台账,订货与回款未统计。"
    whole = [one for one in effects if one.whole]
    days = rollups[0].policy.effect_days
    if not whole:
        return f"{len(effects)}户巡访后未满{days}天,下月统计。"
    sums = [sum(getattr(one, name) for one in whole) for name in ("ordered_before", "ordered_after", "collected_before", "collected_after")]
    shipped, paid = f"发货由{in_yuan(sums[0])}变为{in_yuan(sums[1])}", f"回款由{in_yuan(sums[2])}变为{in_yuan(sums[3])}"
    rest = f";另{len(effects) - len(whole)}户未满期" if len(whole) < len(effects) else ""
    return f"首次巡访前后各{days}天,{len(whole)}户:{shipped},{paid}{rest}。"


def _complaint_text(rollups: Sequence[Rollup]) -> str:
    kinds = [f"{one.kind}{one.came}件" + (f"(平均{one.mean_days}天)" if one.mean_days is not None else "") for one in complaint_summary(rollups) if one.came]
    overdue = sum(term.state(rollup.as_of) in (OVERDUE, OVERDUE_DONE) for rollup in rollups for _, term in rollup.complaints)
    mean = satisfaction(rollups)[0]
    return f"投诉:{'、'.join(kinds) or '无'},逾期{overdue}件;满意度:{f'{mean}分' if mean is not None else '本月未调查'}。"


def _other_text(rollups: Sequence[Rollup]) -> str:
    gifts = [one for rollup in rollups for one in rollup.data.gifts if rollup.month.holds(one.day)]
    approved = [one for one in gifts if one.result == c.APPROVED]
    proposals = [one for rollup in rollups for one in rollup.data.proposals if rollup.month.holds(one.day)]
    supports = [one for rollup in rollups for one in rollup.data.supports if rollup.month.holds(one.day)]
    accepted = sum(one.state in ("采纳", "部分采纳") for one in proposals)
    amount = sum((one.amount for one in approved), Decimal(0))
    major = sum(one.major for one in supports)
    return (f"赠送申请{len(gifts)}笔,批准{len(approved)}笔{amount:,.2f}元;客户提案{len(proposals)}条,采纳{accepted}条;技术支持与培训{len(supports)}次,"
            f"培训{sum(one.people for one in supports)}人次,重大技术问题{major}件。")  # fmt: skip
