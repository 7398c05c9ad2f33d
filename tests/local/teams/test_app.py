import contextlib
import http.client
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from local.teams.app import Webhook, teams
from local.teams.channel import Channel
from local.teams.faults import Faults
from local.teams.rate import Rate
from tests.local.teams.samples import ADDRESS, SIGNATURE, body_of, card, rich_card, text

JSON = {"content-type": "application/json"}


@contextlib.contextmanager
def channel_in(folder: Path, rate: int = 0) -> Generator[TestClient]:
    with contextlib.closing(Channel(folder)) as channel:
        yield TestClient(teams(Webhook(SIGNATURE, channel, Rate(rate), Faults()), "Training runs"))


@pytest.fixture
def client(tmp_path: Path) -> Generator[TestClient]:
    with channel_in(tmp_path) as client:
        yield client


def post(client: TestClient, body: bytes | None = None, address: str = ADDRESS) -> tuple[int, str]:
    answer = client.post(address, content=body_of(rich_card()) if body is None else body, headers=JSON)
    return answer.status_code, answer.text


def titles(client: TestClient) -> list[str]:
    return [posted["title"] for posted in client.get("/cards.json").json()]


def test_a_card_is_accepted_with_202_and_an_empty_body_and_listed(client: TestClient) -> None:
    assert post(client) == (202, "")
    (posted,) = client.get("/cards.json").json()
    assert posted["card"] == rich_card()
    assert posted["size"] == len(body_of(rich_card()))
    assert posted["received_at"].endswith("+00:00")


def test_cards_are_listed_newest_first_and_from_any_one_on(client: TestClient) -> None:
    for title in ("first", "second", "third"):
        post(client, body_of(card(text(title))))
    assert titles(client) == ["third", "second", "first"]
    assert [posted["title"] for posted in client.get("/cards.json?after=2").json()] == ["third"]


def test_cards_survive_a_restart(tmp_path: Path) -> None:
    for title in ("before", "after"):
        with channel_in(tmp_path) as client:
            post(client, body_of(card(text(title))))
            listed = titles(client)
    assert listed == ["after", "before"]


def test_an_invalid_card_is_refused_with_the_reason_and_not_kept(client: TestClient) -> None:
    status, answer = post(client, body_of(card(text(), actions=[{"type": "Action.Submit", "title": "OK"}])))
    assert status == 400
    assert "card.actions[0].type: 'Action.Submit'" in json.loads(answer)["error"]["message"]
    assert titles(client) == []


def test_28_kilobytes_are_taken_and_one_byte_more_is_not(client: TestClient) -> None:
    room = 28 * 1024 - len(body_of(card(text(""))))
    assert post(client, body_of(card(text("x" * room)))) == (202, "")
    status, answer = post(client, body_of(card(text("x" * (room + 1)))))
    assert status == 413
    assert "28673 bytes; at most 28672" in answer


@pytest.mark.parametrize(
    ("address", "status"),
    [
        (ADDRESS.replace(SIGNATURE, "guess"), 401),
        (ADDRESS.replace("&sig=" + SIGNATURE, ""), 401),
        (ADDRESS.replace("sv=1.0", "sv=2.0"), 401),
        (ADDRESS.replace("sig=", "sig=%C3%A9"), 401),
        (ADDRESS.replace("api-version=1&", ""), 400),
        ("/workflows/9f/triggers/manual/run", 404),
    ],
)
def test_an_address_that_is_not_the_webhooks_is_refused(client: TestClient, address: str, status: int) -> None:
    assert post(client, address=address)[0] == status
    assert titles(client) == []


def test_another_content_type_is_refused(client: TestClient) -> None:
    answer = client.post(ADDRESS, content=body_of(rich_card()), headers={"content-type": "text/plain"})
    assert answer.status_code == 415


def test_a_fifth_message_in_a_second_is_put_off(tmp_path: Path) -> None:
    rate = Rate(4)
    assert [rate.wait(now) for now in (10.0, 10.1, 10.2, 10.3, 10.4, 11.0, 11.05)] == [0, 0, 0, 0, 1, 0, 1]
    with channel_in(tmp_path, rate=1) as client:
        post(client)
        answer = client.post(ADDRESS, content=body_of(rich_card()), headers=JSON)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_no_limit_means_no_limit() -> None:
    rate = Rate(0)
    assert {rate.wait(1.0) for _ in range(100)} == {0}


def test_ordered_faults_meet_the_next_messages_and_no_others(client: TestClient) -> None:
    client.post("/standin/faults", json={"status": 429, "times": 2, "retry_after": 7})
    client.post("/standin/faults", json={"status": 404})
    answers = [client.post(ADDRESS, content=body_of(rich_card()), headers=JSON) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 429, 404, 202]
    assert [answer.headers.get("retry-after") for answer in answers] == ["7", "7", None, None]
    assert len(titles(client)) == 1


@pytest.mark.parametrize("fault", [{"status": 42}, {"times": 0}, {"sttaus": 500}])
def test_a_fault_that_makes_no_sense_is_refused(client: TestClient, fault: dict[str, int]) -> None:
    assert client.post("/standin/faults", json=fault).status_code == 400


def test_the_page_says_what_it_is_and_escapes_the_channels_name(tmp_path: Path) -> None:
    with contextlib.closing(Channel(tmp_path)) as channel:
        webhook = Webhook(SIGNATURE, channel, Rate(0), Faults())
        page = TestClient(teams(webhook, "<b>runs</b>")).get("/")
    assert "Stand-in for Teams" in page.text
    assert "&lt;b&gt;runs&lt;/b&gt;" in page.text
    assert SIGNATURE not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("name", ["adaptivecards.min.js", "channel.js", "channel.css", "host-config.json", "icon.svg"])
def test_the_page_finds_its_parts(client: TestClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 200


@pytest.mark.stack
def test_a_lost_answer_breaks_the_connection_and_keeps_the_card(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "local.teams", "--port", "0", "--data", tmp_path, "--signature", SIGNATURE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline().rpartition(":")[2])
        request(port, "/standin/faults", b'{"lose_answer": true}')
        with pytest.raises(http.client.IncompleteRead):
            request(port, ADDRESS, body_of(card(text("kept"))))
        process.kill()
    with channel_in(tmp_path) as client:
        assert titles(client) == ["kept"]


def request(port: int, path: str, body: bytes) -> bytes:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("POST", path, body, JSON)
        return connection.getresponse().read()
