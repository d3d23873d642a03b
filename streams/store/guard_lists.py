"""What a statement of a reader may be made of: kinds of statements and of nodes, table functions, tables of the engine.

Lists of what is allowed, but for the words that no call may have, which are looked for in the text as well (guard.py).
"""

from __future__ import annotations

import re
from typing import Final

READING: Final = frozenset({"SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "EXISTS"})

SOURCES_OUTSIDE: Final = frozenset(
    {
        "arrowflight",
        "azureblobstorage",
        "azureblobstoragecluster",
        "cluster",
        "clusterallreplicas",
        "deltalake",
        "deltalakecluster",
        "dictionary",
        "executable",
        "filecluster",
        "gcs",
        "hdfs",
        "hdfscluster",
        "hudi",
        "iceberg",
        "icebergcluster",
        "input",
        "jdbc",
        "mongodb",
        "mysql",
        "odbc",
        "paimon",
        "postgresql",
        "python",
        "redis",
        "remote",
        "remotesecure",
        "s3",
        "s3cluster",
        "sqlite",
        "url",
        "urlcluster",
        "ytsaurus",
    }
)
"""Table functions that reach outside; refused in any place where a call is written."""

TABLE_FUNCTIONS: Final = frozenset(
    {
        "generate_series",
        "generateseries",
        "null",
        "numbers",
        "numbers_mt",
        "values",
        "view",
        "viewexplain",
        "zeros",
        "zeros_mt",
    }
)
"""Table functions that make rows, or read what stands in the statement. Others, such as merge(), find tables, or, as
format() does with Values, reckon with text that is not judged here."""

COLUMNS_WRITTEN: Final = frozenset({"null", "values"})
PLAIN_COLUMNS: Final = re.compile(r"\\'[\w ,()]*\\'")
REFUSED_IN_COLUMNS: Final = re.compile(
    r"\b(?:alias|default|materialized|ephemeral|codec|ttl|check|constraint|statistics|settings)\b",
    re.IGNORECASE,
)
"""What makes of a list of columns more than names and types: `values('x String ALIAS file(…)')` reads a file."""

KINDS: Final = frozenset(
    {
        "ArrayJoin",
        "Asterisk",
        "ColumnsExceptTransformer",
        "ColumnsListMatcher",
        "ColumnsRegexpMatcher",
        "ColumnsReplaceTransformer",
        "ColumnsReplaceTransformer::Replacement",
        "ColumnsTransformerList",
        "DescribeQuery",
        "EXPLAIN",
        "EXPLAIN AST",
        "EXPLAIN ESTIMATE",
        "EXPLAIN PIPELINE",
        "EXPLAIN QUERY TREE",
        "EXPLAIN SYNTAX",
        "ExistsDatabaseQuery",
        "ExistsTableQuery",
        "ExistsViewQuery",
        "Explain Set",
        "ExpressionList",
        "Function",
        "Identifier",
        "InterpolateElement",
        "Literal",
        "OrderByElement",
        "QualifiedAsterisk",
        "QualifiedColumnsListMatcher",
        "QualifiedColumnsRegexpMatcher",
        "SampleRatio",
        "SelectIntersectExceptQuery",
        "SelectQuery",
        "SelectWithUnionQuery",
        "ShowTables",
        "Subquery",
        "TableExpression",
        "TableIdentifier",
        "TableJoin",
        "TablesInSelectQuery",
        "TablesInSelectQueryElement",
        "WindowDefinition",
        "WindowListElement",
        "WithElement",
    }
)
"""Kinds of nodes below which the tree shows all there is. ShowTables is none of them: its text is judged (_SHOW)."""
