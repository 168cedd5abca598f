// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a history: the runs, and a chart for each series that is scrolled to.
"use strict";

function buildHistory(main) {
    const runs = DATA.runs;
    const last = runs.length > 0 ? runs[runs.length - 1] : null;
    const title = `${count(runs.length)} recorded run${runs.length === 1 ? "" : "s"}`;
    main.replaceChildren(make(`header.top.card.v${last ? last[2] : 0}`, {}, last ? verdictOf(last[2]) : "", make("h1", {}, title),
        last ? make("p.soft", {}, `run ${runs[0][0]}, ${runs[0][3]}, to run ${last[0]}, ${last[3]}`) : "", runs.length > 400 ? "" : runStrip() || ""),
    ...(DATA.history.length > 0 ? [seriesSection()] : []), runsSection(), missedSection() || "");
}

// Large charts that are out of sight wait until they are scrolled to, or printed.
function startWhenSeen(cards) {
    const waiting = new Set(cards);
    const start = card => {
        if (waiting.delete(card))
            card.start();
    };
    const observer = new IntersectionObserver(entries => entries.filter(e => e.isIntersecting).forEach(e => {
        observer.unobserve(e.target);
        start(e.target);
    }), {rootMargin: "300px"});
    cards.forEach(card => observer.observe(card));
    window.addEventListener("beforeprint", () => [...waiting].forEach(start));
}

function seriesSection() {
    const cards = DATA.history.map(series => {
        const card = chartCard("", () => historyChart(DATA.runs, series.v, series.w, [series.warn, series.alert], DATA.runs.length - 1));
        card.firstChild.replaceWith(make("h3.series", {}, verdictOf(series.verdict), nameOf(series.n), make("span.num", {}, `${series.word} ${series.last}`)));
        card.dataset.name = series.n.toLowerCase();
        return card;
    });
    const search = make("input", {type: "search", placeholder: "Search", "aria-label": "Search by name", oninput: () =>
        cards.forEach(card => {
            card.hidden = !card.dataset.name.includes(search.value.toLowerCase());
        })});
    startWhenSeen(cards);
    return make("section", {}, make("h2", {}, "Values over the runs"),
        DATA.leading ? make("p.soft.small", {}, "Of each the statistic that reaches furthest beyond its threshold in the last run; a page of one subject has all of them.") : null, make("div.bar", {}, search), make("div.charts", {}, ...cards));
}

// The newest first; of very many the last thousand.
function runsSection() {
    const periods = DATA.about.some(run => run[6] !== null);
    const rows = DATA.runs.map((run, i) => [run, DATA.about[i]]).reverse().slice(0, 1000).map(([[id, started, verdict], [source, rows, alert, warn, all, monitor, period]]) =>
        make("tr", {}, make("td.num", {}, String(id)), make("td", {}, started.replace("T", " ").replace("Z", "")), periods ? make("td", {}, make("bdi", {}, period ?? "")) : null,
            make("td", {}, verdictOf(verdict)), make("td.num", {}, count(alert)), make("td.num", {}, count(warn)), make("td.num", {}, count(all)), make("td.num", {}, count(rows)),
            make("td", {}, nameOf(source), monitor === null ? null : make("bdi.soft", {}, monitor))));
    const heads = [["run", "num"], ["started, UTC"], ...(periods ? [["period"]] : []), ["verdict"], ["alert", "num"], ["warn", "num"], ["of", "num"], ["rows", "num"], ["production"]];
    return tableSection("Runs", heads, rows);
}

// Periods that a monitor has tried and has no run of, the latest first; of very many the last thousand.
function missedSection() {
    const rows = DATA.missed.slice(-1000).reverse().map(([period, outcome, monitor, detail]) =>
        make("tr", {}, make("td", {}, make("bdi", {}, period)), make("td", {}, outcome), make("td", {}, make("bdi", {}, monitor)), make("td", {}, make("bdi", {}, detail ?? ""))));
    return rows.length > 0 ? tableSection("Not recorded", [["period"], ["outcome"], ["monitor"], ["why"]], rows) : null;
}

function tableSection(title, heads, rows) {
    return make("section", {}, make("h2", {}, title), make("div.card.scroll", {}, make("table", {}, make("thead", {}, make("tr", {},
        ...heads.map(([word, classes]) => make(classes ? `th.${classes}` : "th", {}, word)))), make("tbody", {}, ...rows))));
}
