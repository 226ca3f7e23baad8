"""The workbooks in ``templates/``: where they lie, and how they are built."""

from importlib import resources
from pathlib import Path

from xl_credit.forms.head_office import build_head_office
from xl_credit.forms.policy_workbook import build_policy_workbook
from xl_credit.forms.rating_workbook import build_rating_workbook
from xl_credit.policy.sample import sample_grids, sample_policy

RATING, POLICY, HEAD_OFFICE = TEMPLATES = ("客户信用评估.xlsx", "政策.xlsx", "总部汇总.xlsx")


def template_path(name: str) -> Path:
    """The checked-in template: inside the installed package, or beside the package in a source tree."""
    installed = Path(str(resources.files("xl_credit"))) / "templates" / name
    return installed if installed.is_file() else Path(__file__).parents[2] / "templates" / name


def build_templates(folder: Path) -> list[Path]:
    """Build all three into ``folder``; the same code always gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    build_rating_workbook(folder / RATING, sample_policy())
    build_policy_workbook(folder / POLICY, sample_grids())
    build_head_office(folder / HEAD_OFFICE)
    return [folder / name for name in TEMPLATES]
