"""Fetch what draws charts on a page, and write the charts' colours for it: `make bundle`.

Both are in the repository, so nobody needs this but who takes a newer Vega. The releases are Vega's own, held by their
checksums. Vega is of the version that vl-convert has, so that a page and a picture look the same. The interpreter of
expressions stands in for generated code, which a strict Content-Security-Policy forbids.
"""

import base64
import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path

STATIC = Path(__file__).parent.parent / "counterbell" / "charts" / "static" / "charts"
REGISTRY = "https://registry.npmjs.org"
RELEASES = {
    "vega": ("6.2.0", "BIwalIcEGysJdQDjeVUmMWB3e50jPDNAMfLJscjEvpunU9bSt7X1OYnQxkg3uBwuRRI4nWfFZO9uIW910nLeGw=="),
    "vega-interpreter": (
        "2.2.1",
        "o+4ZEme2mdFLewlpF76dwPWW2VkZ3TAF3DMcq75/NzA5KPvnN4wnlCM8At2FVawbaHRyGdVkJSS5ROF5KwpHPQ==",
    ),
}
"""Version, and SHA-512 in base64 as the registry tells it."""

NEEDS = "import { ascending, isString, DisallowedObjectProperties } from 'vega-util';"
GIVES = "export { expression as expressionInterpreter };"


def release(name: str) -> dict[str, str]:
    """The text files of a release, by path. Raises ValueError if it is not the one that is meant."""
    version, checksum = RELEASES[name]
    with urllib.request.urlopen(f"{REGISTRY}/{name}/-/{name}-{version}.tgz") as answer:
        packed = answer.read()
    if base64.b64encode(hashlib.sha512(packed).digest()).decode() != checksum:
        raise ValueError(f"{name} {version} is not what it was: its checksum differs. Do not use it.")
    with tarfile.open(fileobj=io.BytesIO(packed)) as files:
        wanted = [member for member in files if member.name.endswith(("LICENSE", ".min.js", "vega-interpreter.js"))]
        return {member.name: files.extractfile(member).read().decode() for member in wanted}  # type: ignore[union-attr]


def vega() -> tuple[str, str]:
    """Vega with the interpreter as one script that leaves `vega` behind, and the licence of both."""
    whole, interpreter = release("vega"), release("vega-interpreter")["package/build/vega-interpreter.js"]
    if NEEDS not in interpreter or GIVES not in interpreter:
        raise ValueError("The interpreter is put together in another way now: look how, and adapt this.")
    inside = interpreter.replace(NEEDS, "const { ascending, isString, DisallowedObjectProperties } = vega;")
    inside = inside.replace(GIVES, "vega.expressionInterpreter = expression;").split("//# sourceMappingURL")[0]
    licence = whole["package/LICENSE"]
    named = " and ".join(f"{name} {version}" for name, (version, _checksum) in RELEASES.items())
    script = f"/*! {named}, BSD-3-Clause: see vega.LICENSE. */\n{whole['package/build/vega.min.js'].strip()}\n"
    return f"{script}(function () {{\n{inside.strip()}\n}})();\n", licence


def main() -> None:
    """Write the files."""
    from counterbell.charts.palette import style_sheet

    script, licence = vega()
    (STATIC / "vega.js").write_text(script)
    (STATIC / "vega.LICENSE").write_text(licence)
    (STATIC / "colours.css").write_text(style_sheet())


if __name__ == "__main__":
    main()
