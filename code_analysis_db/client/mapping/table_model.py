"""The table of a mapped class, made out of its declaration.

The same declaration always gives the same definition.  Names of constraints and indexes
are left to the schema, which derives them.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

import attrs

from ...exceptions import SchemaDefinitionError
from .column_model import ColumnModel, column_of
from .declaration import (
    ForeignKey,
    Index,
    Itself,
    PrimaryKey,
    TableOptions,
    UpdatedAt,
    options_of,
)
from .value_converter import make_value_converter


@attrs.frozen(eq=False)
class TableModel:
    """A mapped class as a table.

    Attributes:
        cls: the class.
        options: what was said about the table as a whole.
        columns: one for each attribute that the class's constructor takes, the key
            first.
        key: the primary key's column.
        references: the columns that refer to classes, with what they refer to.
        updated_columns: the time stamps that every save and update sets.
    """

    cls: Type[Any]
    options: TableOptions
    columns: Tuple[ColumnModel, ...]
    key: ColumnModel = attrs.field(init=False)
    references: Tuple[Tuple[ColumnModel, ForeignKey], ...] = attrs.field(init=False)
    updated_columns: Tuple[str, ...] = attrs.field(init=False)

    @key.default
    def _find_key(self) -> ColumnModel:
        """Return the one column that is marked as the key."""
        keys = [column for column in self.columns if column.marker(PrimaryKey)]
        if len(keys) != 1:
            raise SchemaDefinitionError(
                f"{self.cls.__qualname__!r} needs one attribute marked PrimaryKey,"
                f" it has {len(keys)}"
            )
        return keys[0]

    @references.default
    def _find_references(self) -> Tuple[Tuple[ColumnModel, ForeignKey], ...]:
        """Return the columns that are marked as references."""
        pairs = ((column, column.marker(ForeignKey)) for column in self.columns)
        return tuple(
            (column, _resolved(reference, self.cls))
            for column, reference in pairs
            if reference
        )

    @updated_columns.default
    def _find_updated_columns(self) -> Tuple[str, ...]:
        """Return the columns that are marked as times of update."""
        return tuple(c.name for c in self.columns if c.marker(UpdatedAt))

    @property
    def name(self) -> str:
        """The table's name."""
        return self.options.name

    @property
    def column_names(self) -> List[str]:
        """The columns' names, in their order."""
        return [column.name for column in self.columns]

    @property
    def is_numbered(self) -> bool:
        """Whether the database gives the keys."""
        return self.key.nullable

    def reference_to(self, target: Type[Any]) -> Optional[str]:
        """Return the first column that refers to the class ``target``, or None."""
        return next(
            (c.name for c, reference in self.references if reference.target is target),
            None,
        )

    def to_definition(self) -> Dict[str, Any]:
        """Return the table's definition, as ``create_table`` takes it."""
        definition: Dict[str, Any] = {
            "name": self.name,
            "columns": [column.to_definition() for column in self.columns],
            "constraints": [
                {"type": "primary_key", "columns": [self.key.name]},
                *(
                    {"type": "unique", "columns": list(group)}
                    for group in self.options.unique
                ),
                *(self._foreign_key(c, reference) for c, reference in self.references),
                *({"type": "check", "expression": e} for e in self.options.checks),
            ],
            "indexes": [_index(self.name, index) for index in self.options.indexes],
        }
        if self.options.renamed_from is not None:
            definition["renamed_from"] = self.options.renamed_from
        return definition

    def _foreign_key(
        self, column: ColumnModel, reference: ForeignKey
    ) -> Dict[str, Any]:
        """Return the definition of a foreign key.

        Raises:
            SchemaDefinitionError: the column cannot hold the other class's keys.
        """
        target = table_model(reference.target)
        if target.key.annotation is not column.annotation:
            raise SchemaDefinitionError(
                f"{self.cls.__qualname__}.{column.name}: a reference to"
                f" {target.cls.__qualname__!r} has the type of its key,"
                f" {target.key.annotation.__name__}, not {column.annotation.__name__}"
            )
        return {
            "type": "foreign_key",
            "columns": [column.name],
            "references": {"table": target.name, "columns": [target.key.name]},
            "on_delete": reference.on_delete.value,
        }


