"""What a statement names, read from trees as the engine writes them (26.9)."""

from __future__ import annotations

import pytest

from streams.store.statement_names import UnreadableError, names_of


def test_tables_are_found_wherever_they_stand() -> None:
    tree = r"""SelectWithUnionQuery (children 1)
 ExpressionList (children 1)
  SelectQuery (children 3)
   ExpressionList (children 1)
    Identifier declarations
   TablesInSelectQuery (children 2)
    TablesInSelectQueryElement (children 1)
     TableExpression (children 1)
      TableIdentifier release_monitor.events (alias e)
    TablesInSelectQueryElement (children 2)
     TableExpression (children 1)
      Subquery (alias q) (children 1)
       SelectWithUnionQuery (children 1)
        ExpressionList (children 1)
         SelectQuery (children 2)
          ExpressionList (children 1)
           Literal \'TableIdentifier x\'
          TablesInSelectQuery (children 1)
           TablesInSelectQueryElement (children 1)
            TableExpression (children 1)
             TableIdentifier inner_one
     TableJoin
"""
    names = names_of(tree)
    assert names.tables == {"release_monitor.events", "inner_one"}
    assert not names.functions | names.compared | names.aliased
    assert not names.mentioned


def test_table_functions_are_told_from_functions() -> None:
    tree = """SelectQuery (children 2)
 ExpressionList (children 1)
  Function count (children 1)
   ExpressionList
 TablesInSelectQuery (children 1)
  TablesInSelectQueryElement (children 1)
   TableExpression (children 1)
    Function merge (children 1)
     ExpressionList (children 1)
      Literal x
"""
    names = names_of(tree)
    assert (names.functions, names.called) == ({"merge"}, {"count"})
    assert names.first_arguments == {("merge", "Literal", "x")}


def test_lambdas_that_are_given_a_name_and_kinds_are_told() -> None:
    tree = """Explain EXPLAIN QUERY TREE (children 2)
 Set
 SelectWithUnionQuery (children 1)
  ExpressionList (children 1)
   Function lambda (alias twice) (children 1)
    ExpressionList (children 2)
     Function tuple (children 1)
      ExpressionList (children 1)
       Identifier x
     Function file (children 1)
      ExpressionList (children 1)
       Identifier x
   ColumnsReplaceTransformer::Replacement (children 1)
   InterpolateElement (column b) (children 1)
"""
    names = names_of(tree)
    assert names.lambdas == {"twice"}
    assert names.called == {"lambda", "tuple", "file"}
    assert {"EXPLAIN QUERY TREE", "Explain Set", "ColumnsReplaceTransformer::Replacement"} <= names.kinds


@pytest.mark.parametrize(
    ("function", "name", "mentioned"),
    [
        ("arrayMap", "file", True),
        ("equals", "file", False),
        ("lambda", "file", True),
        ("f", "file (alias g)", True),
    ],
)
def test_a_name_may_be_a_function_but_where_only_columns_stand(
    function: str, name: str, mentioned: bool
) -> None:
    tree = f"""SelectQuery (children 2)
 ExpressionList (children 1)
  Identifier x
  Function {function} (children 1)
   ExpressionList (children 2)
    Identifier {name}
"""
    assert names_of(tree).mentioned == ({"file"} if mentioned else set())


@pytest.mark.parametrize("function", ["in", "notIn", "globalIn", "nullIn", "notInIgnoreSet"])
def test_what_is_compared_with_may_be_a_table(function: str) -> None:
    tree = f"""SelectQuery (children 2)
 ExpressionList (children 1)
  Identifier declarations (alias q)
 ExpressionList (children 1)
  Function {function} (children 1)
   ExpressionList (children 2)
    Identifier x
    Identifier q
"""
    names = names_of(tree)
    assert (names.compared, names.aliased, names.tables) == ({"q"}, {"declarations"}, set())


@pytest.mark.parametrize("tree", ["", "\n", '"SelectQuery"\n', "SelectQuery\n (alias)\n", "{}"])
def test_a_tree_that_is_written_otherwise_is_not_read(tree: str) -> None:
    with pytest.raises(UnreadableError):
        names_of(tree)
