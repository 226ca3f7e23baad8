"""第十三条: what holds for every ledger; and the same ledgers settled coin by coin, as the text says, must come to the same."""

from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.ledgers import BOUNDS, METHODS, after, on, paid, ship
from xl_credit.rules.ageing import Allocation, Basis, Method, Recognition, age, age_all
from xl_credit.rules.bridge import bridge, total
from xl_credit.rules.ledger import Account, Collection, Shipment, accounts, balance_fen, cut

quick = settings(max_examples=60, deadline=None, database=None, derandomize=True)
FIRST, SPAN = on(1, 1), 60
NAMES, RECEIPTS = ("S1", "S2", "S3", "S4"), ("R1", "R2", "R3", "")

days = st.integers(0, SPAN).map(lambda number: FIRST + timedelta(days=number))
methods = st.builds(Method, days, st.sampled_from(Basis), st.sampled_from(Allocation), st.sampled_from(Recognition))
waits = st.integers(0, 90).map(lambda number: timedelta(days=number))
shipment_lines = st.builds(
    lambda number, shipped, wait, fen, credits, instalment: ship(number, fen, shipped, shipped + wait, credits=credits, instalment=instalment),
    st.sampled_from(NAMES), days, waits, st.integers(-40, 90), st.sampled_from(("", *NAMES, "S9")), st.sampled_from(("", "1", "2")),
)  # fmt: skip
collection_lines = st.builds(
    lambda number, received, wait, fen, settles: paid(fen, settles, received, received + wait, number),
    st.sampled_from(RECEIPTS), days, waits, st.integers(-60, 90), st.sampled_from(("", *NAMES, "S9")),
)  # fmt: skip


def numbered(shipments: list[Shipment], collections: list[Collection]) -> Account:
    """Every line with the row it stands in, so that no two are alike."""
    return Account("K1", [one._replace(row=row) for row, one in enumerate(shipments)], [one._replace(row=row) for row, one in enumerate(collections)])


ledgers = st.builds(numbered, st.lists(shipment_lines, max_size=7), st.lists(collection_lines, max_size=7))
positive = ledgers.map(
    lambda one: Account("K1", [line for line in one.shipments if line.fen > 0], [line for line in one.collections if line.fen > 0])
)


@quick
@given(ledgers, methods)
def test_buckets_and_what_is_unapplied_come_to_the_balance_in_every_mode(ledger, method):
    ageing = age(ledger, method, BOUNDS)
    shipped = sum(line.fen for line in ledger.shipments if line.shipped <= method.as_of)
    received = sum(line.fen for line in ledger.collections if line.received <= method.as_of)
    assert sum(ageing.buckets) + ageing.unapplied == ageing.balance == shipped - received
    assert ageing.open_fen == sum(item.fen for item in ageing.items) == sum(ageing.buckets)


@quick
@given(ledgers, methods, st.randoms())
def test_the_order_of_the_rows_never_matters(ledger, method, random):
    shipments, collections = list(ledger.shipments), list(ledger.collections)
    random.shuffle(shipments)
    random.shuffle(collections)
    assert age(Account("K1", shipments, collections), method, BOUNDS)[:4] == age(ledger, method, BOUNDS)[:4]


@quick
@given(ledgers, methods)
def test_a_past_day_is_aged_as_the_ledger_stood_on_it(ledger, method):
    shipments = [line for line in ledger.shipments if line.shipped <= method.as_of]
    collections = [line for line in ledger.collections if line.received <= method.as_of]
    assert age(ledger, method, BOUNDS) == age(Account("K1", shipments, collections), method, BOUNDS)


@quick
@given(ledgers, methods)
def test_no_item_is_open_twice_for_less_than_nothing_or_for_more_than_its_line(ledger, method):
    ageing = age(ledger, method, BOUNDS)
    assert all(0 < item.fen <= item.shipment.fen for item in ageing.items)
    assert len({item.shipment.row for item in ageing.items}) == len(ageing.items)
    assert min(ageing.buckets) >= 0


@quick
@given(ledgers, methods)
def test_every_item_lies_in_the_one_bucket_that_holds_its_days(ledger, method):
    for item in age(ledger, method, BOUNDS).items:
        since = item.shipment.due if method.basis is Basis.due else item.shipment.shipped
        assert item.days == (method.as_of - since).days
        low, high = ((None, 0), *pairwise((0, *BOUNDS)), (BOUNDS[-1], None))[item.bucket]
        assert (low is None or item.days > low) and (high is None or item.days <= high)


@quick
@given(positive, methods)
def test_first_due_is_first_settled(ledger, method):
    ageing = age(ledger, method._replace(allocation=Allocation.fifo), BOUNDS)
    open_rows = {item.shipment.row for item in ageing.items}
    touched = [line for line in cut(ledger, method.as_of).shipments if line.row not in open_rows]
    touched += [item.shipment for item in ageing.items if item.fen < item.shipment.fen]
    for item in ageing.items:
        assert not any((item.shipment.due, item.shipment.number) < (line.due, line.number) for line in touched)


