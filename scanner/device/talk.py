"""What the waiting person is told while a phone is driven, on standard error."""

from __future__ import annotations

from scanner.capture.live import printable, to_stderr


class Talk:
    """Tells lines in one language; a terminal obeys nothing of them."""

    def __init__(self, *, chinese: bool, quiet: bool) -> None:
        self._chinese = chinese
        self._quiet = quiet

    def say(self, zh: str, en: str) -> None:
        """Tell how it goes."""
        if not self._quiet:
            self.warn(zh, en)

    def warn(self, zh: str, en: str) -> None:
        """Tell what those too must know who want to hear nothing."""
        try:
            to_stderr(printable(zh if self._chinese else en))
        except (OSError, ValueError):  # nobody listens, and the run goes on
            return
