"""A small stand-in for the package: it runs generated code and keeps nothing but records."""

import itertools
from types import SimpleNamespace

from printed_models import CATALOG

_INFIX = {"add": "Add", "sub": "Subtract", "mul": "Mul", "truediv": "Divide", "pow": "Power", "matmul": "Matmul"}
_COMPARISONS = {"lt": "Less", "le": "LessEqual", "gt": "Greater", "ge": "GreaterEqual"}


def replay(code):
    """The records that the code makes."""
    world = _World()
    exec(compile(code, "generated", "exec"), {"__name__": "generated", "__import__": None}, _Locals(world))
    return world.records


class _Locals(dict):
    def __init__(self, world):
        super().__init__()
        self._world = world

    def __setitem__(self, name, value):
        # The only module of that name is the stand-in.
        super().__setitem__(name, self._world.module if name == "wb" else value)


class _World:
    def __init__(self):
        self.records = {}
        self.scopes = []
        self._count = itertools.count()
        functions = {entry["function"]: self._function(entry) for entry in CATALOG["operators"]}
        kinds = {kind: self._maker(kind) for kind in ("Graph", "Entity", "Variable", "StaticVariable")}
        distributions = {entry["kind"]: entry["kind"] for entry in CATALOG["distributions"]}
        own = {"constant": self.constant, "link": self.link}
        self.module = SimpleNamespace(**{**functions, **kinds, **distributions, **own})

    def record(self, fields, here=True):
        key = f"r{next(self._count):08d}"
        self.records[key] = {**fields, **({"scope": self.scopes[-1]} if self.scopes and here else {})}
        return _Handle(self, key)

    def constant(self, value):
        value = value.tolist() if hasattr(value, "tolist") else value
        kinds = {type(each) for each in _flat(value)}
        dtype = "bool" if kinds == {bool} else "int" if kinds == {int} else "float"
        return self.record({"kind": "Const", "value": _plain(value), "dtype": dtype})

    def operator(self, kind, operands, settings=None):
        keys = [(each if isinstance(each, _Handle) else self.constant(each)).key for each in operands]
        stored = {name: _plain(value) for name, value in (settings or {}).items()}
        return self.record({"kind": kind, "operands": keys, **({"settings": stored} if stored else {})})

    def link(self, source, target):
        self.record({"kind": "Link", "source": source.key, "target": target.key})

    def parameter(self, value):
        return {"ref": value.key} if isinstance(value, _Handle) else {"value": _plain(value)}

    def _function(self, entry):
        def call(*arguments, **settings):
            arguments = list(arguments)
            ahead = {name: arguments.pop(0) for name in entry["positional_settings"]}
            if entry["variadic"] and len(arguments) == 1 and isinstance(arguments[0], list):
                arguments = arguments[0]
            assert any(isinstance(each, _Handle) for each in arguments)
            return self.operator(entry["kind"], arguments, {**ahead, **settings})

        return call

    def _maker(self, kind):
        def make(name, shape=(), distribution="NormalDistribution", dtype=None, **rest):
            texts = {field: _plain(rest.pop(field)) for field in ("description", "unit", "labels") if field in rest}
            fields = {"kind": kind, "name": name, **texts}
            if "Variable" in kind:
                entry = next((each for each in CATALOG["distributions"] if each["kind"] == distribution), None)
                fields |= {"shape": list(shape), "dtype": dtype or entry["dtypes"][0], "distribution": distribution}
                fields["parameters"] = {each: self.parameter(value) for each, value in rest.items()}
            made = self.record(fields)
            if kind == "Graph":
                for child in ("Inputs", "Outputs"):
                    self.scopes.append(made.key)
                    self.record({"kind": child, "name": child.lower()})
                    self.scopes.pop()
            return made

        return make


class _Handle:
    def __init__(self, world, key):
        self.__dict__.update(world=world, key=key)

    def __enter__(self):
        self.world.scopes.append(self.key)
        return self

    def __exit__(self, *_):
        self.world.scopes.pop()

    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        self.world.records[self.key]["parameters"][name] = self.world.parameter(value)

    def __getitem__(self, index):
        records = self.world.records
        if isinstance(index, str):
            found = [
                key for key, each in records.items() if each.get("scope") == self.key and each.get("name") == index
            ]
            return _Handle(self.world, found[0])
        parts = index if isinstance(index, tuple) else (index,)
        handles = [part for part in parts if isinstance(part, _Handle)]
        return self.world.operator("Index", [self, *handles], {"index": [_part(part) for part in parts]})

    def __neg__(self):
        return self.world.operator("Negative", [self])


def _methods():
    for name, kind in (_INFIX | _COMPARISONS).items():
        setattr(_Handle, f"__{name}__", lambda self, other, kind=kind: self.world.operator(kind, [self, other]))
    for name, kind in _INFIX.items():
        setattr(_Handle, f"__r{name}__", lambda self, other, kind=kind: self.world.operator(kind, [other, self]))


_methods()


def _part(part):
    if isinstance(part, _Handle):
        return "operand"
    if part is Ellipsis:
        return "..."
    if isinstance(part, slice):
        text = ":".join("" if bound is None else str(bound) for bound in (part.start, part.stop))
        return text if part.step is None else f"{text}:{part.step}"
    return part


def _plain(value):
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value


def _flat(value):
    return [leaf for item in value for leaf in _flat(item)] if isinstance(value, list) else [value]
