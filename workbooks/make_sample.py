"""Make the workbooks of 华鼎贸易制造有限公司, a fictitious company with three branches, for trying the package out.

    python workbooks/make_sample.py [--out DIR]

Writes 2026Q2/ (rated and approved), 2026Q3/ (as the branches send them in, with their ledgers), 客户服务/ (a quarter of customer
service) and 政策.xlsx; the same bytes every time. ``TELLING`` names the customers that each show one rule, and what 2026Q3 must come to for them; a test holds it to
that. The ledgers have their own: ``TELLING_LEDGER`` in sample_ledgers.py.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sample_customers import BEFORE, BRANCHES, NOW, PROFILES, customers, request
from sample_handwork import approve_quarter, build_with_own_sheet, write_by_hand
from sample_ledgers import ledger_records, write_ledgers
from sample_provisional import provisional
from sample_service import FOLDER as SERVICE_FOLDER
from sample_service import make_service

from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.quarter.branch import Job, regenerate_branch
from xl_credit.quarter.columns import CERTIFICATES, LICENCES
from xl_credit.rules.quarter import Quarter
from xl_credit.rules.records import HELD, INCOMPLETE, RATED, UNRATED

NEW = ""  # as a case's earlier profile: not yet a customer
FD, GM, XS = "财务副总经理", "总经理", "销售副总"


@dataclass(frozen=True)
class Case:
    """A customer that shows a rule: its profile and what differs from it, then what 2026Q3 must say of it."""

    code: str
    what: str
    profile: str
    changes: Mapping[str, object]
    status: str
    level: str | None = None
    limit: int = 0
    proposed: int = 0
    approver: str = ""
    articles: tuple[str, ...] = ()
    before: str | None = None
    stays: Mapping[str, object] = field(default_factory=dict)  # holds in both quarters

    def record(self, identity: Mapping[str, object], quarter: Quarter) -> dict[str, object] | None:
        """The customer's row of the 评估表; ``None`` before it was a customer."""
        if quarter == NOW:
            return {**identity, **PROFILES[self.profile], **self.stays, **self.changes}
        earlier = self.profile if self.before is None else self.before
        return {**identity, **PROFILES[earlier], **self.stays} if earlier else None


_NO_LICENCE = dict.fromkeys(LICENCES, "无")
_LAPSED = _NO_LICENCE | dict.fromkeys(LICENCES[:4], "未年检")
_OF_9 = {"客户产品销售状况": "普通"}  # one point of 主观评价 less than the profile's 10
_OF_9_FROM_15 = {"客户产品销售状况": "普通", "员工平均工资水平": "普通"}  # 4 + 2 less than 15
_NEWCOMER = {"年交易额": 205, "年赢利额": 39, "年回款额": 160}
_FORMULA_NAME = '=HYPERLINK("http://example.com","点此领奖")'
_B, _KEY = {"业务类型": "B"}, {"重点客户": "是"}

