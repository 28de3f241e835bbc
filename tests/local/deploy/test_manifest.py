from collections.abc import Callable
from pathlib import Path

import pytest

from local.deploy import ManifestError
from local.deploy.manifest import Manifest, read

Write = Callable[[str], Path]

ACTION = "packages: {p: {actions: {a: {docker: an/image, %s}}}}"
PACKAGE = "packages: {p: {%s}}"
BOUND = "packages: {p: {dependencies: {b: {location: '%s'}}}}"
FED = "packages: {p: {triggers: {t: {feed: %s}}}}"
TWICE = "packages: {p: {actions: {a: {docker: an/image}}, sequences: {a: {actions: b}}}}"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    (tmp_path / "hello").mkdir()
    (tmp_path / "hello" / "__main__.py").write_text("def main(args):\n    return args\n")
    (tmp_path / "hello.py").write_text("def main(args):\n    return args\n")
    (tmp_path / "void").mkdir()
    (tmp_path / "void" / "__init__.py").touch()
    (tmp_path / "link").symlink_to(tmp_path / "hello.py")

    def write(text: str) -> Path:
        file = tmp_path / "manifest.yaml"
        file.write_text(text)
        return file

    return write


def parsed(write: Write, text: str) -> Manifest:
    return read(write(text), {"SET": "x"})


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        # The document.
        ("packages: [", "", "cannot be read"),
        ("packages: {p: {}, p: {}}", "", "'p' stands here twice"),
        ("packages: {p: {<<: {public: true}}}", "", "write merges out"),
        ("packages: {on: {}}", "", "'on' is not a plain text key"),
        (PACKAGE % "inputs: {k: y}", "", "'y' means different things"),
        (PACKAGE % "inputs: {k: 0x1f}", "", "'0x1f' means different things"),
        (PACKAGE % "inputs: {k: 1_000}", "", "'1_000' means different things"),
        (PACKAGE % "inputs: {k: 007}", "", "'007' means different things"),
        ("{}", "top level", "write one of 'packages' and 'project'"),
        ("{packages: {p: }, project: {packages: {p: }}}", "top level", "write one of"),
        ("project: {credential: secret, packages: {p: }}", "project.credential", "not understood"),
        ("packages: {p: [1]}", "packages.p", "write a mapping"),
        # Keys of the format that we leave to wskdeploy.
        (PACKAGE % "apis: {}", "packages.p.apis", "export actions with 'web'"),
        (PACKAGE % "dependencies: {b: {version: '1'}}", "p.dependencies.b.version", "known here"),
        (PACKAGE % "triggers: {t: {source: /x/y}}", "packages.p.triggers.t.source", "write 'feed'"),
        (PACKAGE % "triggers: {t: {annotations: {feed: f}}}", "packages.p.triggers.t", "beside"),
        (ACTION % "code: x", "packages.p.actions.a.code", "put the code in a file"),
        (ACTION % "native: true", "packages.p.actions.a.native", "name the image in 'docker'"),
        (ACTION % "exclude: [x]", "packages.p.actions.a.exclude", "in another folder"),
        (ACTION % "web-export: true", "packages.p.actions.a.web-export", "write 'web'"),
        (ACTION % "limits: {concurrency: 2}", "packages.p.actions.a.limits.concurrency", "known"),
        # A dependency is a binding to a package of a namespace.
        (PACKAGE % "dependencies: {b: }", "packages.p.dependencies.b.location", "write a text"),
        (BOUND % "github.com/x/y", "packages.p.dependencies.b.location", "comes from GitHub"),
        (BOUND % "https://github.com/x/y", "packages.p.dependencies.b.location", "GitHub"),
        (BOUND % "p", "packages.p.dependencies.b.location", "write '/_/package'"),
        (BOUND % "/p", "packages.p.dependencies.b.location", "write '/_/package'"),
        (BOUND % "//p", "packages.p.dependencies.b.location", "write '/_/package'"),
        (BOUND % "/_/p/action", "packages.p.dependencies.b.location", "write '/_/package'"),
        (PACKAGE % "dependencies: {p: {location: /_/q}}", "packages.p.dependencies.p", "rename"),
        ("packages: {p: {dependencies: {q: {location: /_/p}}}, q: }", "packages.q", "rename"),
        # A feed is an action with its namespace.
        (FED % "changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "s3/changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "/changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "/_//changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "/_/../changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "/_/a/b/changes", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "/_/s3/$SET", "packages.p.triggers.t.feed", "write '/_/package/action'"),
        (FED % "0", "packages.p.triggers.t.feed", "write a text"),
        (FED % "/x/y, inputs: {authKey: k}", "packages.p.triggers.t.feed", "its own 'authKey'"),
        # Values that wskdeploy would drop, lose or take as something else.
        (ACTION % "limits: {memorySize: 64}", "packages.p.actions.a.limits.memorySize", "128"),
        (ACTION % "limits: {timeout: 5m}", "packages.p.actions.a.limits.timeout", "whole number"),
        (ACTION % "web: maybe", "packages.p.actions.a.web", "true, false or raw"),
        (ACTION % "version: 1.0", "packages.p.actions.a.version", "quote it"),
        (ACTION % "annotations: {k: }", "packages.p.actions.a.annotations.k", "<nil>"),
        (ACTION % "annotations: {require-whisk-auth: ''}", "packages.p.actions.a", "a text"),
        (ACTION % "inputs: {k: {}}", "packages.p.actions.a.inputs.k", "empty mapping"),
        (ACTION % "inputs: {k: {x: [~]}}", "packages.p.actions.a.inputs.k.x[0]", "<nil>"),
        (ACTION % "inputs: {k: {type: text}}", "packages.p.actions.a.inputs.k.type", "known"),
        (ACTION % "inputs: {k: {type: integer, value: $SET}}", "inputs.k.value", "declared type"),
        (ACTION % "inputs: {k: {type: integer, value: true}}", "inputs.k.value", "declared type"),
        (ACTION % "inputs: {k: {type: json, value: '{'}}", "inputs.k.value", "cannot be parsed"),
        (ACTION % "inputs: {k: {required: true}}", "packages.p.actions.a.inputs.k", "required"),
        (PACKAGE % "inputs: {k: 0}", "packages.p.inputs.k", "on its actions"),
        (PACKAGE % "inputs: {k: false}", "packages.p.inputs.k", "on its actions"),
        (PACKAGE % "inputs: {k: {a: 1}}", "packages.p.inputs.k", "on its actions"),
        ("packages: {default: {inputs: {k: v}}}", "packages.default", "this is no package"),
        (PACKAGE % "public: 1", "packages.p.public", "true or false"),
        # Variables that are not set.
        ("packages: {$PKG: {}}", "packages.$PKG", "variable 'PKG' is not set"),
        (PACKAGE % "inputs: {k: $SET/$GONE}", "packages.p.inputs.k", "'SET/' is not set"),
        (ACTION % "inputs: {k: {deep: '${GONE}'}}", "inputs.k.deep", "'GONE' is not set"),
        (ACTION % "annotations: {k: $GONE}", "actions.a.annotations.k", "'GONE' is not set"),
        ("packages: {p: {actions: {a: {docker: $GONE}}}}", "actions.a.docker", "'GONE'"),
        (PACKAGE % "rules: {r: {trigger: $GONE, action: a}}", "rules.r.trigger", "'GONE'"),
        (FED % "$GONE", "packages.p.triggers.t.feed", "'GONE' is not set; set it, or set it to"),
        # Names.
        (PACKAGE % "inputs: {t: x}, triggers: {t: }", "packages.p.triggers.t", "rename one"),
        (PACKAGE % "inputs: {t: x}, rules: {r: {trigger: t, action: a}}", "rules.r.trigger", "'t'"),
        (
            "packages: {p: {triggers: {t: }}, q: {triggers: {t: }}}",
            "packages.q.triggers.t",
            "taken",
        ),
        (TWICE, "packages.p.sequences.a", "rename"),
        (PACKAGE % "sequences: {s: {actions: 'a,,b'}}", "packages.p.sequences.s.actions", "commas"),
        (PACKAGE % "sequences: {s: {actions: /_/p/a}}", "packages.p.sequences.s.actions", "write"),
        (PACKAGE % "rules: {r: {trigger: t}}", "packages.p.rules.r.action", "write a text"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_place(
    text: str, place: str, reason: str, write: Write
) -> None:
    with pytest.raises(ManifestError) as refused:
        parsed(write, text)
    message = str(refused.value)
    assert "manifest.yaml: " in message
    assert place in message
    assert reason in message


@pytest.mark.parametrize(
    ("action", "place", "reason"),
    [
        ("{}", "", "write one of 'runtime'"),
        ("{function: hello, docker: i, runtime: 'python:3.11'}", "", "write one of 'runtime'"),
        ("{runtime: 'python:3.11'}", "", "write 'function'"),
        ("{docker: i, main: start}", "", "need a 'function'"),
        ("{function: hello.py, runtime: 'nodejs:20'}", ".runtime", "runs on a python: kind"),
        ("{function: gone, runtime: 'python:3.11'}", ".function", "is not a folder"),
        ("{function: ./hello, runtime: 'python:3.11'}", ".function", "without '.'"),
        ("{function: hello/, runtime: 'python:3.11'}", ".function", "below the manifest"),
        ("{function: ../hello, runtime: 'python:3.11'}", ".function", "below the manifest"),
        ("{function: void, runtime: 'python:3.11'}", ".function", "no file with something in it"),
        ("{function: hello.py, docker: i, include: [[hello]]}", ".include", "only where"),
        ("{function: hello, docker: i, include: hello}", ".include", "write a list"),
        ("{function: hello, docker: i, include: [hello]}", ".include[0]", "write [source]"),
        ("{function: hello, docker: i, include: [[a, b, c]]}", ".include[0]", "write [source]"),
        ("{function: hello, docker: i, include: [[gone]]}", ".include[0]", "does not exist"),
        ("{function: hello, docker: i, include: [['gone/*']]}", ".include[0]", "no file matches"),
        ("{function: hello, docker: i, include: [['**/*.py']]}", ".include[0]", "one level"),
        ("{function: hello, docker: i, include: [['hello.p?']]}", ".include[0]", "only '*'"),
        ("{function: hello, docker: i, include: [[void, 'x*']]}", ".include[0]", "takes '*' only"),
        ("{function: hello, docker: i, include: [[hello.py, ./]]}", ".include[0]", "without '.'"),
        ("{function: hello, docker: i, include: [[link]]}", ".include[0]", "symbolic link"),
        (
            "{function: hello, docker: i, include: [[hello.py, __main__.py]]}",
            ".include[0]",
            "exists already",
        ),
        (
            "{function: hello, docker: i, include: [[hello.py], [hello/__main__.py, hello.py]]}",
            ".include[1]",
            "hello.py is already taken",
        ),
    ],
)
def test_an_action_without_clear_code_is_refused(
    action: str, place: str, reason: str, write: Write
) -> None:
    with pytest.raises(ManifestError) as refused:
        parsed(write, f"packages: {{p: {{actions: {{a: {action}}}}}}}")
    assert f"packages.p.actions.a{place}: " in str(refused.value)
    assert reason in str(refused.value)


def test_a_project_may_wrap_the_packages(write: Write) -> None:
    manifest = parsed(write, "project: {name: suite, packages: {p-$SET: , '${SET}': }}")
    assert manifest.packages.keys() == {"p-$SET", "x"}


def test_a_deployment_file_is_not_passed_over(write: Write, tmp_path: Path) -> None:
    (tmp_path / "deployment.yaml").touch()
    with pytest.raises(ManifestError, match=r"move its values into manifest\.yaml"):
        parsed(write, "packages: {p: }")


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match=r"nowhere.yaml: cannot be read"):
        read(tmp_path / "nowhere.yaml", {})
