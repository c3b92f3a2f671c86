"""Spark's SQL of a question: as Ibis writes it, where that means what DuckDB's does."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ibis


def write(expression: ibis.Table) -> str:
    """Write an expression in Spark's SQL.

    Raises:
        SetupError: The extra is not installed.
    """
    compiler = _compiler()
    return str(compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect))


@lru_cache(maxsize=1)
def _compiler() -> Any:  # noqa: ANN401  # Ibis is not typed
    import ibis  # noqa: PLC0415  # heavy: after the server is ready

    from afterword.history.engines.spark_session import need_pyspark  # noqa: PLC0415  # as above

    need_pyspark()
    _ = ibis.pyspark  # which registers what the compiler asks for
    from ibis.backends.sql.compilers import PySparkCompiler  # noqa: PLC0415  # heavy
    from ibis.expr.datatypes import float64  # noqa: PLC0415  # same

    class Compiler(PySparkCompiler):  # type: ignore[misc]  # Ibis is not typed
        __slots__ = ()

        def visit_CountStar(self, op: Any, *, arg: Any, where: Any) -> Any:  # noqa: ANN401, N802  # Ibis's
            # Ibis writes a sum, which is null where nothing is counted; DuckDB's count is 0.
            if where is not None:
                return self.f.count_if(where)
            return super().visit_CountStar(op, arg=arg, where=None)

        def visit_ExtractEpochSeconds(self, _: Any, *, arg: Any) -> Any:  # noqa: ANN401, N802  # same
            # Ibis cuts the fraction off; DuckDB keeps it.
            return self.cast(self.f.unix_micros(arg), float64) / 1_000_000

    return Compiler()
