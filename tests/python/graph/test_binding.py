"""Bare names are bound at module level only, and take nothing away."""

import textwrap

import whyboard as wb


def run(code, **names):
    namespace = {"wb": wb, **names}
    exec(compile(textwrap.dedent(code), "<cell>", "exec"), namespace)
    return namespace


def test_a_name_that_holds_something_else_keeps_it():
    made = run('with wb.Entity("e"):\n    wb.Variable("x")\n    wb.Variable("y")', x=5)
    assert made["x"] == 5
    assert made["y"].path == "e/y"


def test_a_builtin_is_never_hidden():
    made = run('with wb.Entity("e"):\n    wb.Variable("sum")')
    assert "sum" not in made


def test_nothing_is_bound_inside_a_function_or_a_class():
    made = run("""
        def build():
            with wb.Entity("e"):
                wb.Variable("x")
            return sorted(locals())

        inside = build()

        class Model:
            with wb.Entity("f"):
                wb.Variable("y")
    """)
    assert made["inside"] == []
    assert not {"x", "y"} & made.keys()
    assert not hasattr(made["Model"], "y")


def test_entering_again_binds_the_children_again():
    made = run("""
        with wb.Entity("a") as a:
            wb.Variable("x")
        with wb.Entity("b") as b:
            wb.Variable("x")
        second = x
        with a:
            first = x
    """)
    assert made["second"].path == "b/x"
    assert made["first"].path == "a/x"


def test_the_option_turns_binding_off():
    wb.options.bind_names = False
    try:
        made = run('with wb.Entity("e"):\n    wb.Variable("x")')
    finally:
        wb.options.reset()
    assert "x" not in made


def test_nothing_is_bound_without_a_with_block():
    made = run('e = wb.Entity("name")')
    assert "name" not in made


def test_copies_and_instances_are_bound_like_new_children():
    made = run("""
        with wb.Entity("part") as part:
            wb.Variable("x")
        T = part.get_template()
        with wb.Graph("g") as g:
            part.copy("twin")
            T("instance")
    """)
    assert made["twin"] == made["g"].twin
    assert made["instance"] == made["g"].instance
