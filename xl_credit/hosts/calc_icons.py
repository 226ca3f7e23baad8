"""The commands' pictures for Calc: small drawings as text, in three colours that show on light and dark."""

_BLUE, _GREEN, _ORANGE = "#2a6fb5", "#2e8b57", "#d9822b"
_FRAME = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">'
    '<g fill="none" stroke="{blue}" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{drawing}</g></svg>\n'
)
_GREEN_LINE, _ORANGE_LINE = f'stroke="{_GREEN}"', f'stroke="{_ORANGE}"'
_DRAWINGS = {
    "rate_book": f'<path d="M3 3h18v18H3zM3 9h18M9 9v12"/><path {_GREEN_LINE} stroke-width="2.6" d="M12 15l2.5 2.5 4.5-5"/>',
    "approval_routes": f'<circle cx="5" cy="5" r="2.5"/><path d="M8 5h8v7"/><circle cx="16" cy="14.5" r="2.5"/>'
    f'<path {_GREEN_LINE} d="M4 16l3 3 5-6" stroke-width="2.6"/>',
    "level_changes": f'<path {_GREEN_LINE} d="M7 21V4M3 8l4-4 4 4"/><path {_ORANGE_LINE} d="M17 3v17M13 16l4 4 4-4"/>',
    "checks": f'<path {_ORANGE_LINE} d="M12 3L2.5 20h19zM12 9.5v5M12 17.3v.2"/>',
    "ageing": f'<path d="M3 3v18h18"/><path {_GREEN_LINE} stroke-width="3.4" d="M8 17v-7"/>'
    f'<path stroke-width="3.4" d="M13 17V6"/><path {_ORANGE_LINE} stroke-width="3.4" d="M18 17v-3"/>',
    "gate": f'<path d="M2 7h11v9H2zM13 10h4.5l3.5 3v3h-8z"/><circle {_GREEN_LINE} cx="6.5" cy="18" r="2.2"/>'
    f'<circle {_GREEN_LINE} cx="16.5" cy="18" r="2.2"/>',
    "statements": f'<path d="M5 2.5h10l4 4v15H5z"/><path d="M15 2.5v4h4"/><path {_GREEN_LINE} d="M8 11h8M8 14.5h8M8 18h5"/>',
    "visit_plan": f'<path d="M3 5h18v16H3zM3 10h18M8 2.5v4M16 2.5v4"/><path {_GREEN_LINE} stroke-width="2.6" d="M8 15l3 3 5-5"/>',
    "customer_card": f'<path d="M2.5 5h19v14h-19z"/><circle {_ORANGE_LINE} cx="8" cy="10.5" r="2.3"/>'
    f'<path {_ORANGE_LINE} d="M4.8 16c.6-2.6 5.8-2.6 6.4 0"/><path {_GREEN_LINE} d="M14.5 9.5h4M14.5 13h4"/>',
    "advice": f'<path d="M3 4h18v12h-9l-5 4.5V16H3z"/><path {_GREEN_LINE} stroke-width="2.6" d="M8.5 10l2.5 2.5 4.5-5"/>',
    "open_policy": f'<path d="M12 6C9 4 6 4 3 4.5v14.5c3-.5 6-.5 9 1.5 3-2 6-2 9-1.5V4.5C18 4 15 4 12 6zM12 6v14"/>'
    f'<path {_GREEN_LINE} d="M15 9.5h3M15 13h3"/>',
    "about": '<circle cx="12" cy="12" r="9"/><path stroke-width="2.6" d="M12 11v6M12 7.2v.1"/>',
}
_OTHER = '<rect x="4" y="4" width="16" height="16" rx="3"/>'


def picture(tag: str) -> bytes:
    """The command's picture as SVG; a plain square for a command that nobody has drawn for."""
    return _FRAME.format(blue=_BLUE, drawing=_DRAWINGS.get(tag, _OTHER)).encode()


def is_drawn(tag: str) -> bool:
    return tag in _DRAWINGS
