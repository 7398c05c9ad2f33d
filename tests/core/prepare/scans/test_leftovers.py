import pytest

from tests.core.prepare.scans.scanning import found

LEFT = [
    ("First point.\\n\\nSecond point.", "escaped line break"),
    ("One:\\n- two\\n- three", "escaped line break"),
    ("第一点。\\n第二点。", "escaped line break"),
    ("her fianc\u00c3\u00a9 came", "misread encoding"),
    ("it\u00e2\u20ac\u2122s here", "misread encoding"),
    ("\u00c3\u2013sterreich", "misread encoding"),
    ("20 \u00c2\u00b0C", "misread encoding"),
    ("\u00f0\u0178\u02dc\u20ac", "misread encoding"),
    ("\u00d0\u0178\u00d1\u20ac\u00d0\u00b8", "misread encoding"),
    ("R&amp;B singer", "HTML"),
    ("One<br>two<br/>three", "HTML"),
    ('<p class="x">Hello</p>', "HTML"),
    ("What is it?\n\n###\n\nA saw", "separator"),
    ("What is it?\n\n###\n\n", "separator"),
    ("What is it? ->\n\n===", "separator"),
    ("Do this.\n### Response:\nDone", "separator"),
    ("I am {{name}}, made by {{ author }}.", "placeholder"),
    ("Dear [INSERT NAME HERE],", "placeholder"),
    ("Call <YOUR_NUMBER>", "placeholder"),
]
CLEAN = [
    "First.\nSecond.\\nThird.",
    "print('a.\\n\\nb')",
    'say("One.\\n")',
    "\\nabla f and \\neq, \\nu",
    "C:\\new\\notes",
    "Irm\u00c3\u201d, they said: IRM\u00c3\u201d!",
    "Spa\u00df\u201d und \u00dcbung, \u00c3o, S\u00e3o Paulo, \u00c2ge",
    "ESPA\u00d1A\u201d, \u00d1and\u00fa",
    "```html\n<br>\n```",
    "In HTML, write <br> to break a line",
    "a <b and c> d, x < p > y",
    "AT&T; Q&A",
    "# Title\n\n### Part\n\nText",
    "###",
    "Use {{ name }} in a Jinja template",
    "url: ${{ github.repository }}",
    "style={{ color: 'red' }}",
    "{name} and {0}",
    "[Insert] a coin; [your name]",
]


@pytest.mark.parametrize(("text", "kind"), LEFT)
def test_leftovers_are_found(text: str, kind: str) -> None:
    assert found(text) == {kind}


@pytest.mark.parametrize("text", CLEAN)
def test_what_belongs_in_a_text_is_left_alone(text: str) -> None:
    assert found(text) == set()
