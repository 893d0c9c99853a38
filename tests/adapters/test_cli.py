"""The `redflag` command as a whole process: what an operator and a program see."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bot.test_check import MESSAGES

ENGLISH, CHINESE = MESSAGES["insider-extortion"]
ROOT = Path(__file__).parents[2]


class Command:
    """Runs `redflag` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith("REDFLAG_")
        } | {"REDFLAG_DATA_DIR": str(folder / "data"), "LANG": "C.UTF-8", "COLUMNS": "80"}

    def __call__(
        self, *arguments: str, given: str | bytes = "", **environment: str
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "adapters", *arguments],
            input=given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass"),
            capture_output=True,
            cwd=self.folder,
            env=self.environment | {"PYTHONPATH": str(ROOT)} | environment,
            timeout=60,
            check=False,
        )
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    def json(self, *arguments: str, given: str = "") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self(*arguments, given=given).stdout.splitlines()]


@pytest.fixture
def redflag(tmp_path: Path) -> Command:
    return Command(tmp_path)


@pytest.mark.parametrize("call", [(), ("run",)])
@pytest.mark.parametrize(
    ("mail", "signs"),
    [(ENGLISH, "The signs I see"), (CHINESE, "看出来的迹象")],
    ids=["english", "chinese"],
)
def test_a_piped_mail_is_answered_and_the_program_ends(
    redflag: Command, call: tuple[str, ...], mail: str, signs: str
) -> None:
    done = redflag(*call, given=mail)
    assert done.returncode == 0
    assert done.stdout.startswith("[!!]")
    assert signs in done.stdout
    assert "desk[@]evil-parcels[.]com" in done.stdout
    assert "[1] " in done.stdout


def test_piped_commands_are_answered_one_by_one(redflag: Command) -> None:
    done = redflag(given="/help\n/language zh\n/help\n")
    assert "What I can do" in done.stdout
    assert "我会做这些" in done.stdout


def test_a_card_on_the_command_line_and_the_same_as_json(redflag: Command) -> None:
    assert redflag("check", ENGLISH).stdout.startswith("[!!]")
    assert redflag("check", given=ENGLISH).stdout.startswith("[!!]")
    (answer,) = redflag.json("check", "--json", ENGLISH)
    assert answer["verdict"] == "likely"
    assert answer["routine"] == "insider-extortion"
    assert 0.5 < answer["confidence"] <= 1
    assert answer["mode"] == "message"
    assert answer["language"] == "en"
    assert answer["cues"]
    for cue in answer["cues"]:
        assert ENGLISH[cue["start"] : cue["end"]] == cue["quote"]
    (mail,) = (one for one in answer["identifiers"] if one["kind"] == "email")
    assert ENGLISH[mail["start"] : mail["end"]] == mail["raw"] == "desk@evil-parcels.com"
    assert mail["standing"] == "unknown"
    assert {reason["weight"] for reason in answer["reasons"]} >= {"for"}


def test_json_lines_are_answered_in_order_and_bad_ones_do_not_stop_them(redflag: Command) -> None:
    lines = [
        json.dumps({"id": 1, "text": ENGLISH}),
        "{broken",
        json.dumps(["no object"]),
        json.dumps({"id": 2}),
        json.dumps({"id": 3, "text": 7}),
        "",
        json.dumps({"id": "四", "text": CHINESE, "setting": "private"}),
        json.dumps({"id": 5, "text": "x", "setting": "nowhere"}),
        json.dumps({"id": 6, "text": "x", "attachments": "x.png"}),
        json.dumps({"id": 7, "text": "", "attachments": ["a/b.png"]}),
        '{"id": 8, "text": "\\ud800 lone surrogate"}',
        json.dumps({"id": 9, "text": "pay\x00 now"}),
        json.dumps({"id": {"any": [1]}, "text": ENGLISH, "setting": "group"}),
        "[" * 10_000,
        json.dumps({"id": 10, "text": "y" * 1_000_000}),
    ]
    answers = redflag.json("check", "--jsonl", given="\n".join(lines) + "\n")
    assert len(answers) == len(lines)
    wrong = [number for number, answer in enumerate(answers) if "error" in answer]
    assert wrong == [1, 2, 3, 4, 5, 7, 8, 13]
    assert all(answers[number]["id"] is None and answers[number]["error"] for number in wrong)
    assert [answers[0]["id"], answers[6]["id"], answers[12]["id"]] == [1, "四", {"any": [1]}]
    assert answers[6]["routine"] == "insider-extortion"
    assert answers[6]["language"] == "zh"
    assert any(reason["kind"] == "unread" for reason in answers[9]["reasons"])
    assert any("900000 characters" in reason["name"] for reason in answers[14]["reasons"])


