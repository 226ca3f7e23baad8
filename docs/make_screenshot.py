"""Make the README's picture of Calc anew, as the tests see it: a screen in memory, a click on 评级本簿, the screen kept.

    python docs/make_screenshot.py

Needs ``soffice`` with its Python bridge, ``Xvfb`` and ``xdotool``; works on a copy of the sample workbooks.
"""

import shutil
import struct
import sys
import tempfile
import time
import zlib
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.hosts.calc_desk import desk, screen, until  # noqa: E402
from tests.hosts.test_calc_window import at_rest, click  # noqa: E402
from xl_credit.quarter.columns import RESULTS  # noqa: E402

TARGET = Path(__file__).parent / "images" / "calc-toolbar.png"
WIDTH, HEIGHT = 1372, 732
_SHADES = 5  # a channel's values are held to multiples of this: a screen's dithering takes most of a picture's bytes


def png(dump: bytes) -> bytes:
    """A picture of what the X server keeps of its screen: 32 bits a pixel, blue first."""
    header, width, height, stride, colours = (struct.unpack_from(">L", dump, place)[0] for place in (0, 16, 20, 48, 76))
    first = header + 12 * colours
    held = bytes(min(255, round(value / _SHADES) * _SHADES) for value in range(256))
    lines = []
    for row in range(height):
        line = dump[first + row * stride : first + row * stride + width * 4].translate(held)
        pixels = bytearray(width * 3)
        pixels[0::3], pixels[1::3], pixels[2::3] = line[2::4], line[1::4], line[0::4]
        lines.append(b"\0" + pixels)
    size = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", size) + _chunk(b"IDAT", zlib.compress(b"".join(lines), 9)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def make(folder: Path) -> None:
    for quarter in ("2026Q2", "2026Q3"):
        shutil.copytree(ROOT / "workbooks" / quarter, folder / quarter)
    with screen(WIDTH, HEIGHT, folder) as display, desk(folder, display) as calc:
        calc.show(folder / "2026Q3" / "华东.xlsx")
        calc.large(WIDTH, HEIGHT)
        click(calc, display, "评级本簿")
        until(lambda: calc.active() == RESULTS and calc.said())
        until(lambda: at_rest(lambda: calc.button("打开政策")))
        until(lambda: is_still(folder))
        TARGET.write_bytes(png(kept(folder)))
    print(f"{TARGET}: {WIDTH}×{HEIGHT}, {TARGET.stat().st_size // 1024} kB")


def kept(folder: Path) -> bytes:
    return (folder / "Xvfb_screen0").read_bytes()


def is_still(folder: Path) -> bool:
    """Whether nothing has been drawn for a while."""
    before = kept(folder)
    time.sleep(3)
    return kept(folder) == before


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        make(Path(temporary))
