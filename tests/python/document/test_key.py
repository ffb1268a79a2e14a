"""Keys sort in the order of creation and are never the same twice."""

import threading
import time

from whyboard.document.key import fresh_key, is_key

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def test_keys_sort_in_the_order_of_creation_and_tell_the_time():
    before = time.time_ns() // 1000
    keys = [fresh_key() for _ in range(10_000)]
    assert keys == sorted(set(keys))
    assert all(len(key) == 16 and set(key) <= set(ALPHABET) and is_key(key) for key in keys)
    stamp = sum(ALPHABET.index(character) * 32**power for power, character in enumerate(reversed(keys[0][:11])))
    assert before <= stamp <= before + 60_000_000


def test_threads_never_make_the_same_key():
    made = []
    threads = [threading.Thread(target=lambda: made.extend([fresh_key()[:11] for _ in range(2000)])) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 8000


def test_texts_that_could_surprise_an_object_are_no_keys():
    assert not any(map(is_key, ["", "a b", "__proto__", "k-1", "é", "x" * 65, 3, None]))
