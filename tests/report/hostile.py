"""Texts that want to be markup, and the big list of naughty strings where the corpus has it."""

import json
import os
from pathlib import Path

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title></head><body onload=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }} {% include '/etc/passwd' %}",
    "<!-- --> <![CDATA[ ]]> &lt;b&gt; &#60;b&#62;",
    "**bold** _it_ [link](https://evil.example) ![x](https://evil.example/x.png) `code`",
    "<at>everyone</at> @channel",
    "{{DATE(2017-02-14T06:08:00Z, SHORT)}} {{{{TIME(2017-02-14T06:08:00Z)}}}}",
    "report\N{RIGHT-TO-LEFT OVERRIDE}lnosj.exe\N{POP DIRECTIONAL FORMATTING}",
    "\N{RIGHT-TO-LEFT ISOLATE}\N{ARABIC LETTER MARK}\N{ZERO WIDTH SPACE}name",
    "a\x00b\x1b[31mred\x1b[0m\x7f",
    "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{PILE OF POO}" * 40,
    "e\N{COMBINING ACUTE ACCENT}" * 100,
    "\ud800 alone",
    "../../etc/passwd?x=1#y%2f",
    "n" * 1_024,
    "=cmd|'/c calc'!A0",
)


def naughty() -> list[str] | None:
    """The big list, one line each; `None` where the corpus is not there."""
    corpus = Path(os.environ.get("TUNEDROP_CORPUS", "../shared/data"))
    path = corpus / "minimaxir__big-list-of-naughty-strings" / "blns.json"
    if not path.exists():
        return None
    return [" ".join(text.splitlines()) for text in json.loads(path.read_text("utf-8"))]
