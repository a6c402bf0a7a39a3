"""docs/asyncapi.yaml as a stranger reads it."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

Node = dict[str, Any]
PATH: Final = Path(__file__).parents[2] / "docs" / "asyncapi.yaml"


@cache
def document() -> Node:
    """The document; it is not to be changed."""
    loaded: Node = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def messages(action: str) -> dict[str, Node]:
    """Type -> message, of the operations with this action: `receive` is what others write."""
    channels = [one["channel"]["$ref"].rsplit("/", 1)[1] for one in operations(action)]
    types = [type_ for name in channels for type_ in document()["channels"][name]["messages"]]
    return {type_: document()["components"]["messages"][type_] for type_ in types}


def operations(action: str) -> list[Node]:
    return [one for one in document()["operations"].values() if one["action"] == action]


def example(type_: str) -> Node:
    """The example of a type in structured mode, as it stands in a file."""
    (shown,) = document()["components"]["messages"][type_]["examples"]
    attributes = {
        name.removeprefix("ce_"): value for name, value in shown["headers"].items() if name.startswith("ce_")
    }
    return attributes | {"data": shown["payload"]}


def key(type_: str, data: Node) -> str | None:
    """The key that the document asks for: of "mandant/a, without one mandant/b" the first that is there."""
    bindings = document()["components"]["messages"][type_].get("bindings")
    described = bindings["kafka"]["key"]["description"] if bindings else "none"
    for one in re.split(r", without (?:one|a debtor) ", described):
        if all(name in data for name in one.split("/")):
            return "/".join(data[name] for name in one.split("/"))
    return None
