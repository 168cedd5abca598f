// SPDX-License-Identifier: GPL-3.0-or-later
// Elements and numbers. Foreign names only ever become text nodes.
"use strict";

const SIGNS = ["", "✓", "?", "◆", "▲"];
const WORDS = ["", "ok", "inconclusive", "warn", "alert"];

// make("td.num", {title}, "text", child, …)
function make(what, attributes, ...children) {
    const [tag, ...classes] = what.split(".");
    const element = document.createElement(tag);
    if (classes.length > 0)
        element.className = classes.join(" ");
    for (const [key, value] of Object.entries(attributes || {}))
        if (key.startsWith("on"))
            element.addEventListener(key.slice(2), value);
        else if (value !== null && value !== undefined && value !== false)
            element.setAttribute(key, value === true ? "" : value);
    element.append(...children.filter(c => c !== null && c !== undefined && c !== false));
    return element;
}

// An SVG element from markup made of our own numbers.
function drawing(width, height, body, label) {
    const holder = document.createElement("div");
    holder.innerHTML = `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${body}</svg>`;
    return holder.firstChild;
}

function verdictOf(verdict) {
    return make(`span.verdict.v${verdict}`, {}, make("i", {"aria-hidden": "true"}, SIGNS[verdict]), WORDS[verdict]);
}

// A name on one line, cut at the end of its place; whole in its title.
function nameOf(name, shown = name) {
    return make("bdi.clip.name", {title: name.length > 300 ? name.slice(0, 300) + "…" : name}, shown.slice(0, 200));
}

// Three significant digits, six where the difference needs them; thin groups in whole numbers.
function number(x, digits = 3) {
    if (x === null || x === undefined || Number.isNaN(x))
        return "–";
    if (!Number.isFinite(x))
        return x > 0 ? "∞" : "−∞";
    const size = Math.abs(x);
    if (size !== 0 && (size < 1e-4 || size >= 1e9))
        return scientific(x, digits - 1);
    if (size >= 10 ** digits || size >= 1000 && Number.isInteger(x))
        return Math.round(x).toLocaleString("en-US").replace("-", "−");
    return String(Number(x.toPrecision(digits))).replace("-", "−");
}

// For a column of numbers: zeros at the end are kept, so that digits stand below each other.
function aligned(x, digits = 3) {
    const size = Math.abs(x);
    return x !== null && size >= 1e-4 && size < 10 ** digits ? x.toPrecision(digits).replace("-", "−") : number(x, digits);
}

function scientific(x, decimals) {
    const [digits, power] = x.toExponential(decimals).split("e");
    return `${digits}e${Number(power)}`.replaceAll("-", "−");
}

function count(n) {
    return n.toLocaleString("en-US");
}

function percent(share) {
    if (share === null || Number.isNaN(share))
        return "–";
    const x = 100 * share;
    const size = Math.abs(x);
    const text = size >= 9.95 || size === 0 ? x.toFixed(size > 99 && size < 100 ? 2 : 0)
        : size >= 1e-4 ? Number(x.toPrecision(2)) : x.toExponential(0);
    return `${text} %`.replace("-", "−");
}

// p-values below the range of doubles come as their decimal logarithm.
function probability(p, log10) {
    if (p === null)
        return "–";
    if (p > 0)
        return p < 1e-3 ? scientific(p, 0) : String(Number(p.toPrecision(2)));
    return log10 === null || !Number.isFinite(log10) ? "0" : `1e−${Math.round(-log10)}`;
}

function moment(seconds) {
    if (seconds === null || !Number.isFinite(seconds) || Math.abs(seconds) > 8e12)
        return number(seconds);
    return new Date(1000 * seconds).toISOString().slice(0, 16).replace("T", " ");
}

function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
