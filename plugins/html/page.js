// SPDX-License-Identifier: GPL-3.0-or-later
// From the data in the document to the page.
"use strict";

const DATA = JSON.parse(document.getElementById("data").textContent);

const SUMMARY = ["n", "missing", "bad", "invalid", "mean", "variance", "skewness", "kurtosis", "minimum", "maximum"];
const MEASUREMENT = ["name", "value", "low", "high", "p", "log10", "adjusted", "warn", "alert", "verdict", "reason"];

function measurements(list) {
    return list.map(flat => {
        const m = Object.fromEntries(MEASUREMENT.map((key, i) => [key, flat[i] === undefined ? null : flat[i]]));
        m.name = DATA.statistics[m.name];
        m.verdict = m.verdict || 0;
        return m;
    });
}

function summary(flat, numbers) {
    const s = Object.fromEntries(SUMMARY.map((key, i) => [key, flat[i]]));
    s.q = numbers ? flat.slice(10, 17) : null;
    s.distinct = flat[17];
    return s;
}

function prepare(f, rank) {
    const numbers = f.k !== "categorical" && f.k !== "boolean" && f.k !== "identifier";
    f.rank = rank;
    f.m = measurements(f.m);
    f.t = summary(f.t, numbers);
    f.p = summary(f.p, numbers);
    f.train = f.tc ? new Curve(f.tc) : null;
    f.prod = f.pc ? new Curve(f.pc) : null;
    f.since = f.h ? streak(f.h.w) : 0;
}

// How many runs in a row, up to the last, were warn or alert.
function streak(verdicts) {
    let n = 0;
    while (n < verdicts.length && verdicts[verdicts.length - 1 - n] >= 3)
        n++;
    return n;
}

function fact(word, ...what) {
    return make("div", {}, make("dt", {}, word), make("dd", {}, ...what));
}

// Of a long path the end, where the file is; of a query the beginning.
function shortSource(source) {
    return source.includes("?") ? source : tail(source, 36);
}

function side(word, [source, rows]) {
    return fact(word, make("bdi.clip", {title: source}, shortSource(source)), make("span.soft", {}, `${count(rows)} row${rows === 1 ? "" : "s"}`));
}

function sinceWhen() {
    const n = streak(DATA.runs.map(r => r[2]));
    if (n === 0)
        return null;
    const first = DATA.runs[DATA.runs.length - n];
    if (n === 1 && DATA.runs.length > 1)
        return fact("Since", "this run", make("div.soft", {}, "the one before had no shift"));
    return DATA.runs.length < 2 ? null : fact("Since", first[3], make("div.soft", {}, `${n === DATA.runs.length ? "at least " : ""}${n} runs, from run ${first[0]}`));
}

function runStrip() {
    if (DATA.runs.length < 2)
        return null;
    return make("div.runs", {role: "img", "aria-label": "verdicts of the last runs"}, ...DATA.runs.map((r, i) =>
        make(`span.v${r[2]}${i === DATA.runs.length - 1 ? ".this" : ""}`, {title: `run ${r[0]}, ${r[3]}: ${WORDS[r[2]]}`})));
}

function singular(text) {
    return text.replace(/(feature|layer)s/, "$1");
}

function about(what) {
    return DATA.network !== null && DATA.network.about === what;
}

function checkpointsFact(word, trace) {
    const [first, last] = [trace.checkpoints[0], trace.checkpoints[trace.checkpoints.length - 1]];
    return fact(word, make("bdi.clip", {title: `${first} … ${last}`}, tail(first, 36)), make("span.soft", {}, `and ${count(trace.checkpoints.length - 1)} more`));
}

function sides() {
    if (about("trace"))
        return [side("Data", DATA.prod), checkpointsFact("Checkpoints", DATA.trace), DATA.other ? checkpointsFact("Beside it", DATA.other) : null];
    return about("gradients") ? [side("Data", DATA.prod)] : [side("Training", DATA.train), side("Production", DATA.prod)];
}

function header() {
    const run = DATA.run;
    return make(`header.top.card.v${DATA.verdict}`, {},
        make("div.verdict", {}, make("i", {"aria-hidden": "true"}, SIGNS[DATA.verdict]), WORDS[DATA.verdict].toUpperCase()),
        make("h1", {}, DATA.conclusion),
        DATA.reason && !singular(DATA.conclusion).startsWith(singular(DATA.reason).replace(/, the first is .*/s, "")) ? make("p.soft", {}, DATA.reason) : null,
        make("dl.facts", {}, ...sides(), fact("Run", run.id === null ? "not recorded" : String(run.id), run.period ? make("div", {}, make("bdi", {}, run.period)) : null, make("div.soft", {}, run.started.replace("T", " ").replace("Z", " UTC"))),
            ...networkFacts(), run.monitor ? fact("Monitor", make("bdi.clip", {}, run.monitor)) : null, sinceWhen()),
        runStrip());
}

function againstSection() {
    if (!DATA.against)
        return null;
    const lists = [["new", "New"], ["worse", "Worse"], ["better", "Better"], ["gone", "Gone"], ["same", "As before"]]
        .filter(([key]) => DATA.against[key].length > 0);
    return make("section", {}, make("h2", {}, `Against run ${DATA.against.id}, ${DATA.against.started.slice(0, 10)}`),
        make("div.columns", {}, ...lists.map(([key, word]) => make("div.card.changes", {}, make("h3", {}, `${word} (${DATA.against[key].length})`),
            ...DATA.against[key].slice(0, 200).map(([name, text]) => make("div", {}, make("bdi.clip.name", {title: name}, name), make("span.soft", {}, text)))))));
}

function notesSection() {
    if (DATA.messages.length === 0)
        return null;
    return make("section", {}, make("h2", {}, "Notes"), make("ul.card.notes", {}, ...DATA.messages.map(([level, subject, text]) =>
        make("li", {}, make("b", {}, subject === null ? make("span", {}, "data") : nameOf(subject)), level === "info" ? "" : `${level}: `, text))));
}

function footer() {
    return make("footer", {}, DATA.power ? make("p", {}, DATA.power) : null,
        make("p", {}, `covshift ${DATA.run.version}, seed ${DATA.run.seed}.`, about("gradients") || about("trace") ? ""
            : " Reach: the effect as a multiple of its alert threshold, which the small line marks; the bar ends at nine times."));
}

function networkSection() {
    if (!DATA.network || DATA.features.length === 0 && !about("trace"))
        return null;
    return about("trace") ? traceSection() : about("gradients") ? gradientsSection() : layersSection();
}

function buildReport(main) {
    DATA.dataset.m = measurements(DATA.dataset.m);
    DATA.features.forEach(prepare);
    findFolders(about("trace") ? DATA.trace.layers : DATA.network ? DATA.features : []);
    const network = networkSection();
    const table = DATA.features.length > 0 && !about("gradients") && !about("trace") ? featureTable(DATA.features) : null;
    main.replaceChildren(...[header(), againstSection(), network, table, harmSection(), jointSection(), notesSection(), footer()].filter(s => s));
    if (network)
        network.start();
    const first = DATA.features[0];
    if (first && !DATA.network && (first.v >= 3 || DATA.features.length === 1))
        toggle(first, first.row);
}

function paper(on) {
    document.documentElement.classList.toggle("paper", on);
    redraw();
}

document.addEventListener("DOMContentLoaded", () => {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    (DATA.history ? buildHistory : buildReport)(document.querySelector("main"));
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    window.addEventListener("beforeprint", () => paper(true));
    window.addEventListener("afterprint", () => paper(false));
    document.documentElement.dataset.ready = "yes";
});
