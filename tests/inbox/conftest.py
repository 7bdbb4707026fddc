"""One inbox for the tests of a file: what they change, they make themselves."""
import pytest

from inbox import Inbox


@pytest.fixture(scope="module")
def inbox():
    made = Inbox().start()
    yield made
    made.remove()
