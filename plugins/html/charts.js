// SPDX-License-Identifier: GPL-3.0-or-later
// The large charts, drawn by Chart.js; those on the page are drawn again when the colours change.
"use strict";

const DRAWN = new Map(); // canvas -> function that gives the configuration
const REDRAWN = []; // what else is drawn again

function chart(canvas, configure) {
    const drawn = DRAWN.get(canvas);
    if (drawn)
        drawn.chart.destroy();
    DRAWN.set(canvas, {configure, chart: new Chart(canvas, configure())});
}

function redraw() {
    for (const [canvas, {configure}] of [...DRAWN])
        if (canvas.isConnected)
            chart(canvas, configure);
        else {
            DRAWN.get(canvas).chart.destroy();
            DRAWN.delete(canvas);
        }
    REDRAWN.forEach(draw => draw());
}

function axis(title, more) {
    return {
        title: {display: Boolean(title), text: title, color: colour("soft"), font: {size: 11}},
        ticks: {color: colour("soft"), font: {size: 11}, maxRotation: 0, autoSkipPadding: 12},
        grid: {color: colour("line"), drawTicks: false, borderColor: colour("line")},
        ...more,
    };
}

function options(scales, more) {
    return {
        animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
        interaction: {mode: "nearest", intersect: false, axis: "x"},
        plugins: {legend: {display: false}, tooltip: {displayColors: false}},
        scales, ...more,
    };
}

function ticks(format) {
    return {color: colour("soft"), font: {size: 11}, maxRotation: 0, autoSkipPadding: 12, maxTicksLimit: 6,
        callback: format};
}

// Ticks at powers of ten, and at twice and five times those where there are few.
function logAxis(more) {
    const label = function (y) {
        const digit = Math.round(y / 10 ** Math.floor(Math.log10(y) + 1e-9));
        return digit === 1 || this.max / this.min < 100 && (digit === 2 || digit === 5) ? number(y, 1) : null;
    };
    return axis("", {type: "logarithmic", ticks: {...ticks(label), maxTicksLimit: 8}, ...more});
}

// A card with a heading, a canvas, and a line below it.
function chartCard(title, configure, foot) {
    const canvas = make("canvas", {role: "img", "aria-label": title});
    const card = make("div.card.chart", {}, make("h3", {}, title), make("div.box", {}, canvas),
        foot ? make("div.foot", {}, foot) : null);
    card.start = () => chart(canvas, configure);
    return card;
}

// Bars of single values stand side by side, those of bins over each other.
function histogramChart(h, format) {
    const edge = i => h.values ? format(h.values[i]) : `${format(h.edges[i])} … ${format(h.edges[i + 1])}`;
    const points = data => h.values ? data : data.map((y, i) => ({x: (h.edges[i] + h.edges[i + 1]) / 2, y}));
    const side = (name, data, alpha) => ({label: name, data: points(data), backgroundColor: colour(name) + alpha,
        borderColor: colour(name), borderWidth: h.values ? 0 : {top: 1.5}, grouped: Boolean(h.values),
        barPercentage: h.values ? .9 : 1, categoryPercentage: h.values ? .8 : 1});
    const x = h.values ? axis("", {grid: {display: false}, ticks: ticks((_, i) => format(h.values[i]))})
        : axis("", {type: "linear", offset: false, min: h.edges[0], max: h.edges[h.edges.length - 1], grid: {display: false}, ticks: ticks(v => format(v))});
    return {type: "bar", data: {labels: h.values, datasets: [side("train", h.train, h.values ? "" : "99"), side("prod", h.prod, h.values ? "" : "88")]},
        options: options({x, y: axis("share of rows", {beginAtZero: true, ticks: ticks(y => percent(y))})},
            {plugins: {legend: {display: false}, tooltip: {mode: "index", displayColors: false, callbacks: {
                title: items => items.length ? edge(items[0].dataIndex) : "",
                label: item => `${item.dataset.label} ${percent(item.parsed.y)}`}}}})};
}

function outline(curve) {
    return curve.v.map((x, i) => ({x, y: curve.s[i]}));
}

function functionsChart(train, prod, format) {
    const curves = [train, prod].filter(c => c);
    const [low, high] = extent(curves);
    const gap = train && prod ? widestGap(train, prod) : null;
    const line = (name, curve) => ({label: name, data: curve ? outline(curve) : [], borderColor: colour(name),
        borderWidth: 2, pointRadius: 0, tension: 0});
    const datasets = [line("train", train), line("prod", prod)];
    if (gap && Number.isFinite(gap.x))
        datasets.push({label: "gap", data: [{x: gap.x, y: gap.a}, {x: gap.x, y: gap.b}], borderColor: colour("mark"),
            borderWidth: 2, borderDash: [4, 3], pointRadius: 3, pointBackgroundColor: colour("mark")});
    return {type: "line", data: {datasets}, options: options({
        x: axis("", {type: "linear", min: low, max: high > low ? high : low + 1, ticks: ticks(x => format(x))}),
        y: axis("share up to x", {min: 0, max: 1, ticks: ticks(y => percent(y))}),
    }, {plugins: {legend: {display: false}, tooltip: {displayColors: false, callbacks: {
        title: items => items.length ? format(items[0].parsed.x) : "",
        label: item => `${item.dataset.label} ${percent(item.parsed.y)}`}}}})};
}

