"""docs/inbox.md holds the table of the API as the program has it."""
import subprocess

from inbox import BIN, ROOT


def test_the_tables_of_the_api_are_those_of_the_program():
    printed = subprocess.run([BIN / "endpoints_table"], text=True, capture_output=True, check=True).stdout
    document = (ROOT / "docs" / "inbox.md").read_text(encoding="utf-8")
    for table in printed.strip().split("\n\n"):
        assert table in document, table
