"""The sample policy that ships with the package: readable tables beside this module, clearly a draft (示例)."""

import csv
from functools import cache
from importlib import resources

from xl_credit.policy.reading import read_policies
from xl_credit.policy.sheets import COLUMNS
from xl_credit.rules.figures import Policy
from xl_credit.tables import Grid


@cache
def sample_grids() -> dict[str, Grid]:
    """The sample tables by sheet name, header row first."""
    folder = resources.files("xl_credit.policy") / "sample"
    return {name: Grid(name, list(csv.reader((folder / f"{name}.csv").read_text("utf-8").splitlines()))) for name in COLUMNS}


@cache
def sample_policy() -> Policy:
    """The one version of the sample policy.

    >>> sample_policy().notice
    '示例政策,未经核定'
    """
    read = read_policies(sample_grids())
    if read.problems or len(read.versions) != 1:
        raise AssertionError([problem.line() for problem in read.problems])
    return read.versions[0]
