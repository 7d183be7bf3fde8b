"""A table as the database describes it."""

from __future__ import annotations

from typing import Any, Dict, List

import attrs

from ..schema import Table


@attrs.frozen(slots=True)
class TableDescription:
    """A table as it is in the database now.

    Attributes:
        table: the table; without checks where the driver did not make it.
        native_types: the declared type of each column.
        defaults: of the columns that the catalogue does not tell of, as
            ``get_table_info`` gives them; ``table`` does not state these, since their
            types need not fit.
    """

    table: Table
    native_types: Dict[str, str]
    defaults: Dict[str, Any]

    def column_info(self) -> List[Dict[str, Any]]:
        """Describe the columns as ``get_table_info`` does."""
        infos = self.table.column_info()
        for info in infos:
            name = info["name"]
            info["native_type"] = self.native_types[name]
            if name in self.defaults:
                info["default"] = self.defaults[name]
        return infos
