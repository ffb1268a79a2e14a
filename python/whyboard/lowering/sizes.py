"""Sizes of arrays, rounded up so that small changes of a model or of its data compile nothing."""


def bucket(count: int) -> int:
    """``count`` rounded up to one of four sizes per power of two, so that small changes keep the shapes."""
    if count <= 4:
        return count
    step = 1 << max(0, (count - 1).bit_length() - 3)
    return -(-count // step) * step
