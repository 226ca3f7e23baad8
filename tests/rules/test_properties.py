"""What holds for every customer, whatever the figures."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.customers import POLICY, QUARTER, customer
from xl_credit.rules.approval import credit_route
from xl_credit.rules.budget import Granted, check_budget
from xl_credit.rules.figures import BAD, LEGAL, OTHER, Band, ScoreItem
from xl_credit.rules.levels import rate
from xl_credit.rules.limits import is_last_row, proposed_limit
from xl_credit.rules.scoring import annualised

quick = settings(max_examples=80, deadline=None, database=None, derandomize=True)
FEN = Decimal("0.000001")

amounts = st.decimals(-500, 3000, places=6)
positive = st.decimals("0.000001", 500, places=6)


def states(part: str):
    return st.tuples(*(st.sampled_from([text for text, _ in item.options]) for item in POLICY.items_of[part] if item.options))


@st.composite
def customers(draw):
    licences, certificates, bad = draw(states(LEGAL)), draw(states(OTHER)), draw(states(BAD))
    cooperation, product_sales, operation, wages = draw(states("主观评价"))
    return customer(
        code=draw(st.text("0123456789", min_size=4, max_size=4)),
        business=draw(st.sampled_from(["A", "B", "混合"])),
        amount_a=draw(positive), amount_b=draw(positive),
        first_trade=QUARTER.end - timedelta(days=draw(st.integers(0, 500))),
        licences=licences, certificates=certificates,
        sales=draw(amounts), profit=draw(amounts), collections=draw(amounts),
        cooperation=cooperation, product_sales=product_sales, operation=operation, wages=wages,
        years=draw(st.decimals(0, 60, places=2)), late_payment=bad[0], reconciliation=bad[1],
        salesperson_advanced=draw(st.booleans()), falsified=draw(st.booleans()),
        requested=draw(st.none() | amounts), requested_days=draw(st.none() | st.integers(0, 400)),
        contract=draw(st.sampled_from(["", "HT-1"])),
    )  # fmt: skip


@quick
@given(customers(), st.sampled_from(["sales", "profit", "collections"]), positive)
def test_more_business_never_lowers_score_level_or_limit(one, field, more):
    before, after = (rate(POLICY, c, QUARTER) for c in (one, replace(one, **{field: getattr(one, field) + more})))
    assert all(old <= new for old, new in zip(before.parts, after.parts, strict=True))
    assert before.status == after.status
    if before.is_rated:
        assert before.total <= after.total and before.row >= after.row and before.limit <= after.limit


@quick
@given(customers())
def test_the_proposal_never_exceeds_level_limit_or_request(one):
    rating = rate(POLICY, one, QUARTER)
    proposal = proposed_limit(POLICY, rating)
    asked = max(one.requested or Decimal(0), Decimal(0))
    assert 0 <= proposal.limit <= min(rating.limit, asked)
    assert proposal.limit <= proposal.submitted <= asked
    if is_last_row(POLICY, rating):
        assert proposal.submitted <= POLICY.low_level_cap


@quick
@given(customers())
def test_every_submitted_amount_finds_an_approver(one):
    rating = rate(POLICY, one, QUARTER)
    proposal = proposed_limit(POLICY, rating)
    route = credit_route(POLICY, proposal.submitted, proposal.term_days, is_last_row(POLICY, rating))
    assert [item.decides for item in route].index(True) == len(route) - 1


@quick
@given(customers())
def test_a_rating_stays_within_its_tables(one):
    rating = rate(POLICY, one, QUARTER)
    for points, part in zip(rating.parts, POLICY.parts, strict=True):
        assert part.low <= points <= part.high
    if rating.is_rated:
        assert 0 <= rating.total <= 100
        assert rating.limit == POLICY.levels[rating.row].limit
    else:
        assert (rating.total, rating.level, rating.limit) == (None, None, 0)


@quick
@given(customers())
def test_a_downgrade_never_raises(one):
    without = rate(POLICY, replace(one, salesperson_advanced=False), QUARTER)
    with_it = rate(POLICY, replace(one, salesperson_advanced=True), QUARTER)
    if without.is_rated:
        assert with_it.base_row == without.base_row <= without.row <= with_it.row <= without.row + 1
        assert with_it.limit <= without.limit


@quick
@given(st.lists(customers(), max_size=6), st.randoms())
def test_a_rating_depends_on_no_other_customer_and_no_order(several, random):
    alone = [rate(POLICY, one, QUARTER) for one in several]
    order = list(range(len(several)))
    random.shuffle(order)
    together = {place: rate(POLICY, several[place], QUARTER) for place in order}
    assert alone == [together[place] for place in range(len(several))]


def around_every_bound(bands):
    bounds = {bound for band in bands for bound in (band.lower, band.upper) if bound is not None} | {Decimal(0)}
    return [bound + step for bound in sorted(bounds) for step in (-1, -FEN, 0, FEN, 1)]


def held_points(bands, value):
    """The points of all bands that say they hold the value, one by one."""
    return [band.points for band in bands if band.holds(value)]


def test_every_value_around_every_bound_is_in_one_band_and_scores_its_points():
    banded = [item for item in POLICY.items if item.bands]
    assert len(banded) == 4
    for item in banded:
        for value in around_every_bound(item.bands):
            assert held_points(item.bands, value) == [item.points_at(value)]


@st.composite
def contiguous_bands(draw):
    bounds = draw(st.lists(st.decimals(-100, 100, places=1), unique=True, max_size=6).map(sorted))
    bands, lower, lower_in = [], None, False
    for points, bound in enumerate(bounds):
        upper_in = draw(st.booleans())
        bands.append(Band(lower, lower_in, bound, upper_in, points))
        lower, lower_in = bound, not upper_in
    return draw(st.permutations([*bands, Band(lower, lower_in, None, False, len(bounds))]))


@quick
@given(contiguous_bands())
def test_looking_bands_up_agrees_with_asking_them_one_by_one(bands):
    item = ScoreItem("交易金额", "年交易额", "第七条(3)③", "万元", bands=tuple(bands))
    for value in around_every_bound(bands):
        assert held_points(bands, value) == [item.points_at(value)]


@quick
@given(amounts, st.integers(1, 274))
def test_annualising_keeps_sign_and_never_shrinks(amount, days):
    year = annualised(POLICY, amount, days)
    assert abs(year) >= abs(amount) and (year > 0) == (amount > 0)


@quick
@given(st.decimals(0, 500, places=6), positive, st.integers(0, 400), st.integers(0, 400))
def test_more_money_or_time_never_needs_fewer_approvers(limit, more, term, longer):
    assert len(credit_route(POLICY, limit, term)) <= len(credit_route(POLICY, limit + more, term + longer))


grants = st.builds(
    Granted,
    branch=st.sampled_from(["华东", "华南"]), code=st.text("0123456789", min_size=1, max_size=3), name=st.just("客户"),
    total=st.integers(0, 100), limit=st.decimals(0, 80, places=6),
)  # fmt: skip


@quick
@given(st.lists(grants, max_size=12), st.decimals(0, 400, places=6))
def test_the_cut_back_brings_the_sum_exactly_to_the_budget(limits, budget):
    check = check_budget(budget, limits)
    cut_away = sum((cut.granted.limit - cut.to for cut in check.cuts), Decimal(0))
    assert check.used == sum((granted.limit for granted in limits), Decimal(0))
    assert check.used - cut_away == min(check.used, budget)
    assert all(0 <= cut.to < cut.granted.limit for cut in check.cuts)
    spared = [granted.total for granted in limits if granted.limit > 0 and granted not in [cut.granted for cut in check.cuts]]
    assert not check.cuts or not spared or max(cut.granted.total for cut in check.cuts) <= min(spared)
