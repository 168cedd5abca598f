// SPDX-License-Identifier: GPL-3.0-or-later
// A network: what each layer shows in forward order, and a heat map of its channels.
"use strict";

function networkFacts() {
    const network = DATA.network;
    if (!network)
        return [];
    const [before, after] = network.accuracy;
    return [fact("Network", make("bdi.clip", {title: network.name}, network.name), make("span.soft", {}, `${count(network.bytes)} bytes`)),
        network.first === null ? null : fact("First shifted layer", make("bdi.clip", {title: network.first}, network.first)),
        before === null && after === null ? null : fact("Labels right", `${percent(before)} → ${percent(after)}`)].filter(f => f);
}

function valueOf(layer, statistic) {
    const m = layer.m.find(found => found.name === statistic);
    return m && Number.isFinite(m.value) ? m.value : null;
}

// A bar for each layer, coloured by its verdict or plain; the first shifted one has a frame.
function layerChart(title, statistics, scale, foot) {
    const layers = DATA.features;
    const shown = statistics.filter(s => layers.some(l => valueOf(l, s) !== null));
    if (shown.length === 0)
        return null;
    const tints = ["none", "ok", "inconclusive", "warn", "alert"];
    const plain = ["prod", "train", "inconclusive"];
    const short = name => name.length > 18 ? "…" + name.slice(-17) : name;
    return chartCard(title, () => ({type: "bar", data: {labels: layers.map(l => short(l.n)), datasets: shown.map((s, i) => ({
        label: s.replaceAll("_", " "),
        data: layers.map(l => {
            const x = valueOf(l, s);
            return x === null ? null : Math.abs(x);
        }),
        backgroundColor: shown.length === 1 && scale.byVerdict ? layers.map(l => colour(tints[l.v])) : colour(plain[i]),
        borderColor: colour("ink"), borderWidth: layers.map(l => l.n === DATA.network.first ? 2 : 0), borderRadius: 2,
    }))}, options: options({
        x: axis("", {grid: {display: false}, ticks: {color: colour("soft"), font: {size: 10.5}, maxRotation: 60, autoSkip: true}}),
        y: axis("", scale.log ? {type: "logarithmic", ticks: ticks(y => number(y, 1))}
            : {beginAtZero: true, ticks: ticks(y => scale.share ? percent(y) : number(y))}),
    }, {plugins: {legend: {display: shown.length > 1, labels: {color: colour("soft"), boxWidth: 12}}, tooltip: {callbacks: {
        title: items => items.length ? layers[items[0].dataIndex].n : "",
        label: item => `${item.dataset.label} ${scale.share ? percent(item.raw) : number(item.raw)}`}}}})}), foot);
}

// One line of cells for each layer; lines are as wide as each other whatever the number of channels.
function channelMap(statistic) {
    const found = DATA.features.map(l => [l, l.cv.find(([s]) => DATA.statistics[s] === statistic)]).filter(([, values]) => values);
    const canvas = make("canvas", {role: "img", "aria-label": `${statistic} of every channel`, style: "width:100%;display:block"});
    const height = 18;
    // Ratios count by their logarithm: twice as much is as far as half as much.
    const ratio = statistic.endsWith("ratio");
    const depth = x => x === null ? null : ratio ? Math.log2(x) : x;
    const rows = found.map(([l, [, values]]) => [l, values.map(depth)]);
    const sizes = rows.flatMap(([, values]) => values.filter(x => x !== null && Number.isFinite(x)).map(Math.abs)).sort((a, b) => a - b);
    const top = sizes[Math.floor(0.98 * (sizes.length - 1))] || 1;
    const card = make("div.card.layers", {}, make("h3", {}, `${statistic.replaceAll("_", " ")} of every channel`),
        make("div.channels", {}, make("div", {}, ...rows.map(([l]) => make("bdi.clip", {title: l.n}, l.n))), canvas),
        make("div.scale", {}, ratio ? `÷ ${number(2 ** top)}` : `−${number(top)}`, make("i", {}), ratio ? `× ${number(2 ** top)}` : `+${number(top)}`));
    card.start = () => {
        const width = Math.max(300, canvas.clientWidth), dense = window.devicePixelRatio || 1;
        canvas.width = width * dense;
        canvas.height = rows.length * height * dense;
        canvas.style.height = `${rows.length * height}px`;
        const context = canvas.getContext("2d");
        context.scale(dense, dense);
        rows.forEach(([, values], row) => values.forEach((x, i) => {
            const step = width / values.length;
            context.globalAlpha = x === null || !Number.isFinite(x) ? 1 : Math.min(1, Math.abs(x) / top);
            context.fillStyle = colour(x === null ? "line" : x < 0 ? "low" : "high");
            context.fillRect(i * step, row * height, step > 3 ? step - 1 : step, height - 2);
        }));
    };
    return card;
}

function layersSection() {
    if (!DATA.network || DATA.features.length === 0)
        return null;
    const framed = DATA.network.first === null ? "no layer shifted" : `framed: ${DATA.network.first.slice(0, 60)}, where it enters`;
    const charts = [
        layerChart("Shift of the mean, in training standard deviations", ["mean_shift"], {byVerdict: true}, framed),
        layerChart("Variance, as a multiple of training's", ["variance_ratio"], {log: true, byVerdict: true}, "logarithmic scale"),
        layerChart("Against the stored running statistics", ["bn_mean_shift", "bn_divergence"], {}, null),
        layerChart("Saturated activations and dead units", ["saturation", "dead_share"], {share: true}, null),
        layerChart("Gradient norm", ["gradient_norm"], {log: true}, "logarithmic scale"),
        layerChart("Internal covariate shift", ["ics_l2"], {log: true}, "logarithmic scale"),
    ].filter(c => c);
    const statistics = [...new Set(DATA.features.flatMap(l => l.cv.map(([s]) => DATA.statistics[s])))];
    const maps = statistics.map(channelMap);
    const section = make("section", {}, make("h2", {}, "Through the network"), make("div.charts", {}, ...charts),
        make("div.columns", {style: "margin-top:12px"}, ...maps));
    section.start = () => [...charts, ...maps].forEach(c => c.start());
    return section;
}
