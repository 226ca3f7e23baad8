"""Make the README's pictures anew from the regenerated sample: workbook → PDF by LibreOffice → PNG by pdftoppm, cropped.

    python docs/make_images.py

Needs ``soffice``, ``pdftotext`` and ``pdftoppm``; regenerates the sample into a folder of its own first.
"""

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
IMAGES = Path(__file__).parent / "images"
DPI, MARGIN, NEW_PROFILE = 120, 10, 81
FOOTER = 0.93  # of the page's height; below it is the page number


@dataclass(frozen=True)
class Picture:
    """The first page under ``title``, from its top down to ``keep`` of what is printed on it."""

    name: str
    workbook: str
    title: str
    keep: float


PICTURES = (
    Picture("rated-sheet.png", "华南.xlsx", "客户信用评级结果", 0.75),
    Picture("head-office-charts.png", "总部汇总.xlsx", "客户信用管理季度图表", 1.0),
    Picture("ageing-sheet.png", "华南.xlsx", "应收账款账龄表", 0.72),
    Picture("service-report.png", "客户服务/客户服务汇总_2026-09.xlsx", "每月巡访情况报告书(公司汇总)", 0.94),
)


def run(*command: object) -> bytes:
    return subprocess.run([*map(str, command)], check=True, capture_output=True).stdout


def regenerate(out: Path) -> None:
    books = ROOT / "workbooks"
    command = [sys.executable, "-m", "xl_credit.cli", "regenerate", books / "2026Q3", "--quarter", "2026Q3"]
    command += ["--previous", books / "2026Q2", "--policy", books / "政策.xlsx", "--out", out]
    if subprocess.run(command, check=False, capture_output=True, cwd=ROOT).returncode > 1:
        raise SystemExit("示例没有生成")
    command = [sys.executable, "-m", "xl_credit.cli", "service", "report", books / "客户服务", "--month", "2026-09", "--out", out / "客户服务"]
    command += [word for folder in (out, books / "2026Q3", books / "2026Q2") for word in ("--ratings", folder)]
    if subprocess.run(command, check=False, capture_output=True, cwd=ROOT).returncode > 1:
        raise SystemExit("客户服务示例没有生成")


def as_pdf(workbook: Path, folder: Path) -> Path:
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    for _ in range(2):
        if subprocess.run([*command, "--outdir", folder, workbook], check=False, capture_output=True).returncode != NEW_PROFILE:
            break
    return folder / f"{workbook.stem}.pdf"


def page_of(pdf: Path, title: str) -> int:
    """The first page that has the title as a line of its own: a chart's words may come before it."""
    pages = run("pdftotext", pdf, "-").decode().split("\f")
    return next(number for number, text in enumerate(pages, 1) if any(line.startswith(title) for line in text.splitlines()))


def inked(pdf: Path, page: int, keep: float) -> tuple[int, int, int, int]:
    """Left, top, width and height of what is printed, page number left out."""
    header, size, _, pixels = run("pdftoppm", "-r", DPI, "-gray", "-f", page, "-l", page, pdf).split(b"\n", 3)
    assert header == b"P5", header
    width, height = map(int, size.split())
    rows = [pixels[y * width : (y + 1) * width] for y in range(int(height * FOOTER))]
    filled = [y for y, row in enumerate(rows) if min(row) < 250]
    columns = [x for x in range(width) if any(row[x] < 250 for row in rows)]
    top, left = max(filled[0] - MARGIN, 0), max(columns[0] - MARGIN, 0)
    last = filled[-1]
    if keep < 1:  # end with the grid line before the cut
        cut = filled[0] + int((last - filled[0]) * keep)
        last = max(y for y in range(cut) if sum(value < 200 for value in rows[y]) > len(columns) * 0.8)
    return left, top, columns[-1] - columns[0] + 2 * MARGIN, last - top + MARGIN


def make(folder: Path) -> None:
    regenerate(folder / "out")
    IMAGES.mkdir(exist_ok=True)
    for picture in PICTURES:
        pdf = as_pdf(folder / "out" / picture.workbook, folder)
        page = page_of(pdf, picture.title)
        x, y, width, height = inked(pdf, page, picture.keep)
        crop = ("-x", x, "-y", y, "-W", width, "-H", height)
        target = IMAGES / picture.name
        run("pdftoppm", "-r", DPI, "-png", "-singlefile", "-f", page, "-l", page, *crop, pdf, target.with_suffix(""))
        print(f"{target}: {width}×{height}, {target.stat().st_size // 1024} kB")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        make(Path(temporary))
