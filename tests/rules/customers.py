"""A customer without fault, and how a test makes others of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from xl_credit.policy.sample import sample_policy
from xl_credit.rules.figures import BAD, LEGAL, OTHER
from xl_credit.rules.levels import level_row, rate
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import Customer, Rating

POLICY = sample_policy()
QUARTER = Quarter(2026, 3)
OPINIONS_OF_9 = {"cooperation": "配合", "product_sales": "普通", "wages": "比较高"}  # 1 + 1 + 2 + 3 + 2
OPINIONS_OF_10 = OPINIONS_OF_9 | {"cooperation": "非常配合"}

FAULTLESS = Customer(
    code="C001",
    name="甲公司",
    business="A",
    amount_a=None,
    amount_b=None,
    first_trade=date(2020, 1, 1),
    is_key=False,
    salesperson="张三",
    licences=("具备",) * len(POLICY.items_of[LEGAL]),
    certificates=("具备",) * len(POLICY.items_of[OTHER]),
    sales=Decimal(1200),
    profit=Decimal(300),
    collections=Decimal(1200),
    cooperation="非常配合",
    product_sales="非常好",
    operation="满负荷",
    years=Decimal(8),
    wages="非常高",
    late_payment="无",
    reconciliation="无",
    salesperson_advanced=False,
    falsified=False,
    requested=Decimal(60),
    requested_days=60,
    request_type="新增",
    contract="HT-2026-001",
)
assert len(POLICY.items_of[BAD]) == 2


def customer(**changes) -> Customer:
    """The faultless customer (100 points) with changes."""
    return replace(FAULTLESS, **changes)


def rated(total: int | Decimal, business: str = "A", **changes) -> Rating:
    """A rating of so many points without adjustments, however the customer came by them."""
    row = level_row(POLICY, total)
    level = POLICY.levels[row]
    return replace(
        rate(POLICY, customer(business=business, **changes), QUARTER),
        total=total, base_row=row, row=row, base_level=level.level(business), level=level.level(business), limit=level.limit,
    )  # fmt: skip
