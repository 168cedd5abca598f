// SPDX-License-Identifier: GPL-3.0-or-later
// A network: what each layer shows in forward order, and a heat map of its channels.
"use strict";

function networkFacts() {
    const network = DATA.network;
    if (!network)
        return [];
    const [before, after] = network.accuracy;
    return [fact("Network", make("bdi.clip", {title: network.name}, shortSource(network.name)), make("span.soft", {}, `${count(network.bytes)} bytes`)),
        network.first === null ? null : fact("First shifted layer", make("bdi.clip", {title: network.first}, network.first)),
        before === null && after === null ? null
            : fact("Labels right", about("gradients") || about("trace") ? percent(after) : `${percent(before)} → ${percent(after)}`)].filter(f => f);
}

function valueOf(layer, statistic) {
    const m = layer.m.find(found => found.name === statistic);
    return m && Number.isFinite(m.value) ? m.value : null;
}

// "/net/features/features.0/features.0.1/BatchNormalization" as "features.0.1/BN": without the folders
// that all layers lie in, and without parts that the next one repeats.
function plainName(name) {
    const parts = name.split("/");
    const kept = parts.filter((part, i) => i + 1 === parts.length || part !== "" && !parts[i + 1].startsWith(`${part}.`) && parts[i + 1] !== part);
    return (parts[0] === "" ? kept.slice(plainName.folders) : kept).join("/").replace("BatchNormalization", "BN");
}

function findFolders(layers) {
    plainName.folders = 0;
    const names = layers.filter(l => l.n.startsWith("/")).map(l => plainName(l.n).split("/"));
    const same = i => names.length > 1 && names.every(parts => parts.length > i + 1 && parts[i] === names[0][i]);
    let n = 0;
    while (same(n))
        n++;
    plainName.folders = n;
}

function tail(text, most) {
    return text.length > most ? `…${text.slice(1 - most)}` : text;
}

function shortLayer(name) {
    return tail(plainName(name), 18);
}

function layerAxis() {
    return axis("", {grid: {display: false}, ticks: {color: colour("soft"), font: {size: 10.5}, maxRotation: 60, autoSkip: true}});
}

// A bar for each layer, coloured by its verdict or plain; the first shifted one has a frame.
function layerChart(title, statistics, scale, foot) {
    const layers = DATA.features.filter(l => statistics.some(s => valueOf(l, s) !== null));
    const shown = statistics.filter(s => DATA.features.some(l => valueOf(l, s) !== null));
    if (shown.length === 0)
        return null;
    const tints = ["none", "ok", "inconclusive", "warn", "alert"];
    const plain = ["prod", "train", "inconclusive"];
    return chartCard(title, () => ({type: "bar", data: {labels: layers.map(l => shortLayer(l.n)), datasets: shown.map((s, i) => ({
        label: s.replaceAll("_", " "),
        data: layers.map(l => {
            const x = valueOf(l, s);
            return x === null ? null : Math.abs(x);
        }),
        backgroundColor: shown.length === 1 && scale.byVerdict ? layers.map(l => colour(tints[l.v])) : colour(plain[i]),
        borderColor: colour("ink"), borderWidth: layers.map(l => l.n === DATA.network.first ? 2 : 0), borderRadius: 2,
    }))}, options: options({
        x: layerAxis(),
        y: scale.log ? logAxis() : axis("", {beginAtZero: true, ticks: ticks(y => scale.share ? percent(y) : number(y))}),
    }, {plugins: {legend: {display: shown.length > 1, labels: {color: colour("soft"), boxWidth: 12}}, tooltip: {callbacks: {
        title: items => items.length ? layers[items[0].dataIndex].n : "",
        label: item => `${item.dataset.label} ${scale.share ? percent(item.raw) : number(item.raw)}`}}}})}), foot);
}

