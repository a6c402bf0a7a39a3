"""docs/asyncapi.yaml as a stranger reads it."""

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
