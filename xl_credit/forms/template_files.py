"""The workbooks in ``templates/``: where they lie, and how they are built."""

from importlib import resources
from pathlib import Path

from xl_credit.forms.head_office import build_head_office
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.forms.receivables_look import deciding_roles
from xl_credit.forms.receivables_workbook import build_receivables_workbook
from xl_credit.forms.service_workbook import build_service_workbook
from xl_credit.policy.sample import sample_grids, sample_policy
from xl_credit.policy.service import sample_service
from xl_credit.rules.figures import Policy

RATING, POLICY, HEAD_OFFICE, RECEIVABLES, SERVICE = TEMPLATES = (
    "客户信用评估.xlsx", "政策.xlsx", "总部汇总.xlsx", "应收台账.xlsx", "客户服务.xlsx",
)  # fmt: skip


def template_path(name: str) -> Path:
    """The checked-in template: inside the installed package, or beside the package in a source tree."""
    installed = Path(str(resources.files("xl_credit"))) / "templates" / name
    return installed if installed.is_file() else Path(__file__).parents[2] / "templates" / name


def report_template(policy: Policy, folder: Path) -> Path:
    """The receivables template whose buckets and deciding posts are the policy's.

    The checked-in one where they are those of the sample policy, else one built for this policy in ``folder``.
    """
    sample = sample_policy()
    if policy.ageing_bounds_days == sample.ageing_bounds_days and deciding_roles(policy) == deciding_roles(sample):
        return template_path(RECEIVABLES)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / RECEIVABLES
    build_receivables_workbook(path, policy)
    return path


def build_templates(folder: Path) -> list[Path]:
    """Build all of them into ``folder``; the same code always gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    build_rating_workbook(folder / RATING, sample_policy())
    build_policy_workbook(folder / POLICY, sample_grids())
    build_head_office(folder / HEAD_OFFICE)
    build_receivables_workbook(folder / RECEIVABLES, sample_policy())
    build_service_workbook(folder / SERVICE, sample_service())
    return [folder / name for name in TEMPLATES]
