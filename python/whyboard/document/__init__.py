"""The model as plain data: records, patches, commands, history and the file.

Everything above may import it; it imports `whyboard.errors` only and is handed the catalog as data.
"""

from whyboard.document.comparison import isomorphic
from whyboard.document.document import Document, Snapshot
from whyboard.document.patch import Patch

__all__ = ["Document", "Patch", "Snapshot", "isomorphic"]