@quick
@given(positive, methods)
def test_first_due_first_settled_leaves_no_money_beside_an_open_item(ledger, method):
    ageing = age(ledger, method._replace(allocation=Allocation.fifo, recognition=Recognition.received), BOUNDS)
    assert ageing.unapplied <= 0 and (ageing.unapplied == 0 or ageing.open_fen == 0)


@quick
@given(positive, methods)
def test_money_that_names_a_shipment_settles_that_one_only(ledger, method):
    named = Account("K1", ledger.shipments, [line for line in ledger.collections if line.settles])
    left = {name: 0 for name in NAMES}
    for item in age(named, method._replace(allocation=Allocation.matched, recognition=Recognition.received), BOUNDS).items:
        left[item.shipment.number] += item.fen
    known = cut(named, method.as_of)
    for name in NAMES:
        owed = sum(line.fen for line in known.shipments if line.number == name)
        assert left[name] == max(0, owed - sum(line.fen for line in known.collections if line.settles == name))


@quick
@given(ledgers, methods, collection_lines.filter(lambda line: line.fen > 0))
def test_more_money_never_opens_anything(ledger, method, more):
    more = more._replace(number="R9")
    before = age(ledger, method, BOUNDS)
    later = age(Account("K1", ledger.shipments, [*ledger.collections, more]), method, BOUNDS)
    left = {item.shipment.row: item.fen for item in before.items}
    assert all(item.fen <= left.get(item.shipment.row, 0) for item in later.items)


@quick
@given(ledgers, methods)
def test_once_all_is_allocated_both_recognitions_agree(ledger, method):
    late = method._replace(as_of=FIRST + timedelta(days=SPAN + 91))
    assert age(ledger, late._replace(recognition=Recognition.allocated), BOUNDS) == age(
        ledger, late._replace(recognition=Recognition.received), BOUNDS
    )


@quick
@given(ledgers, ledgers, methods)
def test_another_customers_lines_change_nothing(ledger, other, method):
    others = Account("K2", [line._replace(customer="K2") for line in other.shipments], [line._replace(customer="K2") for line in other.collections])
    together = accounts([*others.shipments, *ledger.shipments], [*others.collections, *ledger.collections])
    alone = age_all([ledger] if ledger.shipments or ledger.collections else [], method, BOUNDS)
    assert [one for one in age_all(together, method, BOUNDS) if one.customer == "K1"] == alone


@quick
@given(ledgers, methods, st.integers(0, SPAN))
def test_every_bucket_of_a_bridge_ties(ledger, method, back):
    start = after(method.as_of, -back)
    across = bridge(ledger, start, method, BOUNDS)
    assert across.opening + across.shipments - across.collections == across.closing == balance_fen(cut(ledger, method.as_of))
    assert across.opening == balance_fen(cut(ledger, start))
    for way in (*across.buckets, across.unapplied):
        assert way.opening + way.shipped - way.settled + way.moved_in - way.moved_out == way.closing
    assert sum(way.moved_in for way in across.buckets) == sum(way.moved_out for way in across.buckets)
    assert tuple(way.opening for way in across.buckets) == age(ledger, method._replace(as_of=start), BOUNDS).buckets
    assert tuple(way.closing for way in across.buckets) == age(ledger, method, BOUNDS).buckets
    new = [line.fen for line in ledger.shipments if start < line.shipped <= method.as_of]
    assert sum(way.shipped for way in across.buckets) == sum(fen for fen in new if fen > 0)
    settled = sum(way.settled for way in (*across.buckets, across.unapplied))
    assert settled == across.collections - sum(fen for fen in new if fen < 0)


@quick
@given(st.lists(ledgers, max_size=4), methods, st.integers(0, SPAN))
def test_all_bridges_together_tie(several, method, back):
    each = [bridge(ledger, after(method.as_of, -back), method, BOUNDS) for ledger in several]
    whole = total(each, len(BOUNDS) + 2)
    assert whole.opening + whole.shipments - whole.collections == whole.closing == sum(one.closing for one in each)
    for i, way in enumerate((*whole.buckets, whole.unapplied)):
        assert way == tuple(sum(column) for column in zip(*((*one.buckets, one.unapplied)[i] for one in each), strict=True)) or not each
        assert way.opening + way.shipped - way.settled + way.moved_in - way.moved_out == way.closing


# --- coin by coin: every 分 owed and every 分 paid is a thing of its own ------------------------------------------------


def take(coins: list[tuple[str, str]], wanted) -> bool:
    """Take one coin that is as wanted out of the purse; whether there was one."""
    for place, coin in enumerate(coins):
        if wanted(coin):
            del coins[place]
            return True
    return False


