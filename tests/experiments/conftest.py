"""What the tests of laboratories share: the battery, and a small laboratory that other processes can import too."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).with_name(name)) for name in ("fake", "support")]
