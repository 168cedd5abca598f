#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""recipes.py COVSHIFT DATA OPERATIONS.md RECIPE: try a recipe of docs/operations.md as it is written there, with the program and the places put in.
RECIPE is cron, systemd, prometheus, nagios or actions. Exit status 77 where the other side is not installed."""
import ctypes
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request

SKIPPED = 77
TODAY = "1769824800" # 2026-01-31T02:00:00Z
MONITOR = """
db: {state}/drift.db
train: train.csv
production: {{source: "production/%F.csv", days_ago: 1}}
decision: {{joint: no}}
"""


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: there is no {program}")
            sys.exit(SKIPPED)


def check(what, good, found=""):
    print(f"{'ok' if good else 'WRONG'}: {what}")
    if not good:
        sys.exit(f"found: {found}")


class Place:
    """Folders in the place of /etc/covshift and /var/lib/..., with a monitor in them, and a night that is calm or not."""

    def __init__(self, program, data, document, folder):
        self.program, self.data, self.folder = program, data, folder
        self.etc, self.state = f"{folder}/etc", f"{folder}/state"
        self.textfile = f"{folder}/textfile"
        for path in (self.state, self.textfile, f"{self.etc}/production", f"{folder}/home"):
            os.makedirs(path)
        shutil.copy(f"{data}/train.csv", self.etc)
        self.write_monitor()
        with open(document, encoding="utf-8") as file:
            self.document = file.read()

    def write_monitor(self, more=""):
        with open(f"{self.etc}/monitor.yaml", "w", encoding="utf-8") as file:
            file.write(MONITOR.format(state=self.state) + more)

    def night(self, which, date="2026-01-30"):
        shutil.copy(f"{self.data}/{which}.csv", f"{self.etc}/production/{date}.csv")

    def recipes(self, heading):
        """The code blocks below a heading, in order."""
        section = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", self.document, re.M | re.S).group(1)
        blocks = re.findall(r"^```\w*\n(.*?)^```", section, re.M | re.S)
        places = {"/usr/local/bin/covshift": self.program, "/etc/covshift": self.etc, "/var/lib/covshift": self.state,
                  "/var/lib/prometheus/node-exporter": self.textfile}
        for written, here in places.items():
            blocks = [block.replace(written, here) for block in blocks]
        return blocks

    def call(self, command, **arguments):
        environment = {"PATH": "/usr/bin:/bin", "HOME": f"{self.folder}/home", "LOGNAME": "root", "SHELL": "/bin/sh", "SOURCE_DATE_EPOCH": TODAY}
        return subprocess.run(command, env=environment, cwd=f"{self.folder}/home", stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **arguments)


def nights(place, call):
    """A calm night, one with a shift, and that night again."""
    place.night("null", "2026-01-29")
    place.night("null")
    done = call()
    check("a calm night prints nothing and exits 0", (done.returncode, done.stdout, done.stderr) == (0, "", ""), done)
    os.remove(f"{place.state}/drift.db")
    place.night("prod-west")
    done = call()
    check("a shift prints a page and exits 1", done.returncode == 1 and done.stdout.startswith("ALERT: 15 of 16") and done.stderr == "", done)
    done = call()
    check("the same day again prints nothing", (done.returncode, done.stdout, done.stderr) == (0, "", ""), done)


def cron(place):
    """cron calls `sh -c` with next to no environment; a per cent sign would end its command."""
    line = place.recipes("cron")[0].splitlines()[-1]
    fields = line.split(None, 5)
    command = fields.pop()
    check("five fields of time", all(re.fullmatch(r"[*\d,/-]+", f) for f in fields), line)
    check("no per cent sign", "%" not in command, line)
    nights(place, lambda: place.call(["/bin/sh", "-c", command]))


def deny_write_execute():
    """What MemoryDenyWriteExecute does, where the kernel can (6.3)."""
    ctypes.CDLL(None).prctl(65, 1, 0, 0, 0)


def sandbox(place):
    """The file system and the network of the service, by bubblewrap; nothing where namespaces are not allowed."""
    if shutil.which("bwrap") is None or subprocess.run(["bwrap", "--ro-bind", "/", "/", "--unshare-net", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("without bubblewrap: the file system is as it is")
        return []
    return ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--bind", place.state, place.state,
            "--unshare-net", "--unshare-ipc", "--unshare-pid", "--die-with-parent"]


def systemd(place):
    need("systemd-analyze")
    service, timer = place.recipes("systemd")
    units = [f"{place.folder}/covshift.service", f"{place.folder}/covshift.timer"]
    for path, text in zip(units, (service, timer)):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    done = place.call(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units])
    check("systemd-analyze verify has nothing to say", done.returncode == 0 and done.stderr == "", done.stderr)
    done = place.call(["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager", units[0]])
    check("systemd-analyze security: exposure at most 2.0 of 10", done.returncode == 0, done.stdout[-300:] + done.stderr)
    command = re.search(r"^ExecStart=(.*)$", service, re.M).group(1).split()
    box = sandbox(place)
    nights(place, lambda: place.call([*box, *command], preexec_fn=deny_write_execute))
    if box:
        done = place.call([*box, "/bin/sh", "-c", f"echo > {place.etc}/new"])
        check("only the state directory can be written", done.returncode != 0, done)


def prometheus(place):
    need("prometheus-node-exporter")
    place.write_monitor(place.recipes("Prometheus, by the node exporter")[0])
    place.night("prod-west")
    done = place.call([place.program, "run", f"{place.etc}/monitor.yaml", "--quiet"])
    check("the night is run", done.returncode == 1, done)
    exporter = subprocess.Popen(["prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile", f"--collector.textfile.directory={place.textfile}",
                                 "--web.listen-address=127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    try:
        address = None
        for line in exporter.stderr:
            address = re.search(r"Listening on.*address=(127\.0\.0\.1:\d+)", line)
            if address:
                break
        check("the node exporter listens", address is not None)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        metrics = opener.open(f"http://{address.group(1)}/metrics", timeout=60).read().decode()
    finally:
        exporter.kill()
        exporter.wait()
    check("it reads the file without an error", "node_textfile_scrape_error 0" in metrics, metrics)
    check("it serves the verdict", re.search(r'^covshift_verdict\{.*monitor="monitor".*\} 3$', metrics, re.M), metrics[:2000])


def nagios(place):
    """NRPE, which serves the recipe, called as inetd would; and its client."""
    need("nrpe", "check_nrpe", "check_file_age")
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else [] # it refuses to run as root
    if subprocess.run([*nobody, "test", "-x", place.program]).returncode != 0:
        print("skipped: the build folder is not for other users")
        sys.exit(SKIPPED)
    config = f"{place.folder}/nrpe.cfg"
    with open(config, "w", encoding="utf-8") as file:
        file.write("allowed_hosts=127.0.0.1\n" + place.recipes("Nagios and its kin")[0])

    def ask(command="check_covshift"):
        with socket.create_server(("127.0.0.1", 0)) as server:
            asking = subprocess.Popen(["check_nrpe", "-n", "-H", "127.0.0.1", "-p", str(server.getsockname()[1]), "-t", "60", "-c", command], stdout=subprocess.PIPE, text=True)
            server.settimeout(60)
            connection, _ = server.accept()
            with connection:
                subprocess.run([*nobody, "nrpe", "-n", "-c", config, "-i"], stdin=connection, stdout=connection, stderr=connection, timeout=60)
            out, _ = asking.communicate(timeout=60)
        return asking.returncode, out

    found = ask()
    check("no database is unknown", found[0] == 3 and "drift.db" in found[1], found)
    for which, code, word in (("null", 0, "COVSHIFT OK"), ("prod-west", 2, "COVSHIFT CRITICAL")):
        place.night(which)
        place.call([place.program, "run", f"{place.etc}/monitor.yaml", "--quiet", "--again"])
        found = ask()
        check(f"{which}: status {code}, '{word}'", found[0] == code and found[1].startswith(word), found)
    place.call([place.program, "ack", "2", "--until", "2026-12-31", "--because", "known", "--db", f"{place.state}/drift.db"])
    found = ask()
    check("acknowledged is ok", found[0] == 0 and "acknowledged" in found[1], found)
    os.remove(f"{place.etc}/production/2026-01-30.csv")
    place.call([place.program, "run", f"{place.etc}/monitor.yaml", "--quiet", "--date", "2026-01-31"])
    found = ask()
    check("a day without data is unknown", found[0] == 3 and "2026-01-31: no data" in found[1], found)
    found = ask("check_covshift_runs")
    check("there was a run today", found[0] == 0 and "FILE_AGE OK" in found[1], found)
    os.utime(f"{place.state}/drift.db.monitor.lock", (0, 0))
    check("there was none for long", ask("check_covshift_runs")[0] == 2)


def actions(place):
    """The steps of the workflow, one after the other: what actions do is done by hand."""
    read = subprocess.run(["/usr/bin/python3", "-c", "import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin), sys.stdout)"],
                          input=place.recipes("GitHub Actions")[0], capture_output=True, text=True)
    if "No module named" in read.stderr:
        print("skipped: there is no python3-yaml")
        sys.exit(SKIPPED)
    steps = json.loads(read.stdout)["jobs"]["shift"]["steps"]
    check("every step uses an action or runs a command", all(("uses" in s) != ("run" in s) for s in steps), steps)
    checkout, cache = f"{place.folder}/checkout", f"{place.folder}/cache"
    os.makedirs(cache)
    for which, date, expected in (("null", "2026-01-30", 0), ("prod-west", "2026-01-31", 1)):
        shutil.rmtree(checkout, ignore_errors=True)
        status = 0
        for step in steps:
            action = step.get("uses", "").split("@")[0]
            files = step.get("with", {}).get("path", "").split()
            if action == "actions/checkout":
                shutil.copytree(place.etc, checkout)
                shutil.copy(f"{place.data}/{which}.csv", f"{checkout}/production/{date}.csv")
                with open(f"{checkout}/monitor.yaml", "w", encoding="utf-8") as file:
                    file.write(MONITOR.format(state="."))
            elif action == "actions/cache/restore":
                for name in files:
                    if os.path.exists(f"{cache}/{name}"):
                        shutil.copy(f"{cache}/{name}", checkout)
            elif action == "actions/cache/save":
                check("the database is saved whatever came before", status == 0 or step.get("if") == "always()", step)
                for name in files:
                    shutil.copy(f"{checkout}/{name}", cache)
            elif "run" in step and status == 0:
                environment = {"PATH": f"{os.path.dirname(place.program)}:/usr/bin:/bin", "HOME": place.folder,
                               "SOURCE_DATE_EPOCH": TODAY if which == "null" else str(int(TODAY) + 86400)}
                done = subprocess.run(["bash", "-e", "-c", step["run"]], cwd=checkout, env=environment, capture_output=True, text=True, timeout=120)
                status = done.returncode
                check(f"{which}: the step ends with {expected}", status == expected, done)
    runs = subprocess.run([place.program, "report", "--list", "--format", "csv", "--db", f"{cache}/drift.db"], capture_output=True, text=True)
    check("the database has both nights", len(runs.stdout.splitlines()) == 3, runs)


def main(program, data, document, recipe):
    os.environ["PATH"] += ":/usr/sbin:/usr/lib/nagios/plugins"
    with tempfile.TemporaryDirectory(prefix="covshift-ops-") as folder:
        os.chmod(folder, 0o755)
        place = Place(os.path.abspath(program), os.path.abspath(data), document, folder)
        {"cron": cron, "systemd": systemd, "prometheus": prometheus, "nagios": nagios, "actions": actions}[recipe](place)


main(*sys.argv[1:])
