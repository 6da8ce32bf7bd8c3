"""Several who draw at once: readers of the web process have their charts compiled in threads of their own."""

import subprocess
import sys

PROGRAM = """
import gc, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "counterbell.site.settings"
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from counterbell.charts import render, trend

sys.setswitchinterval(1e-6)
gc.callbacks.append(lambda phase, told: sum(range(100)))
gc.set_threshold(10)
chart = trend.chart("", "tickets", [trend.Point(str(day), day) for day in range(20)])
with ThreadPoolExecutor(4) as readers:
    drawn = list(readers.map(lambda _: render.spec_json(chart), range(12)))
assert len(set(drawn)) == 1
print("all drawn")
"""
"""Threads that change places whenever they can, and memory that is tidied up by Python code at every turn."""


def test_readers_who_ask_for_charts_at_once_do_not_stop_each_other() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stdout == "all drawn\n", ended.stderr
