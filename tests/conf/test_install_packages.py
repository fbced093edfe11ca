"""The script that installs fonts and servers leaves the rules on starting services as they were."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.source import ROOT

OWN = "#!/bin/sh\nexit 0\n"
STUBS = {
    "id": "echo 0",
    "fc-list": '[ -z "$HAS_FONTS" ] || echo font.ttf',
    "ldconfig": "echo libfribidi.so.0",
    "apt-get": 'cp "$POLICY_RC_D" "$SEEN" 2>/dev/null; [ -z "$SIGNAL" ] || kill -s $SIGNAL $PPID',
}


class Machine:
    """A folder that stands for the system's, with an apt-get that can kill who has called it."""

    def __init__(self, folder: Path) -> None:
        self.policy = folder / "sbin" / "policy-rc.d"
        self._seen = folder / "seen"
        self._stubs = folder / "stubs"
        for one in (self.policy.parent, self._stubs):
            one.mkdir()
        for name, body in STUBS.items():
            stub = self._stubs / name
            stub.write_text(f"#!/bin/sh\n{body}\n")
            stub.chmod(0o755)

    def install(self, *, signal: str = "", has_fonts: bool = False) -> None:
        """Run the script; apt-get sends it a signal if one is given."""
        environment = {
            "PATH": f"{self._stubs}:{os.environ['PATH']}",
            "POLICY_RC_D": str(self.policy),
            "SEEN": str(self._seen),
            "SIGNAL": signal,
            "HAS_FONTS": "yes" if has_fonts else "",
        }
        script = ["sh", str(ROOT / "conf" / "install_packages.sh")]
        subprocess.run(script, env=environment, capture_output=True, timeout=30, check=False)

    @property
    def forbids_starting(self) -> bool:
        """Whether apt-get has found a policy that lets nothing start."""
        return "exit 101" in self._seen.read_text()

    @property
    def rules(self) -> dict[str, str]:
        """The files that are where the policy is, with their texts."""
        return {one.name: one.read_text() for one in self.policy.parent.iterdir()}


@pytest.fixture(params=["", OWN], ids=["without a policy", "with a policy"])
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Machine:
    """A machine with a policy of its own, and one without."""
    made = Machine(tmp_path)
    if request.param:
        made.policy.write_text(request.param)
    return made


@pytest.mark.parametrize("signal", ["", "HUP", "INT", "PIPE", "QUIT", "TERM"])
def test_nothing_starts_meanwhile_and_all_is_as_before_afterwards(
    machine: Machine, signal: str
) -> None:
    before = machine.rules
    machine.install(signal=signal)
    assert machine.forbids_starting
    assert machine.rules == before


@pytest.mark.parametrize("has_fonts", [True, False])
def test_what_a_killed_run_has_left_the_next_one_removes(
    machine: Machine, *, has_fonts: bool
) -> None:
    before = machine.rules
    machine.install(signal="KILL")
    assert machine.rules != before
    machine.install(has_fonts=has_fonts)
    assert machine.rules == before


def test_a_policy_that_was_made_since_stays(machine: Machine) -> None:
    machine.install(signal="KILL")
    machine.policy.write_text("#!/bin/sh\nexit 104\n")
    machine.install()
    assert machine.rules == {"policy-rc.d": "#!/bin/sh\nexit 104\n"}
