"""What the reader of a file may decide: how text is understood, and how much it may cost."""

from dataclasses import dataclass

from szilard.userdata.refusal import Refusal

LIMIT = 2**30  # bytes, unpacked
WIDEST = 10**6  # columns

__all__ = ["LIMIT", "WIDEST", "Options"]


@dataclass(frozen=True)
class Options:
    """Of a text file: ``header``, whether its first line holds names, and ``decimal``, its decimal mark; None: told
    from its lines. Of any file: ``limit``, how many bytes it may take in memory; None: any number.
    """

    header: bool | None = None
    decimal: str | None = None
    limit: int | None = LIMIT

    def __post_init__(self) -> None:
        if self.decimal not in (None, ".", ","):
            raise ValueError(f"decimal must be '.' or ','; got {self.decimal!r}")

    def check_size(self, what: str, size: int) -> None:
        """Refuse what takes more than the limit, before it is read."""
        if self.limit is not None and size > self.limit:
            raise Refusal(
                f"{what} takes {size / 2**20:,.0f} MiB unpacked, and no more than {self.limit / 2**20:,.0f} MiB are "
                "read unasked: --allow-large reads it"
            )
