"""Options refuse what they cannot be."""

from __future__ import annotations

import pytest

from whyboard.errors import UnknownName
from whyboard.options import OptionError, Options


def test_an_option_keeps_what_it_is_set_to():
    options = Options()
    options.bind_names = False
    assert options.bind_names is False
    options.reset()
    assert options.bind_names is True


@pytest.mark.parametrize("value", [1, "no", None])
def test_an_option_refuses_what_is_no_truth_value(value):
    options = Options()
    with pytest.raises(OptionError, match=r"'progress' got .* Expected True or False"):
        options.progress = value
    assert options.progress is True


def test_an_unknown_option_names_the_others():
    with pytest.raises(UnknownName, match="bind_names, progress, compilation_cache"):
        Options().colour = "red"


def test_the_text_of_options_says_what_they_are_for():
    assert "progress = True  # Show the progress of solvers." in repr(Options())
