"""Ids of what chapters show. They stand in addresses, file names and HTML, so nothing but an id may pass as one."""

import re
from collections.abc import Mapping

PREFIXES = {"figure": "fig", "table": "tab", "claims": "claims", "headlines": "headlines"}
LONGEST = 100
_NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")

__all__ = ["PREFIXES", "check_name", "display_id"]


def check_name(name: object, what: str) -> str:
    """``name``, if it consists of lower-case letters and digits with single hyphens (or underscores) between them.

    Raises:
        ValueError: it does not, or is longer than 100 characters; ``what`` says whose name it is.
    """
    if isinstance(name, str) and len(name) <= LONGEST and _NAME.fullmatch(name):
        return name
    shown = repr(name) if len(repr(name)) <= LONGEST else repr(name)[:LONGEST] + "…"
    raise ValueError(f"{what} must be at most {LONGEST} lower-case letters, digits and single hyphens; got {shown}")


def display_id(record: object, where: str) -> str:
    """The id of the figure, table, claims or headlines that ``record`` belongs to.

    Raises:
        ValueError: the record has no kind, or no id with the prefix of its kind; ``where`` says where it stands.
    """
    content = record if isinstance(record, Mapping) else {}
    prefix = PREFIXES.get(str(content.get("kind")))
    if prefix is None:
        raise ValueError(f"{where}: a record must be of a {', '.join(PREFIXES)}; got {str(content.get('kind'))[:40]!r}")
    id = check_name(content.get("id"), f"{where}: the id of a {content['kind']}")
    if not id.startswith(f"{prefix}-"):
        raise ValueError(f"{where}: the id of a {content['kind']} must begin with {prefix}-; got {id!r}")
    return id
