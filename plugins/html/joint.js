// SPDX-License-Identifier: GPL-3.0-or-later
// All features together: the joint statistics, which features carry them, and correlations.
"use strict";

function jointSection() {
    if (DATA.dataset.m.length === 0)
        return null;
    const cards = [make("div.card", {}, make("h3", {}, about("trace") ? "At the last checkpoint" : about("gradients") ? "The gradient, the loss and the labels" : DATA.network ? "How its outputs changed" : "How well the sides can be told apart, and how far they lie"),
        jointTable(DATA.dataset.m))];
    for (const [statistic, title] of [["mcc", "What the classifier tells the sides apart by"],
        ["whitened_mean", "What the whitened mean is carried by"],
        ["whitened_covariance", "What the whitened covariance is carried by"]]) {
        const shares = DATA.attributions.filter(a => a[0] === statistic);
        if (shares.length > 0)
            cards.push(make("div.card", {}, make("h3", {}, title), ...shares.slice(0, 10).map(shareBar)));
    }
    const heat = heatMap(DATA.correlations);
    return make("section", {}, make("h2", {}, about("gradients") || about("trace") ? "The network as a whole" : DATA.network ? "What the network answers" : "All features together"), make("div.columns", {}, ...cards), heat);
}

function jointTable(measurements) {
    const rows = measurements.map(m => make(`tr.v${m.verdict}`, {title: m.reason},
        make("td", {}, m.verdict > 0 ? make("span.verdict", {}, SIGNS[m.verdict] + " ") : "", m.name.replaceAll("_", " ")),
        make("td.num", {}, number(m.value)),
        make("td.num", {}, m.low === null ? "" : `${number(m.low)} … ${number(m.high)}`),
        make("td.num", {}, m.p === null ? "" : probability(m.p, m.log10))));
    return make("table.tight", {}, make("thead", {}, make("tr", {}, make("th", {}, "statistic"), make("th.num", {}, "value"),
        make("th.num", {}, "95 % interval"), make("th.num", {}, "p"))), make("tbody", {}, ...rows));
}

function shareBar([, name, share]) {
    return make("div.share", {}, nameOf(name), make("span.track", {}, make("i", {style: `width:${(100 * share).toFixed(1)}%`})),
        make("span.num", {}, percent(share)));
}

// Blue where the correlation rose, orange where it fell.
function tint(x) {
    if (x === null)
        return "background:var(--line)";
    const strength = Math.min(100, Math.round(100 * Math.abs(x)));
    return `background:color-mix(in srgb, var(--${x < 0 ? "low" : "high"}) ${strength}%, var(--card))${strength > 55 ? ";color:#fff" : ""}`;
}

function heatMap(pairs) {
    if (pairs.length === 0)
        return null;
    const names = [...new Set(pairs.flatMap(([x, y]) => [x, y]))];
    const of = new Map(pairs.flatMap(p => [[`${names.indexOf(p[0])},${names.indexOf(p[1])}`, p], [`${names.indexOf(p[1])},${names.indexOf(p[0])}`, p]]));
    const views = {
        change: p => p[2] === null || p[3] === null ? null : p[3] - p[2],
        training: p => p[2],
        production: p => p[3],
    };
    const grid = make("div.heat", {style: `grid-template-columns:auto repeat(${names.length}, 26px)`});
    const draw = view => {
        grid.replaceChildren(make("span.row", {}), ...names.map(n => make("bdi.col.clip", {title: n}, n)));
        names.forEach((row, i) => {
            grid.append(make("bdi.row.clip", {title: row}, row));
            names.forEach((column, j) => {
                const p = of.get(`${i},${j}`);
                const x = p ? views[view](p) : null;
                grid.append(p ? make("span", {style: tint(x), title: `${row} and ${column}: ${number(p[2])} in training, ${number(p[3])} in production`},
                    x !== null && Math.abs(x) >= 0.1 ? number(x, 1).replace("0.", ".") : "") : make("span", {}));
            });
        });
    };
    const chips = Object.keys(views).map(view => make("button.chip", {type: "button", "aria-pressed": String(view === "change"), onclick: event => {
        chips.forEach(c => c.setAttribute("aria-pressed", String(c === event.currentTarget)));
        draw(view);
    }}, view));
    draw("change");
    return make("div.card.maps", {},
        make("h3", {}, "Correlations of the features where they changed most"), make("div.bar", {}, ...chips),
        make("div.scroll", {}, grid), make("div.scale", {}, "−1", make("i", {}), "+1"));
}
