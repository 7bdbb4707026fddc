"""`needwatch account`: who may sign in, as whom; a password is read from standard input and nowhere else."""
import pytest

from inbox import CITY, COUNTY, PASSWORD, TOWN, VILLAGE, Inbox


@pytest.fixture(scope="module")
def store():
    made = Inbox(more='web_hosts "inbox.example";')
    yield made
    made.remove()


def add(store, name, office, role, *more, input=PASSWORD + "\n", check=False):
    return store.tool("account", "add", name, "--office", str(office), "--role", role, *more, input=input, check=check)


def test_an_account_is_told_and_listed(store):
    done = add(store, "new.worker", VILLAGE, "worker", "--opens", "--label", "新人", "--password-stdin")
    assert done.returncode == 0
    assert done.stdout.endswith("at 东一村, 协办员, opens names and addresses\n") and done.stdout.startswith("account new.worker (")
    line = next(line for line in store.tool("account", "list").stdout.splitlines() if "new.worker" in line)
    assert line.split("\t")[1:] == ["new.worker", "新人", "东一村", "worker opens"]


@pytest.mark.parametrize("office, tier", [("990102", "甲县"), ("990102001", "东镇"), ("990102001201", "东一村"),
                                          ("990100000000", "试验市"), ("1", "试验市")])
def test_an_office_is_an_area_or_an_id(store, office, tier):
    done = add(store, f"at{office}", office, "administrator", "--password-stdin")
    assert done.returncode == 0 and f"at {tier}," in done.stdout


@pytest.mark.parametrize("office, role, more, code, said", [
    (123456, "county", (), 1, "no office '123456'"),
    ("99999", "worker", (), 1, "no office '99999'"),
    ("village", "worker", (), 1, "give an area code of 6, 9 or 12 digits"),
    (VILLAGE, "wizard", (), 2, "no role 'wizard'"),
    (VILLAGE, "town", (), 1, "role town does not fit 东一村, an office of tier village"),
    (TOWN, "worker", (), 1, "does not fit"),
    (COUNTY, "city", (), 1, "does not fit"),
    (CITY, "county", (), 1, "does not fit"),
    (VILLAGE, "worker", ("--detail",), 1, "a village never sees diagnosis"),
])
def test_what_does_not_fit_is_named(store, office, role, more, code, said):
    done = add(store, "misfit", office, role, "--password-stdin", *more)
    assert done.returncode == code and said in done.stderr
    assert "misfit" not in store.tool("account", "list").stdout


@pytest.mark.parametrize("name", ["", "with blank", "a'b", "x" * 65, "a/b", "a\nb"])
def test_names_are_typed_alike_everywhere(store, name):
    done = add(store, name, VILLAGE, "worker", "--password-stdin")
    assert done.returncode == 1 and "a name has up to 64 bytes" in done.stderr


def test_a_name_is_given_once(store):
    assert add(store, "twice", VILLAGE, "worker", "--password-stdin").returncode == 0
    done = add(store, "twice", TOWN, "town", "--password-stdin")
    assert done.returncode == 1 and "there is an account of that name" in done.stderr


@pytest.mark.parametrize("password", ["", "\n", "short\n", "x" * 201 + "\n"])
def test_a_weak_password_makes_no_account(store, password):
    done = add(store, "weak", VILLAGE, "worker", "--password-stdin", input=password)
    assert done.returncode == 1 and "10 to 200 bytes" in done.stderr
    assert store.run("select count(*) from needwatch.account where name = 'weak'") == [(0,)]


def test_a_password_is_never_taken_from_the_command_line(store):
    done = add(store, "open", VILLAGE, "worker", "--password", PASSWORD)
    assert done.returncode == 2 and "'--password' is not understood" in done.stderr


def test_without_a_password_a_link_lets_it_in(store):
    done = add(store, "by.link", VILLAGE, "worker")
    assert done.returncode == 0 and "`needwatch account link by.link` lets it in" in done.stdout
    assert "no-password" in next(line for line in store.tool("account", "list").stdout.splitlines() if "by.link" in line)
    url = store.tool("account", "link", "by.link", "--minutes", "5").stdout
    assert url.startswith("https://inbox.example/#/link/") and len(url.strip().rsplit("/", 1)[1]) == 43
    seconds = store.run("select extract(epoch from expires - now()) from needwatch.sign_in_token")[0][0]
    assert 240 < seconds <= 300


@pytest.mark.parametrize("words, code, said", [
    (("link", "nobody"), 1, "no account of that name"), (("disable", "nobody"), 1, "no account of that name"),
    (("link", "twice", "--minutes", "0"), 2, "--minutes takes 1 to 10080"), (("link",), 2, "say the name"),
    (("delete", "twice"), 2, "none of add, list, disable, link"), ((), 2, "say what to do"),
    (("add", "x"), 2, "add needs --office and --role"),
])
def test_calls_that_are_wrong(store, words, code, said):
    done = store.tool("account", *words, check=False)
    assert done.returncode == code and said in done.stderr


def test_disabled_is_shown_and_ends_links(store):
    add(store, "gone", VILLAGE, "worker", check=True)
    store.tool("account", "link", "gone")
    store.tool("account", "disable", "gone")
    assert next(line for line in store.tool("account", "list").stdout.splitlines() if "\tgone\t" in line).endswith("DISABLED")
    account = store.account("gone")
    assert store.run("select count(*) from needwatch.sign_in_token where account = %s", account) == [(0,)]
    assert store.tool("account", "link", "gone", check=False).returncode == 1


def test_a_store_that_is_away_is_named(tmp_path):
    config = tmp_path / "needwatch.conf"
    config.write_text(f'store {{ owner_connect "host = {tmp_path} dbname = nw user = x"; }}\n', encoding="utf-8")
    store = Inbox.__new__(Inbox)
    store.config = config
    done = store.tool("account", "list", check=False)
    assert done.returncode == 3 and str(tmp_path) in done.stderr