function quantilesChart(train, prod, format) {
    const points = [];
    for (let i = 1; i < 100; i++)
        points.push({x: train.quantile(i / 100), y: prod.quantile(i / 100), p: i});
    const low = Math.min(points[0].x, points[0].y);
    const high = Math.max(points[98].x, points[98].y);
    return {type: "scatter", data: {datasets: [
        {data: points, backgroundColor: colour("prod"), pointRadius: 2.5},
        {type: "line", data: [{x: low, y: low}, {x: high, y: high}], borderColor: colour("train"), borderWidth: 1.5,
            borderDash: [5, 4], pointRadius: 0},
    ]}, options: options({
        x: axis("training quantile", {type: "linear", ticks: ticks(x => format(x))}),
        y: axis("production quantile", {ticks: ticks(y => format(y))}),
    }, {plugins: {legend: {display: false}, tooltip: {displayColors: false, filter: item => item.datasetIndex === 0,
        callbacks: {label: item => `${item.raw.p} %: ${format(item.raw.x)} → ${format(item.raw.y)}`}}}})};
}

function categoriesChart(categories, nTrain, nProd) {
    const short = name => name === "" ? "(empty)" : name.length > 22 ? name.slice(0, 21) + "…" : name;
    const rows = categories.map(([name, t, p]) => [short(name), nTrain ? t / nTrain : 0, nProd ? p / nProd : 0]);
    const rest = side => Math.max(0, 1 - rows.reduce((sum, row) => sum + row[side], 0));
    if (rest(1) > 1e-9 || rest(2) > 1e-9)
        rows.push(["(all others)", nTrain ? rest(1) : 0, nProd ? rest(2) : 0]);
    const side = (name, i) => ({label: name, data: rows.map(r => r[i]), backgroundColor: colour(name), borderRadius: 2,
        barPercentage: .9, categoryPercentage: .75});
    return {type: "bar", data: {labels: rows.map(r => r[0]), datasets: [side("train", 1), side("prod", 2)]},
        options: options({
            x: axis("share of rows", {beginAtZero: true, ticks: ticks(x => percent(x))}),
            y: axis("", {grid: {display: false}, ticks: {color: colour("soft"), font: {size: 11}, autoSkip: false}}),
        }, {indexAxis: "y", interaction: {mode: "index", axis: "y", intersect: false},
            plugins: {legend: {display: false}, tooltip: {callbacks: {label: i => `${i.dataset.label} ${percent(i.raw)}`}}}})};
}

// Days of the runs, or their numbers where a day has more than one.
function runNames(runs) {
    const days = runs.map(r => r[3]);
    return new Set(days).size === days.length ? days : runs.map(r => `run ${r[0]}`);
}

// Values over runs, with thresholds; the run of the report has a ring.
function historyChart(runs, values, verdicts, thresholds, current) {
    const tints = ["none", "ok", "inconclusive", "warn", "alert"];
    const many = runs.length > 120;
    const names = runNames(runs);
    const flat = (name, y) => ({label: name, data: runs.map(() => y), borderColor: colour(name), borderWidth: 1,
        borderDash: [5, 4], pointRadius: 0});
    const datasets = [{label: "value", data: values, borderColor: colour("train"), borderWidth: 1.5, spanGaps: true, tension: 0,
        pointRadius: runs.map((_, i) => i === current ? 6 : many ? 0 : 3),
        pointBackgroundColor: verdicts.map(v => colour(tints[v || 0])),
        pointBorderColor: runs.map((_, i) => i === current ? colour("ink") : "transparent"),
        pointBorderWidth: runs.map((_, i) => i === current ? 2 : 0)}];
    if (thresholds[0] !== null)
        datasets.push(flat("warn", thresholds[0]));
    if (thresholds[1] !== null)
        datasets.push(flat("alert", thresholds[1]));
    return {type: "line", data: {labels: names, datasets}, options: options({
        x: axis("", {ticks: {...ticks((_, i) => names[i]), maxTicksLimit: 3}, grid: {display: false}}),
        y: axis("", {ticks: ticks(y => number(y)), suggestedMin: 0}),
    }, {plugins: {legend: {display: false}, tooltip: {displayColors: false, filter: item => item.datasetIndex === 0, callbacks: {
        title: items => items.length ? `run ${runs[items[0].dataIndex][0]}, ${runs[items[0].dataIndex][3]}` : "",
        label: item => number(item.raw)}}}})};
}
