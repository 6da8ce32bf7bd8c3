"""Small files that are put in place once: keys, and what came with mails."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def put_once(path: Path, content: bytes) -> None:
    """Put the content there wholly or not at all, for its owner's eyes only; what is there already stays.

    It is written beside its place, put on the disk, and then linked to its name. A process that dies in between leaves
    at most a file that nobody names.
    """
    with NamedTemporaryFile(dir=path.parent) as file:  # readable by its owner only
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process has just put it there
            os.link(file.name, path)
