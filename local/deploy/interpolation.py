"""Environment variables in manifest texts, replaced exactly where wskdeploy replaces them."""

import re
from collections.abc import Mapping


def interpolate(text: str, environment: Mapping[str, str]) -> str:
    """Replace `$NAME` and `${NAME}`; `$${NAME}` stands for the characters `${NAME}`.

    wskdeploy's rules, surprises included: `$NAME` counts only in a text that starts with `$` (or
    has a `${`, braces balanced), its name then runs to the next `$`, `{` or `}`, and the start of
    a longer `$NAME_TOO` is replaced with it. In doubt write `${NAME}`.
    One rule is ours: a variable that is not set raises KeyError, where wskdeploy puts nothing.
    """
    starts = text.startswith("$") and len(text) > 1
    embedded = "${" in text and text.count("{") == text.count("}")
    if not starts and not embedded:
        return text
    for name in filter(None, re.split(r"[${}]", text)):
        bare, braced = f"${name}", f"${{{name}}}"
        if f"${braced}" in text:
            text = text.replace(f"${braced}", braced)
        elif bare in text:
            text = text.replace(bare, environment[name])
        elif braced in text:
            text = text.replace(braced, environment[name])
    return text
