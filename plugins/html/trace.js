// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints of a training, one after the other: where the inputs of each layer lie, and how far the
// gradients of its weights turn when the layers before it move. A second series stands beside the first.
"use strict";

const SERIES_COLOURS = ["prod", "low"], SERIES_POINTS = ["circle", "rectRot"];

function checkpointNames(trace) {
    return trace.checkpoints.map(path => tail(path.split("/").pop().replace(/\.onnx$/, ""), 16));
}

// The folder of the checkpoints, where that tells the two series apart.
function seriesName(trace) {
    const folder = t => t.checkpoints[0].split("/").slice(0, -1).pop();
    const own = folder(trace);
    return own && (!DATA.other || folder(DATA.trace) !== folder(DATA.other)) ? tail(own, 24) : trace === DATA.other ? "the other series" : "this series";
}

// Lines over the checkpoints; `lines` has {label, values, tint, dash, point, fill, width}.
function courseChart(names, lines, y, more) {
    return {type: "line", data: {labels: names, datasets: lines.map(l => ({label: l.label, data: l.values.map(x => x !== null && Number.isFinite(x) ? x : null),
        borderColor: colour(l.tint), backgroundColor: l.fill ? colour(l.tint) + "2e" : colour(l.tint), borderWidth: l.width === undefined ? 2 : l.width,
        borderDash: l.dash || [], pointRadius: l.width === 1 || names.length > 40 ? 0 : 3, pointStyle: l.point || "circle", spanGaps: true, tension: 0,
        fill: l.fill || false}))},
    options: options({x: axis("", {grid: {display: false}, ticks: {color: colour("soft"), font: {size: 11}, maxRotation: 45, autoSkip: true}}), y},
        {plugins: {legend: {display: false}, tooltip: {mode: "index", callbacks: {label: item => `${item.dataset.label} ${number(item.parsed.y)}`}}}, ...more})};
}

// Means over the layers that have the course; divided by another one where that is named.
function meanCourse(trace, statistic, per) {
    return trace.checkpoints.map((_, i) => {
        const values = trace.layers.map(l => {
            const x = l.c[statistic] ? l.c[statistic][i] : null;
            return x !== null && per ? x / l.c[per][i] : x;
        }).filter(x => x !== null && Number.isFinite(x));
        return values.length > 0 ? values.reduce((sum, x) => sum + x, 0) / values.length : null;
    });
}

// Of the axis of both series: names that they share, else places.
function commonNames(all) {
    const [longest, other] = all.map(checkpointNames).sort((a, b) => b.length - a.length);
    return !other || other.every((name, i) => name === longest[i]) ? longest : longest.map((_, i) => String(i + 1));
}

function bothCourses(all, of) {
    return all.map((trace, i) => ({label: seriesName(trace), values: of(trace), tint: SERIES_COLOURS[i], point: SERIES_POINTS[i], dash: i > 0 ? [5, 3] : []}));
}

function has(lines) {
    return lines.some(l => l.values.some(x => x !== null));
}

function overviewCards(all) {
    const linear = () => axis("", {ticks: ticks(y => number(y)), suggestedMin: 0});
    const share = () => axis("", {ticks: ticks(y => percent(y)), suggestedMin: 0, suggestedMax: 1});
    const whole = statistic => trace => trace.dataset[statistic] || trace.checkpoints.map(() => null);
    return [
        ["Loss", whole("loss"), linear, null],
        ["Labels right", whole("accuracy"), share, null],
        ["Drift of the layers' inputs since the checkpoint before", t => meanCourse(t, "ks"), linear, "KS distance, mean over layers"],
        ["Drift of the layers' inputs since the first checkpoint", t => meanCourse(t, "ks_first"), linear, "KS distance, mean over layers"],
        ["Internal covariate shift: change of the gradient", t => meanCourse(t, "ics_l2", "gradient_norm"), linear, "L2 norm of the change over that of the gradient, mean over layers"],
        ["Internal covariate shift: cosine of the gradients", t => meanCourse(t, "ics_cosine"), linear, "1: the gradient points where it pointed; mean over layers"],
    ].map(([title, of, y, foot]) => {
        const lines = bothCourses(all, of);
        return has(lines) ? chartCard(title, () => courseChart(commonNames(all), bothCourses(all, of), y()), foot) : null;
    }).filter(c => c);
}

// 70 % of the values lie in the band.
function bandCard(trace, which, layer, range) {
    if (!layer)
        return make("div.card.chart.none", {}, "no layer that goes with the one beside it");
    const tint = SERIES_COLOURS[which];
    const saturated = layer.c.saturation;
    const card = chartCard("", () => courseChart(checkpointNames(trace), [
        {label: "85 %", values: layer.c.p85, tint, width: 1, fill: "+2"},
        {label: "median", values: layer.c.p50, tint, point: SERIES_POINTS[which]},
        {label: "15 %", values: layer.c.p15, tint, width: 1, fill: false},
    ], axis("", {min: range[0], max: range[1], ticks: {...ticks(y => number(y)), includeBounds: false}})),
    saturated ? `saturated: ${percent(saturated[0])} at first, ${percent(saturated[saturated.length - 1])} at last` : null);
    card.firstChild.replaceWith(make("h3.series.two", {}, nameOf(layer.n, plainName(layer.n)), make("span", {}, DATA.other ? seriesName(trace) : "")));
    return card;
}