def purse_of(ledger: Account, method: Method) -> tuple[list[tuple[str, str]], int, int]:
    """All coins that are there as (shipment named, receipt), what had to be given back without being there, what is not allocated."""
    matched = method.allocation is Allocation.matched
    notes = [line for line in ledger.shipments if line.shipped <= method.as_of and line.fen < 0]
    came = [line for line in ledger.collections if line.received <= method.as_of]
    put = [line for line in came if method.recognition is Recognition.received or line.allocated <= method.as_of]
    coins = [(line.credits, "") for line in notes for _ in range(-line.fen)]
    coins += [(line.settles if matched else "", line.number) for line in put for _ in range(line.fen)]
    back = [(line.settles if matched else "", line.number) for line in put for _ in range(-line.fen)]
    missing = []
    for name, receipt in [one for one in back if one[0]]:  # taken off the shipment it names, its own receipt first
        if not (receipt and take(coins, lambda coin: coin == (name, receipt))):  # noqa: B023
            missing.append((name, receipt))
    for name, receipt in [one for one in back if not one[0]]:  # taken off what its receipt had paid, last number first
        paid_for = sorted({coin[0] for coin in coins if receipt and coin[1] == receipt}, reverse=True)
        if not (paid_for and take(coins, lambda coin: coin == (paid_for[0], receipt))):  # noqa: B023
            missing.append((name, receipt))
    gone = 0
    for name, _ in sorted(missing, reverse=True):
        if not (name and take(coins, lambda coin: coin[0] == name)) and not take(coins, lambda coin: not coin[0]):  # noqa: B023
            gone += 1
    return coins, gone, sum(line.fen for line in came) - sum(line.fen for line in put)


def by_hand(ledger: Account, method: Method) -> tuple[tuple[int, ...], int, dict[int, int]]:
    """Buckets, what is unapplied, and what is open by row."""
    coins, gone, waiting = purse_of(ledger, method)
    owed = [line for line in ledger.shipments if line.shipped <= method.as_of for _ in range(line.fen)]
    owed.sort(key=lambda line: (line.due, line.number))
    still = [line for line in owed if not take(coins, lambda coin: coin[0] == line.number and coin[0])]  # noqa: B023
    still = [line for line in still if not take(coins, lambda coin: not coin[0])]
    buckets, left = [0] * (len(BOUNDS) + 2), {}
    for line in still:
        late = (method.as_of - (line.shipped if method.basis is Basis.shipment else line.due)).days
        buckets[sum(late > bound for bound in (0, *BOUNDS))] += 1
        left[line.row] = left.get(line.row, 0) + 1
    return tuple(buckets), gone - len(coins) - waiting, left


def some_ledger(random: Random) -> Account:
    """A small ledger of shipments, instalments, credit notes, receipts of all kinds, and bounces."""
    shipments, collections = [], []
    for number in NAMES[: random.randint(1, 4)]:
        shipped = after(FIRST, random.randint(0, 40))
        dues = random.sample(range(0, 200), random.choice((1, 1, 1, 2, 3)))
        shipments += [ship(number, random.randint(1, 12), shipped, after(shipped, wait), instalment=str(wait)) for wait in dues]
    for _ in range(random.randint(0, 2)):
        shipments.append(ship("C1", -random.randint(1, 9), after(FIRST, random.randint(0, 50)), credits=random.choice(("", *NAMES))))
    for _ in range(random.randint(0, 6)):
        received = after(FIRST, random.randint(0, 60))
        settles, number = random.choice(("", *NAMES, "S9")), random.choice(RECEIPTS)
        collections.append(paid(random.randint(1, 12), settles, received, after(received, random.choice((0, 0, 5, 30))), number))
    for _ in range(random.randint(0, 2)):  # never allocated before what they undo
        received = after(FIRST, random.randint(0, 80))
        settles, number = random.choice(("", "", *NAMES)), random.choice((*RECEIPTS, "B1"))
        collections.append(paid(-random.randint(1, 9), settles, received, max(received, after(FIRST, 90)), number))
    random.shuffle(shipments)
    random.shuffle(collections)
    return numbered(shipments, collections)


@pytest.mark.parametrize("seed", range(40))
def test_coin_by_coin_it_comes_to_the_same(seed):
    random = Random(seed)
    for _ in range(10):
        ledger = some_ledger(random)
        for choice in METHODS:
            method = Method(after(FIRST, random.choice((10, 30, 45, 60, 75, 100, 150, 260))), *choice)
            ageing = age(ledger, method, BOUNDS)
            left = {item.shipment.row: item.fen for item in ageing.items}
            assert (ageing.buckets, ageing.unapplied, left) == by_hand(ledger, method), (method, ledger)
