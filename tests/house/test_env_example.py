"""`.env.example` lists every setting, and nothing else."""

from __future__ import annotations

import re

from tests.support.house import ROOT


def test_env_example_has_every_setting_and_no_other():
    settings = (ROOT / "mysignals" / "settings.py").read_text()
    read = set(re.findall(r'read\.\w+\(\s*"([A-Z_]+)"', settings))
    shown = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert shown == read
