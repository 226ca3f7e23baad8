"""第九条(3), 第十三条: what of each contract is shipped, collected, outstanding and next due."""

import pytest

from tests.rules.ledgers import CUSTOMER, account, after, aged, bounced, credit, on, paid, ship
from xl_credit.rules.contracts import EXCEEDED, NOT_SHIPPED, OVERDUE, RUNNING, SETTLED, UNKNOWN, Contract, track

DAY = on(3, 1)
DEAL = Contract("H1", CUSTOMER, "甲公司", "张三", 1000, on(12, 31))


def of(number="S1", fen=100, shipped=on(1, 1), due=on(3, 31), contract="H1", **more):
    return ship(number, fen, shipped, due, contract=contract, **more)


def tracked(*lines, contracts=(DEAL,), day=DAY, **how):
    one = account(*lines)
    return track(contracts, [(one, aged(one, day, **how))], day)


def only(*lines, **how):
    (found,) = tracked(*lines, **how)
    return found


class TestAmounts:
    @pytest.mark.parametrize(
        ("lines", "amounts"),
        [
            ([], (0, 0, 0)),
            ([of()], (100, 0, 100)),
            ([of(), paid(30, "S1")], (100, 30, 70)),
            ([of(), paid(100, "S1")], (100, 100, 0)),
            ([of(), of("S2", 50), paid(30, "S2")], (150, 30, 120)),
            ([of(), of("S2", 50, contract="H2"), of("S3", 70, contract="")], (100, 0, 100)),
            ([of(), paid(130, "S1")], (100, 100, 0)),
            ([of(), paid(100, "S1"), bounced(100, "S1")], (100, 0, 100)),
            ([of(), of("S2", 50, contract="H2"), paid(120)], (100, 100, 0)),
        ],
        ids=["nothing", "shipped", "part paid", "paid", "two shipments", "another's shipments", "overpaid", "bounced", "unnamed money"],
    )
    def test_shipped_less_collected_is_outstanding(self, lines, amounts):
        found = tracked(*lines)[0]
        assert (found.shipped, found.collected, found.outstanding) == amounts

    @pytest.mark.parametrize("contract", ["", "H1"])
    def test_a_credit_note_reduces_what_was_shipped(self, contract):
        found = only(of(), credit(30, "S1", contract=contract), paid(20, "S1"))
        assert (found.shipped, found.collected, found.outstanding) == (70, 20, 50)

    def test_a_credit_note_for_another_contracts_shipment_does_not(self):
        found = tracked(of(), of("S2", contract="H2"), credit(30, "S2"), contracts=[DEAL, DEAL._replace(number="H2")])
        assert [(one.contract.number, one.shipped, one.outstanding) for one in found] == [("H1", 100, 100), ("H2", 70, 70)]

    @pytest.mark.parametrize(("days", "shipped"), [(-1, 0), (0, 100), (1, 100)])
    def test_only_what_was_shipped_by_then_counts(self, days, shipped):
        assert only(of(shipped=DAY), day=after(DAY, days)).shipped == shipped

    @pytest.mark.parametrize(("days", "collected"), [(-1, 0), (0, 100), (1, 100)])
    def test_only_what_was_collected_by_then_counts(self, days, collected):
        assert only(of(), paid(100, "S1", DAY), day=after(DAY, days)).collected == collected

    @pytest.mark.parametrize(("days", "shipped"), [(-1, 100), (0, 70), (1, 70)])
    def test_only_credit_notes_given_by_then_count(self, days, shipped):
        assert only(of(), credit(30, "S1", DAY), day=after(DAY, days)).shipped == shipped


class TestNextDue:
    LINES = [of("S1", 10, due=on(3, 5)), of("S2", 20, due=on(3, 1)), of("S3", 30, due=on(3, 9), instalment="1"), of("S3", 40, due=on(4, 9), instalment="2")]

    def test_it_is_the_earliest_due_date_still_open(self):
        assert only(*self.LINES).next_due == on(3, 1)
        assert only(*self.LINES, paid(20, "S2")).next_due == on(3, 5)
        assert only(*self.LINES, paid(20, "S2"), paid(10, "S1"), paid(30, "S3")).next_due == on(4, 9)

    @pytest.mark.parametrize(("days", "over"), [(-1, 0), (0, 0), (1, 1), (30, 30)])
    def test_days_over_count_from_it(self, days, over):
        assert only(*self.LINES, day=after(on(3, 1), days)).days_over == over

    def test_with_nothing_open_there_is_none(self):
        found = only(of(), paid(100, "S1"))
        assert (found.next_due, found.days_over) == (None, 0)
        assert only().next_due is None


