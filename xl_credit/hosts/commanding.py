"""What a ribbon command is: its words and look, declared once and read by every host."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Command:
    """A button: ``tag`` is its ASCII name in every host, ``image`` one of Office's own pictures, ``body`` takes the open workbook.

    ``body`` gives one line of text for the status bar.
    """

    tag: str
    label: str
    group: str
    tip: str
    image: str
    is_large: bool
    body: Callable[..., str]


class Commands:
    """The commands in the order of their declaration."""

    def __init__(self) -> None:
        self.by_tag: dict[str, Command] = {}

    def declare(self, label: str, group: str, tip: str, image: str, *, is_large: bool = False) -> Callable[[Callable[..., str]], Callable[..., str]]:
        """Enter the function below under its own name."""

        def entered(body: Callable[..., str]) -> Callable[..., str]:
            tag = body.__name__
            if tag in self.by_tag:
                raise ValueError(f"{tag} is declared twice")
            self.by_tag[tag] = Command(tag, label, group, tip, image, is_large, body)
            return body

        return entered
