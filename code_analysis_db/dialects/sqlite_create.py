"""The text of a SQLite table in its parts, of which some are changed and the rest stays
letter by letter."""

from __future__ import annotations

from typing import Callable, Dict, List, Optional, Tuple

import attrs


@attrs.define(slots=True)
class ConstraintText:
    """A constraint of a column or of the table.

    Attributes:
        kind: its first word: PRIMARY, UNIQUE, CHECK, REFERENCES, NOT, NULL, DEFAULT,
            COLLATE, AS; ``""`` for a name that nothing follows.
        text: all of it.
        name: None where it has none.
        columns: those in its parentheses.
        expression: of a check or a generated column.
        target, references, actions: of a foreign key; the actions by DELETE, UPDATE.
        descends, numbers: of a primary key: DESC, AUTOINCREMENT.
        comment: what stands behind its comma.
    """

    kind: str
    text: str
    name: Optional[str] = None
    columns: Tuple[str, ...] = ()
    expression: str = ""
    target: str = ""
    references: Tuple[str, ...] = ()
    actions: Dict[str, str] = attrs.field(factory=dict)
    descends: bool = False
    numbers: bool = False
    comment: str = ""


@attrs.define(slots=True)
class ColumnText:
    """A column.

    Attributes:
        name: without quotes.
        type_name: as it stands there, ``""`` for none.
        constraints: in their order.
        source: the text where nothing was changed, ``""`` where something was.
        comment: what stands behind its comma.
    """

    name: str
    type_name: str = ""
    constraints: List[ConstraintText] = attrs.field(factory=list)
    source: str = ""
    comment: str = ""

    @property
    def is_generated(self) -> bool:
        """Whether SQLite computes it from others."""
        return any(part.kind == "AS" for part in self.constraints)

    def of_kind(self, kind: str) -> List[ConstraintText]:
        """Return its constraints of a kind."""
        return [part for part in self.constraints if part.kind == kind]

    def remove(self, gone: Callable[[ConstraintText], bool]) -> bool:
        """Remove constraints, and tell whether there were any."""
        kept = [part for part in self.constraints if not gone(part)]
        found = len(kept) < len(self.constraints)
        if found:
            self.constraints = kept
            self.source = ""
        return found

    def put(self, kind: str, text: str) -> None:
        """Have one constraint of a kind, in place of those that there are."""
        self.remove(lambda part: part.kind == kind)
        if text:
            self.constraints.append(ConstraintText(kind, text))
        self.source = ""

    def write(self, quote: Callable[[str], str]) -> str:
        """Return the text."""
        if self.source:
            return self.source
        words = [quote(self.name), self.type_name]
        words += [part.text for part in self.constraints]
        return " ".join(filter(None, words))


@attrs.define(slots=True)
class CreateText:
    """A table.

    Attributes:
        name: without quotes.
        columns: in their order.
        constraints: of the table.
        options: what follows the parentheses.
    """

    name: str
    columns: List[ColumnText] = attrs.field(factory=list)
    constraints: List[ConstraintText] = attrs.field(factory=list)
    options: str = ""

    @property
    def has_rowids(self) -> bool:
        """Whether its rows have numbers of SQLite's own."""
        return "WITHOUT" not in self.options.upper()

    @property
    def is_strict(self) -> bool:
        """Whether SQLite checks the types of values."""
        return "STRICT" in self.options.upper()

    @property
    def numbers_rows(self) -> bool:
        """Whether the number of a deleted row is not used again."""
        parts = [part for column in self.columns for part in column.constraints]
        return any(part.numbers for part in parts)

    @property
    def rowid_column(self) -> Optional[str]:
        """The column that is another name of the rowid, or None."""
        if not self.has_rowids:
            return None
        for column in self.columns:
            keys = column.of_kind("PRIMARY")
            listed = any(
                [name.lower() for name in part.columns] == [column.name.lower()]
                for part in self.constraints
                if part.kind == "PRIMARY"
            )
            inline = bool(keys) and not keys[0].descends
            if (inline or listed) and column.type_name.strip('"').upper() == "INTEGER":
                return column.name
        return None

    @property
    def free_rowid(self) -> Optional[str]:
        """A name of the rowid that no column has, or None."""
        taken = {column.name.lower() for column in self.columns}
        names = [name for name in ("rowid", "_rowid_", "oid") if name not in taken]
        return names[0] if names and self.has_rowids else None

    def column(self, name: str) -> Optional[ColumnText]:
        """Return the column of that name, whatever the case."""
        found = [c for c in self.columns if c.name.lower() == name.lower()]
        # SQLite folds ASCII only: letters beyond it may name two columns
        return next((c for c in found if c.name == name), found[0] if found else None)

    def write(self, name: str, quote: Callable[[str], str]) -> str:
        """Return the CREATE TABLE under another name."""
        parts = [(c.write(quote), c.comment) for c in self.columns]
        parts += [(c.text, c.comment) for c in self.constraints]
        lines = []
        for place, (text, comment) in enumerate(parts):
            comma = "," if place < len(parts) - 1 else ""
            lines.append(f"{text}{comma}{' ' if comment else ''}{comment}")
        # each on a line of its own: it may end in a comment
        body = "\n".join(lines)
        return f"CREATE TABLE {quote(name)} (\n{body}\n) {self.options}".rstrip()
