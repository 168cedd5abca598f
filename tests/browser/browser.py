# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium, driven through its DevTools protocol."""
import asyncio
import base64
import contextlib
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import urllib.request

import websockets


def find():
    return shutil.which("chromium")


class Page:
    """One page. What it says on its console, and what it asks of the network, is kept."""

    def __init__(self, socket):
        self.socket = socket
        self.numbers = itertools.count(1)
        self.waiting = {}
        self.complaints, self.requests = [], []

    async def listen(self):
        async for text in self.socket:
            message = json.loads(text)
            if message.get("id") in self.waiting:
                self.waiting.pop(message["id"]).set_result(message)
            else:
                self.note(message.get("method"), message.get("params", {}))

    def note(self, method, params):
        if method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(params["args"]))
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning") \
                and "getImageData" not in params["entry"]["text"]: # which is this test itself
            self.complaints.append(params["entry"]["text"])
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("dialog: " + params["message"])
        elif method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])

    async def call(self, method, **params):
        number = next(self.numbers)
        answer = self.waiting[number] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        message = await asyncio.wait_for(answer, 60)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    async def evaluate(self, expression):
        result = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", expression))
        return result["result"].get("value")

    async def open(self, path, width=1280, height=900, dark=False, phone=False):
        """Milliseconds from the navigation until the page was painted."""
        self.complaints.clear()
        self.requests.clear()
        await self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=2 if phone else 1,
                        mobile=phone)
        await self.call("Emulation.setEmulatedMedia", media="", features=[
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        await self.call("Page.navigate", url="file://" + os.path.abspath(path))
        for _ in range(600):
            if await self.evaluate("document.readyState === 'complete' && document.documentElement.dataset.ready === 'yes'"):
                break
            await asyncio.sleep(0.05)
        return await self.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))")

    async def click(self, selector, index=0):
        """A real click in the middle of the element."""
        box = await self.evaluate(
            f"(() => {{ const e = document.querySelectorAll({json.dumps(selector)})[{index}];"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()")
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)

    async def type(self, text):
        await self.call("Input.insertText", text=text)

    async def screenshot(self, path, whole=True):
        shot = await self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(shot["data"]))

    async def pdf(self):
        printed = await self.call("Page.printToPDF", printBackground=True)
        return base64.b64decode(printed["data"])


def first_target(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
        return next(t for t in json.load(answer) if t["type"] == "page")["webSocketDebuggerUrl"]


async def wait_for_port(profile):
    path = os.path.join(profile, "DevToolsActivePort")
    for _ in range(600):
        with contextlib.suppress(OSError, IndexError, ValueError):
            with open(path, encoding="ascii") as file:
                return int(file.read().split("\n")[0])
        await asyncio.sleep(0.1)
    raise RuntimeError("the browser does not start")


@contextlib.asynccontextmanager
async def page():
    """A page of a browser that ends with it."""
    with tempfile.TemporaryDirectory(prefix="covshift-browser-", ignore_cleanup_errors=True) as profile:
        browser = subprocess.Popen(
            [find(), "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--disable-dev-shm-usage",
             "--no-first-run", "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": profile})
        try:
            port = await wait_for_port(profile)
            async with websockets.connect(first_target(port), max_size=None, ping_interval=None) as socket:
                driven = Page(socket)
                listener = asyncio.create_task(driven.listen())
                for domain in ("Page", "Runtime", "Log", "Network"):
                    await driven.call(f"{domain}.enable")
                yield driven
                listener.cancel()
        finally:
            browser.terminate()
            browser.wait(timeout=30)
