"""The receivables of one workbook on one day: every account aged, every customer with its credit line."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from xl_credit.receivables.columns import GRANTS
from xl_credit.receivables.ledgers import Ledgers
from xl_credit.receivables.other_lines import FREED, WAITING, Paper
from xl_credit.rules.ageing import Ageing, Method, age_all
from xl_credit.rules.alerts import KINDS, Alert, alerts
from xl_credit.rules.bridge import Bridge, bridge, total
from xl_credit.rules.contracts import Track, track
from xl_credit.rules.credit_lines import CreditLine, standing, unauthorised_grants
from xl_credit.rules.errors import Problem
from xl_credit.rules.figures import Policy
from xl_credit.rules.gates import ORDER, Document, Exposure, Override, Verdict, decide_all
from xl_credit.rules.goals import Case, Goal, Reconciliation, four_goals
from xl_credit.rules.ledger import Account
from xl_credit.rules.penalties import Penalty, penalties
from xl_credit.rules.quarter import Quarter


@dataclass(frozen=True)
class Picture:
    """Ledgers, credit lines and method; all reports are read off it. ``lines`` are keyed by folded customer code.

    ``age_accounts`` ages the accounts: here, or wherever else it has it done.
    """

    policy: Policy
    ledgers: Ledgers
    credit_lines: Mapping[str, CreditLine]
    method: Method
    age_accounts: Callable[[Sequence[Account], Method, Sequence[int]], list[Ageing]] = age_all

    @property
    def as_of(self) -> date:
        return self.method.as_of

    @cached_property
    def ageings(self) -> list[Ageing]:
        return self.age_accounts(self.ledgers.accounts, self.method, self.policy.ageing_bounds_days)

    @cached_property
    def ageing_of(self) -> dict[str, Ageing]:
        return {ageing.customer: ageing for ageing in self.ageings}

    @cached_property
    def lines(self) -> dict[str, CreditLine]:
        """A credit line for every customer, also for those that only the ledgers know; 授信台账's grants put in."""
        grants, names, people = self.ledgers.grants(), self.ledgers.names, self.ledgers.salespeople
        codes = self.credit_lines.keys() | self.ageing_of.keys() | grants.keys() | {p.customer for p in self._papers}
        found = {}
        for code in sorted(codes):
            line = self.credit_lines.get(code) or CreditLine(code)
            name, person = line.name or names.get(code, ""), line.salesperson or people.get(code, "")
            found[code] = line._replace(name=name, salesperson=person, grants=(*line.grants, *grants.get(code, ())))
        return found

    @property
    def _papers(self) -> tuple[Paper, ...]:
        return (*self.ledgers.others.orders, *self.ledgers.others.requests)

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        return self.ledgers.codes

    def shown(self, code: str) -> str:
        """A customer's code as people write it: in the 评估表, else where it first stands in a ledger."""
        line = self.credit_lines.get(code)
        return (line.written if line else "") or self._codes.get(code, code)

    def limits(self) -> dict[str, int]:
        """What each customer may owe on the day, in 分."""
        return {code: standing(self.policy, line, self.as_of).limit_fen for code, line in self.lines.items()}

    @cached_property
    def _alerts(self) -> list[Alert]:
        found = [alert for ageing in self.ageings for alert in alerts(self.policy, self.lines[ageing.customer], ageing, self.as_of)]
        place = {kind: index for index, kind in enumerate(KINDS)}
        soonest_first = (KINDS[1], KINDS[2])
        found.sort(key=lambda one: (
            place[one.kind], one.days if one.kind in soonest_first else -one.days, -one.fen, one.customer,
            one.shipment.number if one.shipment else "",
        ))  # fmt: skip
        return found

    def alerts(self) -> list[Alert]:
        """第四条(2), 第十三条: every warning, by kind, the longest overdue first."""
        return self._alerts

    def bridge(self, start: date) -> Bridge:
        """The whole ledger from the end of ``start`` to the day of the picture."""
        bounds = self.policy.ageing_bounds_days
        return total([bridge(account, start, self.method, bounds) for account in self.ledgers.accounts], len(bounds) + 2)

    def goals(self, quarter: Quarter) -> tuple[Goal, ...]:
        """第四条 for this workbook's customers."""
        start, end = quarter.first_day, min(quarter.end, self.as_of)
        moved = {line.customer for line in self.ledgers.shipments if start <= line.shipped <= end}
        moved |= {line.customer for line in self.ledgers.collections if start <= line.received <= end}
        cases = [Case(line, self.ageing_of.get(code), code in moved) for code, line in self.lines.items()]
        return four_goals(self.policy, quarter, self.as_of, cases, self.reconciled(quarter))

    def reconciled(self, quarter: Quarter) -> dict[str, Reconciliation]:
        """对账记录 of the quarter; of several lines of one customer the one signed first."""
        found: dict[str, Reconciliation] = {}
        for one in self.ledgers.others.reconciliations:
            known = found.get(one.customer)
            if one.quarter == quarter and (known is None or (one.signed or date.max) < (known.signed or date.max)):
                found[one.customer] = one
        return found

    def tracks(self) -> list[Track]:
        """授信客户赊销合同跟踪."""
        pairs = zip(self.ledgers.accounts, self.ageings, strict=True)
        return track(self.ledgers.others.contracts, pairs, self.as_of)

    def penalties(self, start: date, lines: Mapping[str, CreditLine] | None = None) -> list[Penalty]:
        """第十九条, 第二十条 from ``start`` to the day of the picture, by person; ``lines`` are those in force then."""
        known = self.lines if lines is None else lines
        found = [
            penalty for account in self.ledgers.accounts
            for penalty in penalties(self.policy, known.get(account.customer) or self.lines[account.customer], account, start, self.as_of)
        ]  # fmt: skip
        return sorted(found, key=lambda one: (one.person, one.customer, one.start, one.kind))

    @cached_property
    def shipped_of_orders(self) -> dict[tuple[str, str], int]:
        """分 shipped by the day of the picture for each (customer, order)."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        for line in self.ledgers.shipments:
            if line.order and line.shipped <= self.as_of:
                found[line.customer, line.order] += line.fen
        return found

    def exposures(self) -> dict[str, Exposure]:
        """第十一条: each customer's ledger and its orders released by the day of the picture and not shipped."""
        orders: dict[str, dict[str, int]] = defaultdict(dict)
        for paper in self.ledgers.others.orders:
            left = paper.fen - self.shipped_of_orders.get((paper.customer, paper.number), 0)
            if paper.state == FREED and left > 0 and paper.day <= self.as_of:
                orders[paper.customer][paper.number] = left
        return {code: Exposure(self.ageing_of.get(code), orders.get(code, {})) for code in self.lines}

    def verdicts(self, kind: str, overrides: Mapping[tuple[str, str, str], Override] | None = None) -> list[Verdict]:
        """第十一条, 第十二条: the documents that wait, decided in their order; ``overrides`` by (kind, number, customer)."""
        papers = self.ledgers.others.orders if kind == ORDER else self.ledgers.others.requests
        documents = [
            Document(
                kind, paper.number, paper.customer, paper.day, paper.fen, paper.priority, self._counted(kind, paper), paper.order,
                (overrides or {}).get((kind, paper.number, paper.customer)),
            )
            for paper in papers if paper.state == WAITING and paper.day <= self.as_of
        ]  # fmt: skip
        return decide_all(self.policy, documents, self.lines, self.exposures(), self.as_of)

    def _counted(self, kind: str, paper: Paper) -> int:
        """What of a waiting document the ledger has already: an order begun to ship, a request whose shipment is entered."""
        if kind == ORDER:
            return max(0, min(paper.fen, self.shipped_of_orders.get((paper.customer, paper.number), 0)))
        return max(0, min(paper.fen, self._shipped_of_number.get((paper.customer, paper.shipment or paper.number), 0)))

    @cached_property
    def _shipped_of_number(self) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = defaultdict(int)
        for line in self.ledgers.shipments:
            if line.number and line.shipped <= self.as_of:
                found[line.customer, line.number] += line.fen
        return found

    def problems(self, known_customers: bool) -> list[Problem]:
        """What the ledgers raise: their own cells, grants without authority, customers that nobody rates."""
        found = list(self.ledgers.problems)
        for code, line in self.lines.items():
            for grant in unauthorised_grants(self.policy, line):
                text = f"{grant.role or '未写岗位'}({grant.person or '未签名'})越权批准{grant.kind}"
                sheet = GRANTS if grant.where else "审批路线"
                found.append(Problem(sheet, grant.where, text, "由有权批准的岗位批准", "第二十条", "不作为授信额度,按日计罚息", self.shown(code)))
        if known_customers:
            found += [
                Problem("发货台账", "", f"客户{line.name or code}不在评估表", "列入评估表,或执行现款管理", "第十五条", "按未授信处理", self.shown(code))
                for code, line in self.lines.items() if not line.status and code in self.ageing_of and self.ageing_of[code].balance
            ]  # fmt: skip
        return found