TELLING: tuple[Case, ...] = (
    Case("HD-0003", "新客户,满2个月(差一天满3个月),另行报批", "良", {"首次交易日期": date(2026, 7, 2), **request("HD-0003", 5)},
         UNRATED, None, 0, 0, FD, ("第七条注a",), NEW),
    Case("HD-0005", "新客户,刚满3个月,按92天折算", "良", {"首次交易日期": date(2026, 7, 1), **_NEWCOMER, **request("HD-0005", 40)},
         RATED, "一级", 50, 40, FD, (), NEW),
    Case("HD-0008", "新客户,满8个月(差一天满9个月),按272天折算", "良", {"首次交易日期": date(2026, 1, 2), **_NEWCOMER},
         RATED, "三级", 10, 0, "", (), NEW),
    Case("HD-0009", "新客户,满9个月,按实际额", "良", {"首次交易日期": date(2026, 1, 1), **_NEWCOMER},
         RATED, "四级", 0, 0, "", (), NEW),
    Case("HD-0011", "期初前一天首次交易,不是新客户", "良", {"首次交易日期": date(2025, 9, 30), **request("HD-0011", 30)},
         RATED, "一级", 50, 30, FD, (), NEW),
    Case("HD-0014", "没有任何法律资质", "优", _NO_LICENCE, UNRATED, None, 0, 0, "", ("第八条(1)",)),
    Case("HD-0016", "四证未年检,其余没有,法律资质0分", "优", _LAPSED, UNRATED, None, 0, 0, "", ("第八条(1)",)),
    Case("HD-0018", "四证未年检,后三项具备,法律资质4分", "优", dict.fromkeys(LICENCES[:4], "未年检"), RATED, "特级", 80),
    Case("HD-0020", "主观评价9分,下调一级", "优", {**_OF_9_FROM_15, **request("HD-0020", 50)}, RATED, "一级", 50, 50, FD, ("第八条(2)",)),
    Case("HD-0022", "业务员垫支,下调一级", "良", {"业务员垫支": "是", **request("HD-0022", 30)}, RATED, "二级", 30, 30, FD, ("第八条(3)",)),
    Case("HD-0025", "主观评价低且垫支,共下调两级", "优", {**_OF_9_FROM_15, "业务员垫支": "是"},
         RATED, "二级", 30, 0, "", ("第八条(2)", "第八条(3)")),
    Case("HD-0027", "下调两级,止于末级", "平", {**_OF_9, "业务员垫支": "是"}, RATED, "四级", 0, 0, "", ("第八条(2)", "第八条(3)")),
    Case("HD-0030", "编码重复(一)", "良", {}, INCOMPLETE),
    Case("HD-0030", "编码重复(二)", "中", {"客户名称": "宁波晟源建材有限公司(旧名)"}, INCOMPLETE, before=NEW),
    Case("HD-0033", "数字、日期按文字录入", "良",
         {"年交易额": "1,250.50", "年赢利额": "１２６．８", "首次交易日期": "2025年8月3日", **request("HD-0033", "40")}, RATED, "一级", 50, 40, FD),
    Case("HD-0036", "混合业务,A类较大", "良", {}, RATED, "一级", 50, stays={"业务类型": "混合", "A类业务额": 420, "B类业务额": 300}),
    Case("HD-0037", "混合业务,两类相等,按B类", "良", {}, RATED, "二级", 50, stays={"业务类型": "混合", "A类业务额": 360, "B类业务额": 360}),
    Case("HN-0004", "80万元,须总经理审批", "优", request("HN-0004", 80), RATED, "特级", 80, 80, GM),
    Case("HN-0006", "期限120天,须总经理审批", "良", request("HN-0006", 40, 120), RATED, "一级", 50, 40, GM),
    Case("HN-0009", "申请超过级别限额", "中", request("HN-0009", 60), RATED, "二级", 30, 30, FD),
    Case("HN-0010", "申请无合同编号", "良", request("HN-0010", 40, contract=False), RATED, "一级", 50),
    Case("HN-0012", "申请增加", "良", request("HN-0012", 45, 60, "增加"), RATED, "一级", 50, 45, FD, stays=request("HN-0012", 30)),
    Case("HN-0015", "申请延期", "中", request("HN-0015", 25, 90, "延期"), RATED, "二级", 30, 25, FD, stays=request("HN-0015", 25)),
    Case("HN-0017", "弄虚作假,暂缓评级", "优", {"弄虚作假": "是"}, HELD, None, 0, 0, "", ("第八条(7)",)),
    Case("HN-0019", "四级以下,由销售副总在5万元内控制", "弱", {**_B, **request("HN-0019", 8)}, RATED, "四级以下", 0, 0, XS, stays=_B),
    Case("HN-0021", "重点客户,级别上升", "良", request("HN-0021", 50), RATED, "一级", 50, 50, FD, before="中", stays=_KEY),
    Case("HN-0024", "重点客户,级别下降", "中", request("HN-0024", 50), RATED, "二级", 30, 30, FD, before="优", stays=_KEY),
    Case("XN-0002", "名称像公式", "良", {}, RATED, "一级", 50, stays={"客户名称": _FORMULA_NAME}),
    Case("XN-0003", "名称以加号开头", "中", {}, RATED, "二级", 30, stays={"客户名称": "+1 贸易"}),
    Case("XN-0004", "名称以@开头", "平", {}, RATED, "三级", 10, stays={"客户名称": "@西部"}),
    Case("XN-0006", "枚举列写了别的词", "良", {"营业执照": "有"}, INCOMPLETE),
    Case("XN-0007", "缺少年回款额", "良", {"年回款额": None}, INCOMPLETE),
    Case("XN-0010", "财务副总经理越权批准80万元", "优", request("XN-0010", 80), RATED, "特级", 80, 80, GM),
    Case("XN-0012", "B业务,90分以上", "优", {**request("XN-0012", 50, 90)}, RATED, "一级", 80, 50, FD, stays=_B),
    Case("XN-0014", "其他资质都未年检,得0分", "良", {**dict.fromkeys(CERTIFICATES, "未年检"), **request("XN-0014", 30)},
         RATED, "二级", 30, 30, FD),
)  # fmt: skip

