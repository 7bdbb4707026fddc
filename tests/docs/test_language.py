"""docs/language.md says what the compiler reads: the words of its grammar, its functions and aggregates stand in the
program and in the fuzzer's dictionary."""

import re

import tables

ROOT = tables.ROOT
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
GRAMMAR = re.search(r"## Grammar\n\n```\n(.*?)```", PAGE, re.S)[1]
SOURCES = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "rules").glob("*.[ch]")))


def dictionary():
    text = (ROOT / "tests" / "rules" / "rules.dict").read_text(encoding="utf-8")
    return set(re.findall(r'^"(.*)"$', text, re.M))


def words_of_grammar():
    return set(re.findall(r'"([^"]+)"', GRAMMAR))


def test_every_word_of_the_grammar_is_read():
    assert {word for word in words_of_grammar() if f'"{word}"' not in SOURCES} == set()


def test_every_function_and_aggregate_is_in_the_page():
    functions = re.findall(r'^\t\[FN_\w+\] = \{"(\w+)"', SOURCES, re.M)
    aggregates = [word for _, word, *_ in tables.macro_rows("rules/ast.h", "AGGREGATES")]
    assert len(functions) == 11 and len(aggregates) == 11
    assert [word for word in functions if f"`{word}" not in PAGE] == []
    assert [word for word in aggregates if f'"{word}"' not in GRAMMAR or f"`{word}" not in PAGE] == []


def test_the_fuzzer_knows_every_word():
    functions = set(re.findall(r'^\t\[FN_\w+\] = \{"(\w+)"', SOURCES, re.M))
    assert (words_of_grammar() | functions) - dictionary() == set()
