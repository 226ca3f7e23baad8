"""第四条(3): the statement of account comes from the ledger's own events and runs to its balance."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.ledgers import SHIPPED, account, after, bounced, credit, on, paid, ship
from xl_credit.rules.ledger import Account, balance_fen, cut
from xl_credit.rules.statements import CLOSING, COLLECTED, CREDITED, OPENING, RETURNED, statement
from xl_credit.rules.statements import SHIPPED as OUT

LINES = [
    ship("S1", 100, on(1, 10), on(2, 9), note="首批"), paid(40, "S1", on(1, 10), number="R1"), credit(30, "S1", on(1, 15)),
    bounced(40, "S1", on(1, 20)), ship("S0", 50, on(1, 20)), paid(60, "", on(1, 31), number="R2", note="电汇"),
]  # fmt: skip


def entries(*lines, start=on(1, 1), end=on(1, 31)):
    return statement(account(*lines), start, end)


def short(found):
    return [(one.day, one.kind, one.number, one.debit, one.credit, one.balance) for one in found]


def test_every_movement_stands_between_opening_and_closing_with_the_balance_after_it():
    assert short(entries(*LINES)) == [
        (on(1, 1), OPENING, "", 0, 0, 0),
        (on(1, 10), OUT, "S1", 100, 0, 100),
        (on(1, 10), COLLECTED, "R1", 0, 40, 60),
        (on(1, 15), CREDITED, "C1", -30, 0, 30),
        (on(1, 20), OUT, "S0", 50, 0, 80),
        (on(1, 20), RETURNED, "B1", 0, -40, 120),
        (on(1, 31), COLLECTED, "R2", 0, 60, 60),
        (on(1, 31), CLOSING, "", 0, 0, 60),
    ]


def test_an_entry_says_what_it_settles_when_it_is_due_and_what_was_noted():
    found = {one.number: (one.settles, one.due, one.note) for one in entries(*LINES)[1:-1]}
    assert found == {
        "S1": ("", on(2, 9), "首批"), "R1": ("S1", None, ""), "C1": ("S1", None, ""), "S0": ("", on(2, 19), ""), "B1": ("S1", None, ""),
        "R2": ("", None, "电汇"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "opening", "first"),
    [(on(1, 9), 0, "S1"), (on(1, 10), 0, "S1"), (on(1, 11), 60, "C1"), (on(1, 20), 30, "S0"), (on(1, 21), 120, "R2"), (on(2, 1), 60, "")],
)
def test_what_came_before_the_first_day_is_the_opening(start, opening, first):
    found = entries(*LINES, start=start, end=on(2, 28))
    assert (found[0].day, found[0].balance, found[1].number, found[-1].balance) == (start, opening, first, 60)


@pytest.mark.parametrize(("end", "closing", "last"), [(on(1, 9), 0, ""), (on(1, 10), 60, "R1"), (on(1, 19), 30, "C1"), (on(1, 30), 120, "B1"), (on(1, 31), 60, "R2")])
def test_what_came_after_the_last_day_is_left_out(end, closing, last):
    found = entries(*LINES, end=end)
    assert (found[-1].day, found[-1].kind, found[-1].balance, found[-2].number) == (end, CLOSING, closing, last)


def test_on_one_day_shipments_come_before_collections_and_each_by_number():
    day = {"shipped": SHIPPED}
    found = entries(paid(1, number="R2"), paid(2, number="R1"), ship("S9", 3, **day), credit(4, "S9", number="S5"), ship("S1", 5, **day), paid(6, number="A1"))
    assert [one.number for one in found[1:-1]] == ["S1", "S5", "S9", "A1", "R1", "R2"]


def test_of_a_quiet_span_only_opening_and_closing_are_left():
    assert short(entries(*LINES, start=on(5, 1), end=on(5, 31))) == [(on(5, 1), OPENING, "", 0, 0, 60), (on(5, 31), CLOSING, "", 0, 0, 60)]
    assert short(statement(Account("K1", (), ()), on(5, 1), on(5, 1))) == [(on(5, 1), OPENING, "", 0, 0, 0), (on(5, 1), CLOSING, "", 0, 0, 0)]


def test_one_span_closes_where_the_next_opens():
    assert entries(*LINES, end=on(1, 15))[-1].balance == entries(*LINES, start=on(1, 16))[0].balance == 30


def test_instalments_stand_each_with_its_own_due_date():
    found = entries(ship("S1", 60, due=on(3, 1), instalment="2"), ship("S1", 40, due=on(2, 1), instalment="1"))
    assert sorted((one.due, one.debit) for one in found[1:-1]) == [(on(2, 1), 40), (on(3, 1), 60)]


def test_prepaid_money_leaves_a_negative_balance():
    assert short(entries(paid(70, number="R1")))[-1] == (on(1, 31), CLOSING, "", 0, 0, -70)


days = st.integers(0, 30).map(lambda number: after(SHIPPED, number))
shipments = st.lists(st.builds(ship, st.sampled_from(["S1", "S2"]), st.integers(-50, 90), days), max_size=6)
collections = st.lists(st.builds(paid, st.integers(-50, 90), received=days, number=st.sampled_from(["R1", "R2"])), max_size=6)


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(shipments, collections, st.integers(-2, 32), st.integers(0, 32), st.randoms())
def test_after_every_day_the_statement_stands_at_the_ledgers_balance(shipped, received, first, length, random):
    ledger, start = Account("K1", shipped, received), after(SHIPPED, first)
    end = after(start, length)
    found = statement(ledger, start, end)
    assert found[0].balance == balance_fen(cut(ledger, after(start, -1)))
    for number in range(length + 1):
        day = after(start, number)
        assert [one.balance for one in found[:-1] if one.day <= day][-1] == balance_fen(cut(ledger, day))
    assert found[-1].balance == balance_fen(cut(ledger, end))
    assert all(now.balance == before.balance + now.debit - now.credit for before, now in zip(found, found[1:], strict=False))
    random.shuffle(shipped)
    random.shuffle(received)
    assert statement(Account("K1", shipped, received), start, end) == found
