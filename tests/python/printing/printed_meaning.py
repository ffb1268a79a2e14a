"""What records say, whatever their keys are: two models are the same when their meanings are equal."""

_REFERENCES = ("scope", "ref", "source", "target")


def meaning(records):
    """Records by path, operators by the order in which parameters reach them; links; the order of children."""
    named = [key for key, record in records.items() if "name" in record]
    names = {key: _path(records, key) for key in named}
    for key in sorted(named, key=names.__getitem__):
        for _, value in sorted(records[key].get("parameters", {}).items()):
            if "ref" in value:
                _number(records, value["ref"], names)
    links = [_renamed(record, names) for record in records.values() if record["kind"] == "Link"]
    order = {}
    for key in named:
        order.setdefault(names.get(records[key].get("scope")), []).append(records[key]["name"])
    return {names[key]: _renamed(record, names) for key, record in records.items() if key in names}, links, order


def _path(records, key):
    record = records[key]
    return (_path(records, record["scope"]) if "scope" in record else "") + "/" + record["name"]


def _number(records, key, names):
    """Name the operators under a key, operands first."""
    stack = [(key, False)]
    while stack:
        each, done = stack.pop()
        if each in names:
            continue
        if done:
            names[each] = f"operator {len(names)}"
            continue
        stack.append((each, True))
        stack += [(operand, False) for operand in reversed(records[each].get("operands", []))]


def _renamed(value, names):
    if isinstance(value, dict):
        return {
            field: names.get(item, item) if field in _REFERENCES and isinstance(item, str) else _renamed(item, names)
            for field, item in value.items()
        }
    if isinstance(value, list):
        return [names.get(item, item) if isinstance(item, str) else _renamed(item, names) for item in value]
    # Records hold JSON numbers: 2 and 2.0 are the same.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
