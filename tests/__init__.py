"""The tests. Bytecode is kept beside the packages if Python was told to write none.

A run starts forty programs that would compile all their modules, and rewrite all tests. This file is read before the others.
"""

import os
import sys
from pathlib import Path

if sys.dont_write_bytecode:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(Path(sys.prefix) / "bytecode")
    sys.dont_write_bytecode = False
