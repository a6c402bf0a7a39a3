"""The outbox folder: files that are there completely or not at all, also after a power cut."""

import os
from hashlib import sha256
from pathlib import Path


class Folder:
    """Writes files below a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep(self, inside: str, name: str, content: bytes) -> str:
        """Write `inside/name` unless it is there: it may have been sent. The sha256 of what stands there."""
        standing = self.read(inside, name)
        return self.write(inside, name, content) if standing is None else sha256(standing).hexdigest()

    def read(self, inside: str, name: str) -> bytes | None:
        """What stands in `inside/name`; None: it is not there."""
        try:
            return (self._root / inside / name).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, inside: str, name: str, content: bytes) -> str:
        """Write `inside/name` under a temporary name, to the disk, then rename it; the sha256."""
        folder = self._folder(inside)
        half = folder / f".{name}.half"
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(folder / name)
        return sha256(content).hexdigest()

    def settle(self, inside: str) -> None:
        """Bring the names in `inside` to the disk: what was renamed stays renamed."""
        for each in (Path(inside), *Path(inside).parents):
            _sync(self._root / each)

    def _folder(self, inside: str) -> Path:
        folder = self._root / inside
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
