"""A transaction on a driver in the test's own process."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Optional

from code_analysis_db.drivers import BaseDatabaseDriver
from code_analysis_db.exceptions import DriverTransactionError

from .direct_rows import DirectRows


class DirectTransaction(DirectRows):
    """A transaction, or its part since a savepoint."""

    def __init__(
        self, driver: BaseDatabaseDriver, id: str, savepoint: Optional[str] = None
    ) -> None:
        """Use the open transaction ``id``."""
        super().__init__(driver, id)
        self.id = id
        self.is_open = True
        self._savepoint = savepoint

    def _end(self) -> None:
        """Note that it ends now."""
        if not self.is_open:
            raise DriverTransactionError("the transaction has been ended already")
        self.is_open = False

    def commit(self) -> None:
        """Commit, or release the savepoint."""
        self._end()
        if self._savepoint is None:
            self.driver.commit_transaction(self.id)
        else:
            self.driver.release_savepoint(self.id, self._savepoint)

    def rollback(self) -> None:
        """Roll back, as far as the savepoint if there is one."""
        self._end()
        if self._savepoint is None:
            self.driver.rollback_transaction(self.id)
        else:
            self.driver.rollback_to_savepoint(self.id, self._savepoint)

    @contextmanager
    def transaction(self) -> Iterator[DirectTransaction]:
        """Open a savepoint for a block."""
        savepoint = self.driver.create_savepoint(self.id)
        with DirectTransaction(self.driver, self.id, savepoint).ending() as part:
            yield part

    @contextmanager
    def ending(self) -> Iterator[DirectTransaction]:
        """End it with the block, unless the block itself has."""
        try:
            yield self
        except BaseException:
            if self.is_open and self.driver.has_transaction(self.id):
                self.rollback()
            raise
        if self.is_open:
            self.commit()
