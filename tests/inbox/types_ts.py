"""Reads app/src/types.ts and says whether a JSON value has exactly that shape: the pages and the server agree."""
import pathlib
import re

TEXT = (pathlib.Path(__file__).resolve().parents[2] / "inbox" / "app" / "src" / "types.ts").read_text(encoding="utf-8")


def without_comments(text):
    return re.sub(r"//[^\n]*", "", text)


def split(text, mark):
    """At `mark`, outside of brackets and quotes."""
    parts, depth, part, quoted = [], 0, "", False
    for sign in text:
        quoted ^= sign == "'"
        if not quoted:
            depth += sign in "{[(<"
            depth -= sign in "}])>"
        if sign == mark and depth == 0 and not quoted:
            parts.append(part)
            part = ""
        else:
            part += sign
    return [part.strip() for part in parts + [part] if part.strip()]


def members(body):
    found = {}
    for line in split(body.strip(), ";"):
        name, _, kind = line.partition(":")
        found[name.strip().rstrip("?")] = (kind.strip(), name.strip().endswith("?"))
    return found


def read():
    text = without_comments(TEXT)
    interfaces, aliases = {}, {}
    for name, parent, body in re.findall(r"export interface (\w+)(?: extends (\w+))? \{\n(.*?)\n\}", text, re.S):
        interfaces[name] = (parent, members(body))
    for name, kind in re.findall(r"export type (\w+) = (.*?);\n", text, re.S):
        aliases[name] = kind
    return interfaces, aliases


INTERFACES, ALIASES = read()


def members_of(name):
    parent, own = INTERFACES[name]
    return {**(members_of(parent) if parent else {}), **own}


def object_kind(kind):
    return kind.startswith(("{", "Record<"))


def words(kind):
    """The literals of a union: 'a' | 'b', an alias of one, or Exclude<alias, 'a'>."""
    if kind.startswith("Exclude<"):
        whole, gone = split(kind[8:-1], ",")
        return [word for word in words(whole) if word not in words(gone)]
    return [word.strip("'") for word in split(ALIASES.get(kind, kind), "|")]


def shape(kind):
    """The members of whatever stands for an object."""
    found = {}
    for part in split(ALIASES.get(kind, kind), "&"):
        if part.startswith("{"):
            found.update(members(part[1:-1]))
        elif part.startswith("Record<"):
            names, inner = split(part[7:-1], ",")
            found.update({name: (inner, False) for name in words(names)})
        else:
            found.update(members_of(part))
    return found


def fault_of_object(value, wanted, where):
    if not isinstance(value, dict):
        return f"{where} is no object"
    unknown = set(value) - set(wanted)
    if unknown:
        return f"{where} has {sorted(unknown)}"
    for name, (kind, optional) in wanted.items():
        if name not in value:
            if not optional:
                return f"{where} lacks {name}"
            continue
        fault = fault_of(value[name], kind, f"{where}.{name}")
        if fault:
            return fault
    return None


def fault_of(value, kind, where="answer"):
    """None, or what is wrong."""
    kind = kind.strip()
    choices = split(kind, "|")
    if len(choices) > 1:
        faults = [fault_of(value, choice, where) for choice in choices]
        return None if None in faults else faults[0]
    if kind.endswith("[]"):
        inner = kind[:-2].strip()
        inner = inner[1:-1] if inner.startswith("(") else inner
        if not isinstance(value, list):
            return f"{where} is no list"
        return next((fault for i, one in enumerate(value) if (fault := fault_of(one, inner, f"{where}[{i}]"))), None)
    if kind.startswith("'"):
        return None if value == kind.strip("'") else f"{where} is {value!r}, not {kind}"
    plain = {"string": str, "number": (int, float), "boolean": bool, "null": type(None)}
    if kind in plain:
        right = isinstance(value, plain[kind]) and (kind != "number" or not isinstance(value, bool))
        return None if right else f"{where} is {value!r}, not {kind}"
    if kind in ALIASES and not object_kind(ALIASES[kind]):
        return fault_of(value, ALIASES[kind], where)
    return fault_of_object(value, shape(kind), where)