# 2026Q3, before the tool saw it: (code, route, step, 岗位, 审批意见, 审批人, 审批日期, 状态)
BY_HAND: dict[str, tuple[tuple[object, ...], ...]] = {
    "华东": (("HD-0020", "授信审批", 3, "销售副总", "老客户,同意", "卢海生", date(2026, 10, 12), "同意"),),
    "华南": (("HN-0009", "授信审批", 5, "财务副总经理", "同意30万元", "郑雅芬", date(2026, 10, 31), "批准"),),
    "西南": (("XN-0010", "授信审批", 5, "财务副总经理", "同意80万元", "郑雅芬", date(2026, 10, 15), "批准"),),
}


def of_branch(branch: str) -> tuple[Case, ...]:
    return tuple(case for case in TELLING if case.code.startswith(BRANCHES[branch][0]))


def make_workbook(path: Path, branch: str, quarter: Quarter) -> list[dict[str, object]]:
    """One branch's workbook before any rating; returns its customers' rows."""
    policy, records = sample_policy(), customers(branch, quarter, of_branch(branch))
    cached = provisional(policy, quarter, records)
    # in 华东 of 2026Q3 people keep a sheet with a chart and columns of their own
    build = build_with_own_sheet if (branch, quarter) == ("华东", NOW) else build_rating_workbook
    build(path, policy, branch=branch, quarter=str(quarter), records=records, spare_rows=20, provisional=cached)
    return records


def regenerate(path: Path, quarter: Quarter) -> None:
    result = regenerate_branch(Job(path, path, quarter, sample_policy(), path, None, None))
    if result.error:
        raise SystemExit(result.error)


def make_sample(out: Path) -> None:
    """All the workbooks under ``out``."""
    for branch in BRANCHES:
        earlier, later = (out / str(quarter) / f"{branch}.xlsx" for quarter in (BEFORE, NOW))
        for path in (earlier, later):
            path.parent.mkdir(parents=True, exist_ok=True)
        was = make_workbook(earlier, branch, BEFORE)
        regenerate(earlier, BEFORE)
        approve_quarter(earlier, BEFORE)
        regenerate(earlier, BEFORE)  # approved limits get their 到位期限
        records = make_workbook(later, branch, NOW)
        names = {record["客户编码"]: record["客户名称"] for record in records}
        write_by_hand(later, BY_HAND[branch], names)
        write_ledgers(branch, later.parent, ledger_records(branch, was, records, earlier))
        (out / SERVICE_FOLDER).mkdir(exist_ok=True)
        make_service(out / SERVICE_FOLDER, branch, records, out / str(BEFORE))
    build_policy_workbook(out / "政策.xlsx", sample_grids())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="生成示例公司的工作簿")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="输出文件夹,默认为本脚本所在文件夹")
    make_sample(parser.parse_args().out)