function rangeOf(layers) {
    const values = layers.flatMap(l => l ? [...l.c.p15, ...l.c.p85] : []).filter(x => x !== null && Number.isFinite(x));
    const low = Math.min(...values), high = Math.max(...values);
    const pad = 0.06 * (high - low) || 1;
    return [low - pad, high + pad];
}

// Layers of the same sort and place stand side by side.
function bandSection(all, title, wanted) {
    const lists = all.map(trace => trace.layers.filter(l => l.c.p50 && wanted(l)));
    const rows = Math.max(...lists.map(list => list.length));
    if (rows === 0)
        return null;
    const cards = [];
    const both = lists.length === 2 && lists.every(list => list.length > 0);
    for (let i = 0; i < rows; i++) {
        const range = rangeOf(lists.map(list => list[i]));
        lists.forEach((list, which) => {
            if (both || list.length > 0)
                cards.push(bandCard(all[which], which, list[i], range));
        });
    }
    return {cards, node: make("section", {}, make("h2", {}, title), make("p.soft.small", {}, "Median, and the band from the 15th to the 85th percentile, of all channels together."),
        make(both ? "div.charts.pairs" : "div.charts", {}, ...cards))};
}

function weightSection(all) {
    const lists = all.map(trace => trace.layers.filter(l => l.c.ics_l2));
    const cards = [];
    for (let i = 0; i < Math.max(...lists.map(list => list.length)); i++) {
        const found = lists.map((list, which) => [list[i], which]).filter(([l]) => l);
        const lines = of => found.map(([l, which]) => ({label: seriesName(all[which]), values: of(l), tint: SERIES_COLOURS[which],
            point: SERIES_POINTS[which], dash: which > 0 ? [5, 3] : []}));
        const relative = l => l.c.ics_l2.map((x, k) => x === null ? null : x / l.c.gradient_norm[k]);
        const names = commonNames(all);
        for (const [word, of, y] of [["change of the gradient", relative, () => axis("", {min: 0, suggestedMax: 0.1, ticks: ticks(v => number(v))})],
            ["cosine", l => l.c.ics_cosine, () => axis("", {suggestedMax: 1, ticks: ticks(v => number(v))})]]) {
            const card = chartCard("", () => courseChart(names, lines(of), y()));
            card.firstChild.replaceWith(make("h3.series.two", {}, nameOf(found[0][0].n, plainName(found[0][0].n)), make("span", {}, word)));
            cards.push(card);
        }
    }
    return cards.length === 0 ? null : {cards, node: make("section", {}, make("h2", {}, "Internal covariate shift of each layer"),
        make("p.soft.small", {}, "How far the gradient in a layer's weights moves when the layers before it take their next step (Santurkar et al. 2018): the L2 norm of the change over that of the gradient, and the cosine of the angle."),
        make("div.charts.pairs", {}, ...cards))};
}

const TRACE_COLUMNS = [["mean", "mean"], ["sd", "variance", Math.sqrt], ["15 %", "p15"], ["median", "p50"], ["85 %", "p85"], ["KS before", "ks"],
    ["W1 before", "wasserstein"], ["KS first", "ks_first"], ["W1 first", "wasserstein_first"], ["gradient", "gradient_norm"], ["its change", "ics_l2"], ["cosine", "ics_cosine"]];

function traceTable(trace, title) {
    const cell = (l, statistic, of) => {
        const course = l.c[statistic];
        return make("td.num", {}, course ? aligned(of && course[course.length - 1] !== null ? of(course[course.length - 1]) : course[course.length - 1]) : "");
    };
    return make("section", {}, make("h2", {}, title), make("div.card.scroll.numbers", {}, make("table.trace", {},
        make("thead", {}, make("tr", {}, make("th", {scope: "col"}, "layer"), ...TRACE_COLUMNS.map(([word]) => make("th.num", {scope: "col"}, word)))),
        make("tbody", {}, ...trace.layers.map(l => make("tr", {}, make("td", {}, nameOf(l.n, plainName(l.n)), make("span.kind", {}, l.k)),
            ...TRACE_COLUMNS.map(([, statistic, of]) => cell(l, statistic, of))))))));
}

function seriesKey(all) {
    return all.length < 2 ? null : make("div.bar", {}, make("span.key", {style: "margin-left:0"}, ...all.map((trace, i) =>
        make("span", {}, make("i", {style: `background:var(--${SERIES_COLOURS[i]})`}), `${seriesName(trace)}, ${trace.checkpoints.length} checkpoints`))));
}

function traceSection() {
    const all = [DATA.trace, DATA.other].filter(t => t);
    const overview = overviewCards(all);
    const parts = [bandSection(all, "Inputs of the activations", l => l.k !== "BatchNormalization"),
        bandSection(all, "Inputs of Batch Normalization", l => l.k === "BatchNormalization"), weightSection(all)].filter(p => p);
    const tables = all.map((trace, i) => traceTable(trace, all.length < 2 ? "At the last checkpoint" : `At the last checkpoint of ${seriesName(all[i])}`));
    const section = make("div", {}, make("section", {}, make("h2", {}, "Over the checkpoints"), seriesKey(all), make("div.charts.wide", {}, ...overview)),
        ...parts.map(p => p.node), ...tables);
    section.start = () => startWhenSeen([...overview, ...parts.flatMap(p => p.cards)].filter(c => c.start));
    return section;
}
