# SPDX-License-Identifier: GPL-3.0-or-later
"""junit_reader.py FILE: what a reader of JUnit XML finds in the report of the sample "weather"."""
import sys

try:
    import junitparser
except ImportError:
    sys.exit(77)

xml = junitparser.JUnitXml.fromfile(sys.argv[1])
(suite,) = list(xml)
cases = {case.name: case for case in suite}
results = {name: [type(result).__name__ for result in case.result] for name, case in cases.items()}
assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (13, 4, 0, 1), vars(suite)
assert suite.timestamp == "2026-01-31T02:00:00"
assert len(cases) == 13 and cases["temp"].classname == "covshift.feature"
assert results["temp"] == ["Failure"] and results["snow"] == ["Skipped"] and results["pressure"] == []
assert cases["temp"].result[0].message.startswith("PSI 0.82, alert from 0.25")
warned = cases["wind speed at 10 m above the ground"]
assert warned.is_passed and warned.system_out.startswith("warn: PSI 0.14")
