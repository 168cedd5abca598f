// SPDX-License-Identifier: GPL-3.0-or-later
// A run about gradients: how large they are on their way back through the network, and why.
"use strict";

const NORMS = {gradient_norm: ["in what enters the layer", "prod"], weight_gradient_norm: ["in its weights", "low"]};

function layerTips(format) {
    return {title: items => items.length ? DATA.features[items[0].dataIndex].n : "",
        label: item => `${item.dataset.label} ${format(item.dataset.values[item.dataIndex])}`};
}

// One point for each layer that has the number; on a logarithmic scale 0 and ∞ have no place.
function normsChart(names) {
    const layers = DATA.features;
    return {type: "line", data: {labels: layers.map(l => shortLayer(l.n)), datasets: Object.keys(names).map(statistic => {
        const [label, tint] = names[statistic];
        const values = layers.map(l => valueOf(l, statistic));
        return {label, values, data: values.map(x => x > 0 ? x : null), borderColor: colour(tint), backgroundColor: colour(tint),
            borderWidth: 1.5, pointRadius: layers.length > 60 ? 1.5 : 3, spanGaps: true, tension: 0,
            pointStyle: tint === "low" ? "rectRot" : "circle"};
    })}, options: options({x: layerAxis(), y: logAxis()}, {plugins: {legend: {display: Object.keys(names).length > 1,
        labels: {color: colour("soft"), usePointStyle: true, boxWidth: 7, boxHeight: 7}}, tooltip: {callbacks: layerTips(number)}}})};
}

// Bars that begin at 1: down where a layer makes the gradient smaller, up where larger.
function factorsChart() {
    const layers = DATA.features;
    const values = layers.map(l => valueOf(l, "gradient_factor"));
    return {type: "bar", data: {labels: layers.map(l => shortLayer(l.n)), datasets: [{label: "times", values,
        data: values.map(x => x > 0 ? x : null), base: 1, borderRadius: 2, minBarLength: 1,
        backgroundColor: layers.map(l => colour(l.v >= 3 ? "alert" : "train"))}]},
    options: options({x: layerAxis(), y: logAxis({suggestedMin: 0.9, suggestedMax: 1.1})}, {plugins: {legend: {display: false}, tooltip: {callbacks: layerTips(number)}}})};
}

function sharesChart() {
    const layers = DATA.features.filter(l => valueOf(l, "saturation") !== null || valueOf(l, "mean_slope") !== null);
    const side = (label, statistic, tint) => ({label, values: layers.map(l => valueOf(l, statistic)),
        data: layers.map(l => valueOf(l, statistic)), backgroundColor: colour(tint), borderRadius: 2});
    return {type: "bar", data: {labels: layers.map(l => shortLayer(l.n)),
        datasets: [side("saturated inputs", "saturation", "low"), side("mean slope", "mean_slope", "prod")]},
    options: options({x: layerAxis(), y: axis("", {beginAtZero: true, suggestedMax: 1, ticks: ticks(y => number(y))})},
        {plugins: {legend: {display: true, labels: {color: colour("soft"), boxWidth: 12}}, tooltip: {callbacks: {
            title: items => items.length ? layers[items[0].dataIndex].n : "",
            label: item => `${item.dataset.label} ${item.datasetIndex === 0 ? percent(item.raw) : number(item.raw)}`}}}})};
}

const GRADIENT_COLUMNS = [["gradient", "gradient_norm"], ["factor", "gradient_factor"], ["weight gradient", "weight_gradient_norm"],
    ["weights", "weight_norm"], ["update", "update_ratio"], ["saturated", "saturation", percent], ["slope", "mean_slope"]];

function gradientTable() {
    const shown = GRADIENT_COLUMNS.filter(([, statistic]) => DATA.features.some(l => l.m.some(m => m.name === statistic)));
    const cell = (l, statistic, format) => {
        const m = l.m.find(found => found.name === statistic);
        return make("td.num", {}, m ? (format || aligned)(m.value) : "");
    };
    return make("section", {}, make("h2", {}, "Layers in forward order"), make("div.card.scroll.numbers", {}, make("table", {id: "gradients"},
        make("thead", {}, make("tr", {}, make("th", {scope: "col"}, "verdict"), make("th", {scope: "col"}, "layer"), ...shown.map(([word]) => make("th.num", {scope: "col"}, word)))),
        make("tbody", {}, ...DATA.features.map(l => make(`tr.v${l.v}`, {title: l.r},
            make("td", {}, verdictOf(l.v)), make("td", {}, nameOf(l.n, plainName(l.n)), make("span.kind", {}, l.k)),
            ...shown.map(([, statistic, format]) => cell(l, statistic, format))))))),
    make("p.soft.small", {}, "Norms are of the gradient of the mean loss. Factor: what the layer multiplies the gradient by on its way back. ",
        "Update: norm of the weights' gradient over that of the weights. Saturated: share of inputs where the slope is below a twentieth of the steepest. Slope: its mean."));
}

function gradientsSection() {
    const has = statistic => DATA.features.some(l => valueOf(l, statistic) !== null);
    const lost = DATA.features.filter(l => l.m.some(m => m.name === "gradient_norm" && (m.value === 0 || m.value === null))).length;
    const cards = [
        chartCard("Norm of the gradient", () => normsChart(NORMS), `logarithmic scale; it runs from the right to the left${lost ? `; 0 or not finite in ${lost} layer${lost === 1 ? "" : "s"}` : ""}`),
        chartCard("What each layer multiplies it by", () => factorsChart(), "logarithmic scale; red: what causes the verdict"),
        has("saturation") || has("mean_slope") ? chartCard("Saturation and slope of the activations", () => sharesChart(), null) : null,
        has("update_ratio") ? chartCard("Size of an update, relative to the weights", () => normsChart({update_ratio: ["update", "prod"]}), "logarithmic scale; for a learning rate of 1") : null,
    ].filter(c => c);
    const section = make("section", {}, make("h2", {}, "On the way back through the network"), make("div.charts.wide", {}, ...cards), gradientTable());
    section.start = () => cards.forEach(c => c.start());
    return section;
}