def _resolved(reference: ForeignKey, cls: Type[Any]) -> ForeignKey:
    """Return the reference of a class with the class that it is to."""
    if reference.target is Itself:
        return attrs.evolve(reference, target=cls)
    return reference


def _index(table_name: str, index: Index) -> Dict[str, Any]:
    """Return the definition of an index.

    A partial one is named here, for the schema would name it as a full one over the
    same columns.
    """
    definition: Dict[str, Any] = {"columns": list(index.columns)}
    if index.fulltext:
        definition["fulltext"] = True
    if index.where is not None:
        name = "_".join(("ix", table_name, *index.columns, "where", *index.where))
        definition.update(name=name, where=dict(index.where))
    return definition


_models: Dict[Type[Any], TableModel] = {}


def table_model(cls: Type[Any]) -> TableModel:
    """Return the table of a mapped class; it is made once.

    Raises:
        SchemaDefinitionError: the declaration has a fault; it is named.
    """
    model = _models.get(cls)
    if model is None:
        model = _models[cls] = _make_model(cls)
    return model


def _make_model(cls: Type[Any]) -> TableModel:
    """Make sense of a declaration."""
    options = options_of(cls)
    _resolve_types(cls)
    converter = make_value_converter()
    columns = [
        column_of(cls.__qualname__, attribute, converter)
        for attribute in attrs.fields(cls)
        if attribute.init
    ]
    columns.sort(key=_is_not_key)
    model = TableModel(cls, options, tuple(columns))
    _check_names(model)
    for _, reference in model.references:
        options_of(reference.target)
    return model


def _resolve_types(cls: Type[Any]) -> None:
    """Have annotations that are text evaluated.

    Raises:
        SchemaDefinitionError: one has a name that its module does not have.
    """
    try:
        attrs.resolve_types(cls, include_extras=True)
    except (NameError, AttributeError) as error:
        raise SchemaDefinitionError(
            f"{cls.__qualname__!r}: an annotation cannot be evaluated: {error}; the"
            " names in it must be those of its module, not of a function"
        ) from error


def _is_not_key(column: ColumnModel) -> bool:
    """Return what sorts the key before all other columns."""
    return column.marker(PrimaryKey) is None


def _check_names(model: TableModel) -> None:
    """Refuse unique groups and indexes over columns that the class lacks."""
    groups = [*model.options.unique, *(i.columns for i in model.options.indexes)]
    known = set(model.column_names)
    unknown = sorted({name for group in groups for name in group} - known)
    if unknown:
        raise SchemaDefinitionError(
            f"{model.cls.__qualname__!r} has no attribute {unknown[0]!r} that its"
            f" unique groups or indexes name; it has {sorted(known)}"
        )


def in_reference_order(classes: Sequence[Type[Any]]) -> List[TableModel]:
    """Return the tables of ``classes`` and of all that they refer to, those referred
    to first.

    A class may refer to itself.
    """
    ordered: Dict[Type[Any], TableModel] = {}

    def visit(cls: Type[Any], path: Tuple[Type[Any], ...]) -> None:
        """Put what a class refers to before it, then the class."""
        if cls in path:
            names = " -> ".join(c.__qualname__ for c in (*path, cls))
            raise SchemaDefinitionError(f"classes refer to each other: {names}")
        if cls in ordered:
            return
        model = table_model(cls)
        for _, reference in model.references:
            if reference.target is not cls:
                visit(reference.target, (*path, cls))
        ordered[cls] = model

    for cls in classes:
        visit(cls, ())
    return list(ordered.values())