def test_bytes_that_are_no_utf_8_are_one_bad_line(redflag: Command) -> None:
    done = redflag("check", "--jsonl", given=b'{"id":1,"text":"\xff"}\n{"id":2,"text":"x"}')
    first, second = map(json.loads, done.stdout.splitlines())
    assert "UTF-8" in first["error"]
    assert second["id"] == 2


def test_thousands_of_lines_stream(redflag: Command) -> None:
    given = "\n".join(json.dumps({"id": n, "text": f"{ENGLISH} {n}"}) for n in range(2_000))
    answers = redflag.json("check", "--jsonl", given=given)
    assert [answer["id"] for answer in answers] == list(range(2_000))


def test_reports_of_two_admitted_communities_are_seen_by_a_third(redflag: Command) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        assert "admitted" in redflag("community", "admit", name).stdout
    mail = "desk@evil-parcels.com"

    def standing(community: str) -> str:
        (answer,) = redflag.json("lookup", "--json", "--community", community, mail)
        return str(answer["standing"])

    slug = "insider-extortion"
    for community, member in (("Alpha", "ann"), ("Beta", "bob")):
        done = redflag("report", "--json", "--community", community, "--member", member, mail, slug)
        assert done.returncode == 0
        assert json.loads(done.stdout)["reported"] is True
    assert [standing(one) for one in ("Gamma", "Alpha", "Outside")] == [
        "reported",
        "reported",
        "unknown",
    ]
    (answer,) = redflag.json("check", "--json", "--community", "Gamma", f"write to {mail}")
    assert answer["verdict"] == "possible"
    assert answer["identifiers"][0]["standing"] == "reported"
    done = redflag("report", "--withdraw", "--community", "Beta", "--member", "bob", mail)
    assert done.returncode == 0
    assert [standing(one) for one in ("Gamma", "Alpha", "Beta")] == ["unknown", "local", "unknown"]
    listed = redflag("community", "list").stdout
    assert "Alpha: admitted" in listed
    assert "Beta: not admitted" in redflag("community", "dismiss", "Beta").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("report", "amazon.com"), 1, "well-known services"),
        (("report", "hello"), 1, "no identifier I know"),
        (("report", "x@evil-parcels.com", "no-such-routine"), 1, "no routine is called so"),
        (("report", "--withdraw", "x@evil-parcels.com"), 1, "Nothing to take back"),
        (("lookup", "btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"), 1, "check digits"),
        (("routines", "no-such"), 1, "insider-extortion"),
        (("community", "admit", "\x1b[2J"), 1, "printable"),
        (("community", "dismiss", "Nobody"), 1, "no such community"),
        (("questions", "7", "answer"), 1, "no open question"),
        (("knowledge", "eval", "/no/such/file"), 2, "No such file"),
    ],
)
def test_what_cannot_be_done_is_explained(
    redflag: Command, arguments: tuple[str, ...], code: int, says: str
) -> None:
    done = redflag(*arguments)
    assert done.returncode == code
    assert says in done.stdout + done.stderr