// One line of cells for each layer; lines are as wide as each other whatever the number of channels.
function channelMap(statistic) {
    const found = DATA.features.map(l => [l, l.cv.find(([s]) => DATA.statistics[s] === statistic)]).filter(([, values]) => values);
    const canvas = make("canvas", {role: "img", "aria-label": `${statistic} of every channel`, style: "width:100%;display:block"});
    const height = found.length > 40 ? 11 : 18;
    // Ratios count by their logarithm: twice as much is as far as half as much.
    const ratio = statistic.endsWith("ratio");
    const depth = x => x === null ? null : ratio ? Math.log2(x) : x;
    const rows = found.map(([l, [, values]]) => [l, values.map(depth)]);
    const sizes = rows.flatMap(([, values]) => values.filter(x => x !== null && Number.isFinite(x)).map(Math.abs)).sort((a, b) => a - b);
    const top = sizes[Math.floor(0.98 * (sizes.length - 1))] || 1;
    // Where a few channels are far beyond the most, a logarithmic scale from the median on leaves the others to be seen.
    const middle = sizes[Math.floor(0.5 * sizes.length)] || top, bent = top > 4 * middle;
    const strength = x => Math.min(1, bent ? Math.log1p(x / middle) / Math.log1p(top / middle) : x / top);
    const signed = ratio || rows.some(([, values]) => values.some(x => x < 0));
    const map = make("div", {}, make("div.channels", {style: `--line-height:${height}px`},
        make("div", {}, ...rows.map(([l]) => make("bdi.clip", {title: l.n.slice(0, 300)}, tail(plainName(l.n), 26)))), canvas),
    make("div.scale", {}, !signed ? "0" : ratio ? `÷ ${number(2 ** top)}` : `−${number(top)}`, make(signed ? "i" : "i.up", {}),
        ratio ? `× ${number(2 ** top)}` : signed ? `+${number(top)}` : number(top),
        bent ? make("span.soft", {}, ` logarithmic; half of the channels are within ${ratio ? `× ${number(2 ** middle)}` : number(middle)}`) : ""));
    map.start = () => {
        const width = Math.max(200, canvas.clientWidth), dense = window.devicePixelRatio || 1;
        canvas.width = width * dense;
        canvas.height = rows.length * height * dense;
        canvas.style.height = `${rows.length * height}px`;
        const context = canvas.getContext("2d");
        context.scale(dense, dense);
        rows.forEach(([, values], row) => values.forEach((x, i) => {
            const step = width / values.length;
            context.globalAlpha = x === null || !Number.isFinite(x) ? 1 : strength(Math.abs(x));
            context.fillStyle = colour(x === null ? "line" : x < 0 ? "low" : "high");
            context.fillRect(i * step, row * height, step > 3 ? step - 1 : step, height - 2);
        }));
    };
    return map;
}

// The maps of all statistics, one at a time.
function channelMaps() {
    const statistics = [...new Set(DATA.features.flatMap(l => l.cv.map(([s]) => DATA.statistics[s])))];
    if (statistics.length === 0)
        return null;
    const place = make("div", {});
    const show = statistic => {
        const map = channelMap(statistic);
        place.replaceChildren(map);
        map.start();
    };
    const chips = statistics.map((statistic, i) => make("button.chip", {type: "button", "aria-pressed": String(i === 0), onclick: event => {
        chips.forEach(c => c.setAttribute("aria-pressed", String(c === event.currentTarget)));
        show(statistic);
    }}, statistic.replaceAll("_", " ")));
    const card = make("div.card.maps", {}, make("h3", {}, "Channel by channel"), make("div.bar", {}, ...chips), place);
    const shown = () => statistics[chips.findIndex(c => c.getAttribute("aria-pressed") === "true")];
    card.start = () => {
        show(shown());
        REDRAWN.push(() => show(shown()));
    };
    return card;
}

function layersSection() {
    const framed = DATA.network.first === null ? "no layer shifted" : `framed: ${tail(plainName(DATA.network.first), 60)}, where it enters`;
    const charts = [
        layerChart("Shift of the mean, in training standard deviations", ["mean_shift"], {byVerdict: true}, framed),
        layerChart("Variance, as a multiple of training's", ["variance_ratio"], {log: true, byVerdict: true}, "logarithmic scale"),
        layerChart("Shift of the mean from the stored running mean", ["bn_mean_shift"], {}, "in stored standard deviations"),
        layerChart("Divergence from the stored running statistics", ["bn_divergence"], {log: true}, "logarithmic scale"),
        layerChart("Saturated activations and dead units", ["saturation", "dead_share"], {share: true}, null),
    ].filter(c => c);
    const maps = channelMaps();
    const section = make("section", {}, make("h2", {}, "Through the network"),
        make(DATA.features.length > 16 ? "div.charts.wide" : "div.charts.small", {}, ...charts), maps);
    section.start = () => [...charts, maps].filter(c => c).forEach(c => c.start());
    return section;
}

const HARM_COLUMNS = [["harm", aligned], ["mean shift", aligned], ["sensitivity", aligned], ["W1", aligned], ["change of p", aligned], ["of the class", percent]];

// Which shifted feature changes predictions, the most harmful first.
function harmSection() {
    if (!DATA.harm || DATA.harm.length === 0)
        return null;
    return make("section", {}, make("h2", {}, "Features that change predictions"), make("div.card.scroll.numbers", {}, make("table", {id: "harm"},
        make("thead", {}, make("tr", {}, make("th", {scope: "col"}, "feature"), ...HARM_COLUMNS.map(([word]) => make("th.num", {scope: "col"}, word)))),
        make("tbody", {}, ...DATA.harm.map(([name, ...values]) => make("tr", {}, make("td", {}, nameOf(name)),
            ...values.map((x, i) => make("td.num", {}, x === null ? "" : HARM_COLUMNS[i][1](x)))))))),
    make("p.soft.small", {}, "The first 32. Harm: W1 times sensitivity, by how much the feature's drift changes the predicted probability p, to first order; sensitivity: mean size of the gradient of p in the feature. ",
        "Change of p, of the class: what becomes of the predictions where this feature alone is moved back to where training has it."));
}
