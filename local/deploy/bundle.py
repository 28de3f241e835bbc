"""What an action is uploaded as: a source file, or a zip of a folder and what it includes.

A zip of the same files has the same bytes: members are sorted, and carry no time of their own.
Empty files stay out, as with wskdeploy, and so does the `__pycache__` of an action's own folder;
bytecode inside a folder that is included goes along.
"""

import base64
import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from local.deploy.document import Node

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can say


@dataclass(frozen=True)
class Code:
    """`function` is a file, and `members` empty; or a folder, to be zipped from `members`."""

    function: Path
    members: Mapping[str, Path]

    @property
    def files(self) -> list[Path]:
        return list(self.members.values()) or [self.function]

    def text(self) -> str:
        """As `exec.code` carries it: source as it is, a zip in base64."""
        if self.members:
            return base64.b64encode(packed(self.members)).decode()
        return self.function.read_text()


def packed(members: Mapping[str, Path]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, file in sorted(members.items()):
            member = zipfile.ZipInfo(name, _EPOCH)
            member.external_attr = 0o644 << 16
            # Level 1 is three times as fast, for a tenth more bytes.
            archive.writestr(member, file.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    return content.getvalue()


def find(function: Node, include: Node) -> Code:
    """The files behind `function` and `include`, both relative to the manifest."""
    path = _inside(function, function.expanded())
    if path.is_dir():
        return Code(path, _members(function, path, include))
    if include.value:
        raise include.refusal("works only where 'function' is a folder")
    if path.suffix != ".py" or not path.is_file() or path.stat().st_size == 0:
        raise function.refusal("is not a folder, nor a .py file with something in it")
    return Code(path, {})


def _members(function: Node, folder: Path, include: Node) -> dict[str, Path]:
    own = (file for file in _files(function, folder) if "__pycache__" not in file.parts)
    members = {file.relative_to(folder).as_posix(): file for file in own}
    if not isinstance(include.value, list | None):
        raise include.refusal("write a list of [source] or [source, destination]")
    for index, line in enumerate(include.value or []):
        node = include.at(index, line)
        for source, destination in _copies(node):
            if (folder / destination).exists():
                # wskdeploy would overwrite it, and then delete it.
                raise node.refusal(f"{folder / destination} exists already: move one of the two")
            for file in _files(node, source):
                name = (PurePosixPath(destination) / file.relative_to(source)).as_posix()
                if members.setdefault(name, file) != file:
                    raise node.refusal(f"{name} is already taken by {members[name]}")
    if not members:
        raise function.refusal("the folder has no file with something in it")
    return members


def _copies(node: Node) -> Iterator[tuple[Path, str]]:
    """Each file or folder that a line names, and its place below the action's folder."""
    line = node.value
    if not isinstance(line, list) or len(line) not in (1, 2):
        raise node.refusal("write [source] or [source, destination]")
    pattern, destination = node.at(0, line[0]).text(), node.at(len(line) - 1, line[-1]).text()
    source = _inside(node, pattern)
    if "*" not in pattern or destination != "./":
        _inside(node, destination.removesuffix("/"))
    if "*" not in pattern:
        yield source, _destination(node, source, destination)
        return
    root = node.file.parent
    found = sorted(path for path in root.glob(pattern) if path.name != "__pycache__")
    if not found:
        raise node.refusal(f"no file matches {pattern}")
    for path in found:
        yield path, _place(pattern, path.relative_to(root), destination)


def _destination(node: Node, source: Path, destination: str) -> str:
    if not source.exists():
        raise node.refusal(f"{source} does not exist")
    if "*" in destination:
        raise node.refusal("a destination takes '*' only where its source has one")
    return destination + source.name if source.is_file() and destination[-1] == "/" else destination


def _place(pattern: str, path: Path, destination: str) -> str:
    """Matches keep their path from the pattern's first `*` on, less any dots that start it.

    A destination is a folder only up to its last slash: `lib/`, not `lib`; `./` is the action's.
    """
    folder = posixpath.dirname(destination).partition("*")[0]
    literal = next(i for i, part in enumerate(PurePosixPath(pattern).parts) if "*" in part)
    return posixpath.join(folder, "/".join(path.parts[literal:]).lstrip("."))


def _inside(node: Node, path: str) -> Path:
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or str(plain) != path or path == ".":
        raise node.refusal(f"{path!r}: write a path below the manifest, without '.', '..' and '//'")
    if "**" in path or any(mark in path for mark in "?["):
        raise node.refusal(f"{path!r}: of the wildcards only '*' is understood, for one level")
    return node.file.parent / path


def _files(node: Node, path: Path) -> Iterator[Path]:
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_symlink():
            raise node.refusal(f"{file} is a symbolic link: put the file itself there")
        if file.is_file() and file.stat().st_size:
            yield file
