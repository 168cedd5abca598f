// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of one feature: pictures, numbers, and why it was judged as it was.
"use strict";

function detailOf(f) {
    const format = f.k === "timestamp" ? moment : number;
    const cards = [...pictures(f, format), historyCard(f)].filter(c => c);
    const panel = make("div.panel", {},
        make("div.title", {}, make("bdi", {}, f.n)),
        make("p.reason", {}, verdictOf(f.v), " ", f.r || (f.v > 0 ? "no shift that is both real and large enough to matter" : "")),
        make("div.charts", {}, ...cards),
        make("div.tables", {}, sidesTable(f, format), statisticsTable(f.m)));
    panel.addEventListener("click", event => event.stopPropagation());
    panel.start = () => cards.forEach(c => c.start());
    return panel;
}

function pictures(f, format) {
    if (f.cat.length > 0)
        return [chartCard("Categories", () => categoriesChart(f.cat, f.t.n, f.p.n),
            f.e ? f.c : null)];
    if (!f.train && !f.prod)
        return [];
    const h = histogram(f.train, f.prod, 40);
    const beyond = h.beyond > 0.0005 ? `up to ${percent(h.beyond)} of a side lies beyond the edges` : null;
    const cards = [chartCard("Histogram", () => histogramChart(h, format), [unitOf(f), beyond].filter(t => t).join("; "))];
    const gap = f.train && f.prod ? widestGap(f.train, f.prod) : null;
    cards.push(chartCard("Distribution functions", () => functionsChart(f.train, f.prod, format),
        gap && Number.isFinite(gap.x) ? `KS gap ${number(gapOf(f, gap))}, at ${format(gap.x)}` : null));
    if (f.train && f.prod)
        cards.push(chartCard("Quantiles against quantiles", () => quantilesChart(f.train, f.prod, format),
            "1 % to 99 %; on the dashed line nothing has changed"));
    return cards;
}

// A layer is drawn with all its channels together; its measured distance is the mean of theirs.
function gapOf(f, gap) {
    const ks = f.m.find(m => m.name === "ks");
    return DATA.network || !ks || ks.value === null ? Math.abs(gap.a - gap.b) : ks.value;
}

function unitOf(f) {
    if (!DATA.network)
        return null;
    return f.k === "BatchNormalization" ? "all channels, in standard deviations of the stored statistics" : "all channels together";
}

function historyCard(f) {
    if (!f.h || f.h.v.length < 2)
        return null;
    return chartCard(`${f.h.word} over the runs`, () => historyChart(DATA.runs, f.h.v, f.h.w, [f.h.warn, f.h.alert], DATA.runs.length - 1),
        f.since > 1 ? `shifted in the last ${f.since} runs` : null);
}

function sidesTable(f, format) {
    const rows = [["usable values", f.t.n, f.p.n, count], ["missing", f.t.missing, f.p.missing, count]];
    for (const [word, key] of [["not finite", "bad"], ["not parsed", "invalid"]])
        if (f.t[key] + f.p[key] > 0)
            rows.push([word, f.t[key], f.p[key], count]);
    if (f.t.q)
        rows.push(["mean", f.t.mean, f.p.mean, format],
            ["standard deviation", Math.sqrt(f.t.variance), Math.sqrt(f.p.variance), number],
            ["minimum", f.t.minimum, f.p.minimum, format],
            ...["1 %", "5 %", "25 %", "median", "75 %", "95 %", "99 %"].map((word, i) => [word, f.t.q[i], f.p.q[i], format]),
            ["maximum", f.t.maximum, f.p.maximum, format],
            ["skewness", f.t.skewness, f.p.skewness, number], ["excess kurtosis", f.t.kurtosis, f.p.kurtosis, number]);
    else
        rows.push(["distinct values", f.t.distinct, f.p.distinct, number]);
    const digits = row => row[3] === number || row[3] === format && format === number ? [4] : [];
    return make("div.card", {}, make("h3", {}, "Both sides"), make("table", {},
        make("thead", {}, make("tr", {}, make("th", {}), make("th.num", {}, "training"), make("th.num", {}, "production"))),
        make("tbody", {}, ...rows.filter(r => [r[1], r[2]].some(x => x !== null && !Number.isNaN(x))).map(r => make("tr", {}, make("td", {}, r[0]),
            ...[r[1], r[2]].map(x => make("td.num", {}, x === null || Number.isNaN(x) ? "–" : r[3](x, ...digits(r)))))))));
}

// Statistics that are undefined for one and the same reason share a line after the others.
function statisticsTable(measurements) {
    const missing = new Map();
    for (const m of measurements)
        if (m.value === null && m.reason && m.verdict === 0)
            missing.set(m.reason, [...missing.get(m.reason) || [], m.name.replaceAll("_", " ")]);
    const shared = m => m.value === null && (missing.get(m.reason) || []).length > 1;
    const rows = measurements.filter(m => !shared(m)).flatMap(m => [make(`tr.v${m.verdict}${m.verdict > 0 ? ".deciding" : ""}`, {},
        make("td", {}, m.verdict > 0 ? make("span.verdict", {title: WORDS[m.verdict]}, SIGNS[m.verdict] + " ") : "", m.name.replaceAll("_", " ")),
        make("td.num", {}, number(m.value)),
        make("td.num", {}, m.low === null && m.high === null ? "" : `${number(m.low)} … ${number(m.high)}`),
        make("td.num", {}, m.p === null ? "" : probability(m.p, m.log10)),
        make("td.num", {}, m.adjusted === null ? "" : probability(m.adjusted, null)),
        make("td.num", {}, m.warn === null ? "" : number(m.warn)),
        make("td.num", {}, m.alert === null ? "" : number(m.alert))),
        m.reason ? make("tr", {}, make("td.why", {colspan: 7}, m.reason)) : null]).filter(row => row);
    const rest = [...missing].filter(([, names]) => names.length > 1).map(([reason, names]) =>
        make("tr", {}, make("td.why", {colspan: 7}, `no ${names.join(", ")}: ${reason}`)));
    const heads = ["value", "95 % interval", "p", "adjusted p", "warn", "alert"].map(word => make("th.num", {}, word));
    return make("div.card", {}, make("h3", {}, "Statistics"), make("table", {},
        make("thead", {}, make("tr", {}, make("th", {}, "statistic"), ...heads)), make("tbody", {}, ...rows, ...rest)));
}
