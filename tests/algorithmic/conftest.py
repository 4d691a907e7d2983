"""What the tests of this room share: the plain loop over all machines."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).with_name("support")))
