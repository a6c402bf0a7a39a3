"""Whatever stands in a policy file: it is read, or the start is refused with the file named. Nothing else."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.policy import PolicyError, load_policies

SHIPPED = (Path(__file__).parents[2] / "policies" / "wuppertal.toml").read_text(encoding="utf-8").splitlines()

values = st.one_of(
    st.integers(-(2**63), 2**63 - 1).map(str),
    st.floats().map(str),
    st.booleans().map(lambda flag: str(flag).lower()),
    st.dates().map(str),
    st.sampled_from(
        ['""', '"none"', '"unset"', '"daily"', '"monthly:32"', "[]", "{}", "[{}]", "[[1]]", "1979"]
    ),
    st.text(max_size=12),
)
places = st.integers(0, len(SHIPPED) - 1)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("drop"), places, st.just("")),
        st.tuples(st.just("twice"), places, st.just("")),
        st.tuples(st.just("value"), places, values),
        st.tuples(st.just("list"), places, values),
        st.tuples(st.just("line"), places, st.text(max_size=40)),
    ),
    min_size=1,
    max_size=4,
)


def changed(what: list[tuple[str, int, str]]) -> str:
    lines = list(SHIPPED)
    for kind, place, text in what:
        old = lines[place]
        name = old.split("=", maxsplit=1)[0]
        lines[place] = {
            "drop": "",
            "twice": f"{old}\n{old}",
            "value": f"{name}= {text}",
            "list": f'{name}= [{{ value = {text}, source = "R1" }}]',
            "line": text,
        }[kind]
    return "\n".join(lines)


@given(changes)
@settings(max_examples=60)
def test_a_file_that_was_damaged_is_read_or_refused(what: list[tuple[str, int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        # given a shipped file in which lines are missing, doubled, or say something else
        path = Path(folder) / "wuppertal.toml"
        path.write_text(changed(what), encoding="utf-8", errors="surrogatepass")
        # when it is loaded
        refused = None
        try:
            load_policies(folder)
        except PolicyError as error:
            refused = str(error)
    # then it is a policy like any other, or it stops the start and is named
    assert refused is None or "wuppertal.toml" in refused
