"""HTML read back: that it is well formed, and what is markup in it and what is text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}


@dataclass
class Form:
    action: str
    method: str
    decisions: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """A parsed page. Raises `AssertionError` where a tag is not closed as it was opened."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.shape: list[tuple[str, ...]] = []  #: every tag, with the names of its attributes
        self.text = ""
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.styles: list[str] = []
        self.metas: list[dict[str, str | None]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._saw(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._saw(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> was never opened"
        assert self._open.pop() == tag, (tag, self._open, self.getpos())

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.styles.append(data)
        else:
            self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def _saw(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.shape.append((tag, *names))
        values = dict(attrs)
        match tag:
            case "a":
                self.links.append(values.get("href") or "")
            case "form":
                self.forms.append(Form(values.get("action") or "", values.get("method") or ""))
            case "button":
                assert values.get("name") == "decision"
                self.forms[-1].decisions.append(values.get("value") or "")
            case "meta":
                self.metas.append(values)

    @property
    def refresh(self) -> str | None:
        return next((meta["content"] for meta in self.metas if meta.get("http-equiv") == "refresh"), None)

    @property
    def policy(self) -> str:
        return next(meta["content"] or "" for meta in self.metas if meta.get("http-equiv") == "Content-Security-Policy")
