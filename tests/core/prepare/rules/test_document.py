from tests.rulebook import DOCUMENT, document


def test_the_page_of_rules_is_what_the_list_and_the_engine_say() -> None:
    assert DOCUMENT.read_text() == document(), "run: python -m tests.rulebook"
