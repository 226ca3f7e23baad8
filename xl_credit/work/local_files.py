"""Files that came with a unit of work, put on this machine's disk for as long as the process lives."""

import tempfile
from functools import cache
from hashlib import sha256
from pathlib import Path


@cache
def _folder() -> tempfile.TemporaryDirectory:
    return tempfile.TemporaryDirectory(prefix="xl-credit-")


@cache
def local_copy(data: bytes, name: str) -> Path:
    """The file's place; the same content is written once."""
    place = Path(_folder().name) / sha256(data).hexdigest()[:16]
    place.mkdir(exist_ok=True)
    path = place / name
    path.write_bytes(data)
    return path
