"""DuckDB's SQL of a question: as Ibis writes it, but for values of maps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis


def write(expression: ibis.Table) -> str:
    """Write an expression in DuckDB's SQL."""
    compiler = _compiler()
    return str(compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect))


@lru_cache(maxsize=1)
def _compiler() -> Any:  # noqa: ANN401  # Ibis is not typed
    from ibis.backends.sql.compilers import DuckDBCompiler  # noqa: PLC0415  # heavy

    class Compiler(DuckDBCompiler):  # type: ignore[misc]  # Ibis is not typed
        __slots__ = ()

        def visit_MapGet(self, _: Any, *, arg: Any, key: Any, default: Any) -> Any:  # noqa: ANN401, N802  # Ibis's
            # Ibis makes a list of each value first: four times as long for ten million maps.
            return self.f.coalesce(self.f.map_extract_value(arg, key), default)

    return Compiler()
