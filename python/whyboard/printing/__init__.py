"""Models as text, Python code and static pictures, read from records.

Only the widget, the exchange formats and the package's own `__init__` import this folder; handles reach it by the
registry's services.
"""

from whyboard.printing import services

__all__ = ["services"]
