// SPDX-License-Identifier: GPL-3.0-or-later
// Distribution functions as the store keeps them: straight lines from vertex to vertex, two vertices
// of one value are a jump. A curve comes as [value, share, value, share, …].
"use strict";

class Curve {
    constructor(flat) {
        this.v = [];
        this.s = [];
        for (let i = 0; i < flat.length; i += 2) {
            this.v.push(flat[i]);
            this.s.push(flat[i + 1]);
        }
    }

    get n() {
        return this.v.length;
    }

    // First index whose value is at least x.
    index(x) {
        let low = 0, high = this.n;
        while (low < high) {
            const middle = (low + high) >> 1;
            if (this.v[middle] < x)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    between(i, x) {
        const t = (x - this.v[i - 1]) / (this.v[i] - this.v[i - 1]);
        return this.s[i - 1] + t * (this.s[i] - this.s[i - 1]);
    }

    // Share of values below x.
    below(x) {
        const i = this.index(x);
        if (i === 0)
            return 0;
        if (i === this.n)
            return 1;
        return this.v[i] === x ? this.s[i] : this.between(i, x);
    }

    // Share of values up to x.
    upTo(x) {
        let i = this.index(x);
        if (i === this.n)
            return 1;
        if (this.v[i] !== x)
            return i === 0 ? 0 : this.between(i, x);
        while (i + 1 < this.n && this.v[i + 1] === x)
            i++;
        return this.s[i];
    }

    quantile(p) {
        let i = 0;
        while (i < this.n - 1 && this.s[i] < p)
            i++;
        if (i === 0 || this.s[i] === this.s[i - 1])
            return this.v[i];
        const t = (p - this.s[i - 1]) / (this.s[i] - this.s[i - 1]);
        return this.v[i - 1] + Math.min(1, t) * (this.v[i] - this.v[i - 1]);
    }

    // The values, where the function only jumps; else null.
    jumps() {
        const values = [];
        let before = 0;
        for (let i = 0; i < this.n; i++) {
            if (this.s[i] > before && (i === 0 || this.v[i] !== this.v[i - 1]))
                return null;
            if (values[values.length - 1] !== this.v[i])
                values.push(this.v[i]);
            before = this.s[i];
        }
        return values;
    }
}

// Bars of both sides over the same bins: {edges} or {values}, and shares {train, prod}.
function histogram(train, prod, bins) {
    const curves = [train, prod].filter(c => c);
    if (curves.length === 0)
        return null;
    const jumps = curves.map(c => c.jumps());
    if (jumps.every(j => j)) {
        const values = [...new Set(jumps.flat())].sort((a, b) => a - b);
        if (values.length <= bins)
            return {values, train: steps(train, values), prod: steps(prod, values)};
    }
    const [low, high] = extent(curves);
    if (!(high > low))
        return {values: [low], train: [train ? 1 : 0], prod: [prod ? 1 : 0]};
    const edges = [];
    for (let i = 0; i <= bins; i++)
        edges.push(low + (high - low) * i / bins);
    return {edges, train: masses(train, edges), prod: masses(prod, edges), beyond: beyond(curves, low, high)};
}

function steps(curve, values) {
    return values.map(x => curve ? curve.upTo(x) - curve.below(x) : 0);
}

function masses(curve, edges) {
    const last = edges.length - 2;
    return edges.slice(0, -1).map((a, i) => {
        if (!curve)
            return 0;
        return (i === last ? curve.upTo(edges[i + 1]) : curve.below(edges[i + 1])) - curve.below(a);
    });
}

// What holds nearly all of both sides; long tails would leave nothing else to see.
function extent(curves) {
    const low = Math.min(...curves.map(c => c.quantile(0.005)));
    const high = Math.max(...curves.map(c => c.quantile(0.995)));
    const pad = 0.03 * (high - low);
    return [Math.max(low - pad, Math.min(...curves.map(c => c.v[0]))),
        Math.min(high + pad, Math.max(...curves.map(c => c.v[c.n - 1])))];
}

function beyond(curves, low, high) {
    return Math.max(...curves.map(c => c.below(low) + 1 - c.upTo(high)));
}

// Where the two functions are furthest apart: {x, a, b}.
function widestGap(train, prod) {
    let best = {x: NaN, a: 0, b: 0};
    for (const x of [...train.v, ...prod.v])
        for (const [a, b] of [[train.upTo(x), prod.upTo(x)], [train.below(x), prod.below(x)]])
            if (Math.abs(a - b) > Math.abs(best.a - best.b))
                best = {x, a, b};
    return best;
}
