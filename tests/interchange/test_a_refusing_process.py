"""The commands as a shell sees them: exit code, standard output and standard error of a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.tables import PERSON, write_csv

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of an installation of its own, on SQLite whatever the other tests run on."""
    folder = tmp_path_factory.mktemp("home")
    assert manage(folder, "migrate", "--verbosity", "0").returncode == 0
    return folder


def manage(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    elsewhere = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "EXCHANGE_TEST_VAR"}
    environment = {name: value for name, value in os.environ.items() if name not in elsewhere}
    environment |= {"EXCHANGE_VAR": str(home), "DEBUG": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "manage.py", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_a_bad_file_exits_1_with_every_reason_on_standard_error_and_loads_nothing(home: Path, tmp_path: Path) -> None:
    good = {**PERSON, "employee_number": "E0002"}
    path = write_csv(tmp_path / "people.csv", [{**PERSON, "hired_on": "31-Apr-2003", "role": "boss"}, good])
    done = manage(home, "import_people", path)
    assert done.returncode == 1
    assert done.stdout == ""
    lines = [line for line in done.stderr.splitlines() if "people.csv" in line]
    assert len(lines) == 2
    assert 'row 2, column role: "boss" is not known here; expected one of employee, ' in lines[0]
    assert 'row 2, column hired_on: "31-Apr-2003" is not a date; expected a date as YYYY-MM-DD' in lines[1]
    assert "Traceback" not in done.stderr

    mended = write_csv(tmp_path / "people.csv", [PERSON, good])
    first = manage(home, "import_people", mended, "--json")
    assert first.returncode == 0
    answer = json.loads(first.stdout)
    assert (answer["added"], answer["unchanged"]) == (2, 0)
    again = json.loads(manage(home, "import_people", mended, "--json").stdout)
    assert (again["added"], again["unchanged"]) == (0, 2)


def test_wrong_usage_exits_2(home: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "people.csv", [PERSON])
    for arguments in ((), (path, "--at", "2003-07-24T17:00:00"), (path, "--correct")):
        done = manage(home, "import_people", *arguments)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