def test_a_setting_that_cannot_be_used_is_explained(redflag: Command) -> None:
    done = redflag("check", "x", REDFLAG_DATABASE_URL="mysql://x/y")
    assert (done.returncode, done.stdout) == (2, "")
    assert "sqlite:///path" in done.stderr
    done = redflag(
        "run",
        REDFLAG_TELEGRAM_TOKEN="123:secret-token",
        REDFLAG_TELEGRAM_WEBHOOK_URL="https://bot.example.org",
    )
    assert done.returncode == 2
    assert "REDFLAG_TELEGRAM_WEBHOOK_SECRET must be" in done.stderr
    assert "secret-token" not in done.stderr


def test_a_read_only_folder_costs_the_reports_but_not_the_answer(redflag: Command) -> None:
    (redflag.folder / "data").write_text("a file where the folder should be")
    done = redflag(given=ENGLISH)
    assert done.returncode == 0
    assert done.stdout.startswith("[!!]")
    assert "nothing is kept" in done.stderr
    assert redflag("doctor").returncode == 1
    done = redflag("report", "x@evil-parcels.com")
    assert done.returncode == 2
    assert "cannot" in done.stderr


def test_a_damaged_database_is_explained_and_left_alone(redflag: Command) -> None:
    path = redflag.folder / "data" / "redflag.sqlite3"
    path.parent.mkdir()
    path.write_bytes(b"this is not a database " * 99)
    done = redflag(given=ENGLISH)
    assert done.returncode == 2
    assert "cannot be used" in done.stderr
    assert path.read_bytes() == b"this is not a database " * 99
    assert "cannot start" in redflag("doctor").stdout


OWN = (ROOT / "tests" / "parking-fee.yaml").read_text(encoding="utf-8")


def test_an_operators_own_routine_is_used_and_a_broken_one_left_out_with_its_line(
    redflag: Command,
) -> None:
    folder = redflag.folder / "own"
    folder.mkdir()
    (folder / "parking-fee.yaml").write_text(OWN, encoding="utf-8")
    text = "Sir, there is an unpaid lorry parking fee. Please pay the guard."
    mine = {"REDFLAG_ROUTINES": str(folder)}
    assert json.loads(redflag("check", "--json", text, **mine).stdout)["routine"] == "parking-fee"
    done = redflag("knowledge", "lint", **mine)
    assert (done.returncode, "All is well" in done.stdout) == (0, True)
    (folder / "parking-fee.yaml").write_text(OWN.replace("zh: 假停车费", "zh: '"), encoding="utf-8")
    done = redflag("check", "--json", text, **mine)
    assert json.loads(done.stdout)["routine"] is None
    assert "parking-fee.yaml:2" in done.stderr
    done = redflag("knowledge", "lint", **mine)
    assert done.returncode == 1
    assert "parking-fee.yaml:2" in done.stdout
    assert "Your routines" in redflag("doctor", **mine).stdout
    assert redflag(given=ENGLISH, **mine).returncode == 0


def test_doctor_finds_nothing_wrong_with_a_fresh_set_up(redflag: Command) -> None:
    done = redflag("doctor")
    assert done.returncode == 0
    assert "All is well" in done.stdout


def test_routines_are_listed_in_both_languages(redflag: Command) -> None:
    assert "insider-extortion" in redflag("routines").stdout
    assert "套路" in redflag("routines", "--language", "zh").stdout
    rows = redflag.json("routines", "--json")
    assert len(rows) >= 8
    assert all({"en", "zh"} <= row["title"].keys() for row in rows)


def test_questions_are_listed_and_answered_by_the_operator(redflag: Command) -> None:
    done = redflag("questions")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_command_says_what_is_missing_where_only_the_detector_is_installed(
    redflag: Command,
) -> None:
    (redflag.folder / "aiosqlite.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'aiosqlite'\", name='aiosqlite')"
    )
    done = redflag("doctor", PYTHONPATH=os.pathsep.join([str(redflag.folder), str(ROOT)]))
    assert done.returncode == 2
    assert "pip install 'redflag[bot]'" in done.stderr