class TestState:
    @pytest.mark.parametrize(
        ("lines", "state", "text"),
        [
            ([], NOT_SHIPPED, ""),
            ([of(fen=1)], RUNNING, ""),
            ([of(fen=999)], RUNNING, ""),
            ([of(fen=1000)], RUNNING, ""),
            ([of(fen=999), paid(999, "S1")], RUNNING, ""),
            ([of(fen=1000), paid(999, "S1")], RUNNING, ""),
            ([of(fen=1000), paid(1000, "S1")], SETTLED, ""),
            ([of(fen=1001)], EXCEEDED, "发货超过合同金额0.01元"),
            ([of(fen=1001), paid(1001, "S1")], EXCEEDED, "发货超过合同金额0.01元"),
            ([of(fen=1100), credit(100, "S1")], RUNNING, ""),
            ([of(fen=1100), credit(100, "S1"), paid(1000, "S1")], SETTLED, ""),
            ([of(fen=500, due=on(3, 1))], RUNNING, ""),
            ([of(fen=500, due=on(2, 28))], OVERDUE, "逾期5元"),
            ([of(fen=500, due=on(2, 28)), paid(500, "S1")], RUNNING, ""),
            ([of(fen=500, due=on(2, 28)), of("S2", 600)], OVERDUE, "发货超过合同金额1元;逾期5元"),
            ([of(fen=500, due=on(2, 28)), of("S2", 70, due=on(2, 1)), of("S3", 9)], OVERDUE, "逾期5.7元"),
        ],
    )
    def test_each(self, lines, state, text):
        found = only(*lines)
        assert (found.state, found.text) == (state, text)

    @pytest.mark.parametrize(("days", "said"), [(-1, False), (0, False), (1, True)])
    @pytest.mark.parametrize(
        ("lines", "unfinished"), [([], True), ([of(fen=999)], True), ([of(fen=1000)], True), ([of(fen=1000), paid(1000, "S1")], False)]
    )
    def test_a_contract_past_its_last_day_with_something_left_is_said_to_be(self, lines, unfinished, days, said):
        found = only(*lines, contracts=[DEAL._replace(until=DAY)], day=after(DAY, days))
        assert ("合同已于2026-03-01到期" in found.text) is (said and unfinished)

    def test_without_a_last_day_it_is_never_past_it(self):
        assert only(contracts=[DEAL._replace(until=None)], day=on(12, 31, 2040)).text == ""


class TestWhichContracts:
    def test_every_contract_in_its_order_then_those_nobody_listed(self):
        contracts = [DEAL._replace(number=number) for number in ("H9", "H1")]
        found = tracked(of(contract="X2"), of("S2", contract="X1"), of("S3"), contracts=contracts)
        assert [(one.contract.number, one.state) for one in found] == [("H9", NOT_SHIPPED), ("H1", RUNNING), ("X1", UNKNOWN), ("X2", UNKNOWN)]

    def test_one_nobody_listed_has_its_amounts_and_says_so(self):
        (_, found) = tracked(of(contract="X1", due=on(2, 28)), paid(30, "S1"))
        assert found[1:7] == (100, 30, 70, on(2, 28), 1, UNKNOWN)
        assert found.text == "逾期0.7元;合同台账中没有此合同"
        assert (found.contract.customer, found.contract.fen, found.contract.until) == (CUSTOMER, 0, None)

    def test_one_that_is_shipped_to_only_later_is_not_listed_yet(self):
        assert [one.contract.number for one in tracked(of(contract="X1", shipped=after(DAY, 1)))] == ["H1"]

    def test_another_customers_contract_of_the_same_number_is_another(self):
        one, other = account(of()), account(of(customer="K2"))
        found = track([DEAL], [(each, aged(each, DAY)) for each in (one, other)], DAY)
        assert [(each.contract.customer, each.shipped, each.state) for each in found] == [("K1", 100, RUNNING), ("K2", 100, UNKNOWN)]

    def test_without_contracts_and_shipments_there_is_nothing(self):
        assert track([], [], DAY) == []

    def test_the_other_allocation_gives_other_amounts(self):
        lines = [of(due=on(3, 31)), of("S2", due=on(3, 5), contract="H2"), paid(100, "S1")]
        contracts = [DEAL, DEAL._replace(number="H2")]
        assert [one.outstanding for one in tracked(*lines, contracts=contracts)] == [0, 100]
        assert [one.outstanding for one in tracked(*lines, contracts=contracts, allocation="fifo")] == [100, 0]
