// SPDX-License-Identifier: GPL-3.0-or-later
// The table of features: sorted, searched and filtered in place; a row opens its details.
"use strict";

const COLUMNS = [ // heading, class, sorting key, width, larger first
    ["Verdict", "c-verdict", f => f.v, "132px", true],
    ["Name", "c-name", f => f.n.toLowerCase(), "", false],
    ["Distribution", "c-picture", null, "134px"],
    ["Effect", "c-effect num", f => f.e ? Math.abs(f.e.value) : -1, "172px", true],
    ["Reach", "c-reach", f => f.e ? f.e.reach : -1, "84px", true],
    ["p", "c-p num", f => f.e && f.e.p !== null ? f.e.p : 2, "84px", false],
    ["Change", "c-change", null, "22%"],
    ["History", "c-history", f => f.since || 0, "104px", true],
];

// Both histograms on one small ground.
function sparkline(f) {
    const w = 118, h = 30;
    const h0 = f.cat.length > 0 ? bars(f) : histogram(f.train, f.prod, 26);
    if (!h0)
        return make("span.soft", {}, "–");
    const top = Math.max(...h0.train, ...h0.prod, 1e-12);
    const n = h0.train.length;
    const y = s => (h - (h - 2) * s / top).toFixed(1);
    if (h0.values) {
        const step = Math.min(16, w / n);
        const half = step * 0.4;
        const rects = h0.train.map((t, i) => {
            const x = i * step + step * 0.1;
            const bar = (left, s, fill) => `<rect x="${left.toFixed(1)}" y="${y(s)}" width="${Math.max(1, half - 0.5).toFixed(1)}" height="${((h - 2) * s / top).toFixed(1)}" fill="var(--${fill})"/>`;
            return bar(x, t, "train") + bar(x + half, h0.prod[i], "prod");
        });
        return drawing(w, h, rects.join(""), "share of each value, training and production");
    }
    const outline = side => side.map((s, i) => `L${(i * w / n).toFixed(1)} ${y(s)}L${((i + 1) * w / n).toFixed(1)} ${y(s)}`).join("");
    return drawing(w, h, `<path d="M0 ${h}${outline(h0.train)}L${w} ${h}Z" fill="var(--train)" opacity=".55"/>` +
        `<path d="M0 ${h}${outline(h0.prod)}L${w} ${h}" fill="var(--prod)" fill-opacity=".18" stroke="var(--prod)" stroke-width="1.5"/>`,
        "histograms of training and production");
}

function bars(f) {
    return {values: f.cat.map(c => c[0]), train: f.cat.map(c => f.t.n ? c[1] / f.t.n : 0),
        prod: f.cat.map(c => f.p.n ? c[2] / f.p.n : 0)};
}

// A line over the runs, the last point coloured by its verdict.
function runLine(f) {
    if (!f.h || f.h.v.filter(x => x !== null).length < 2)
        return make("span.soft", {}, "–");
    const w = 88, h = 26, n = f.h.v.length;
    const finite = f.h.v.filter(x => x !== null && Number.isFinite(x));
    const low = Math.min(0, ...finite), high = Math.max(...finite, low + 1e-12);
    const at = (x, i) => [4 + (w - 8) * (n > 1 ? i / (n - 1) : 0), h - 4 - (h - 8) * (x - low) / (high - low)].map(a => a.toFixed(1));
    const points = f.h.v.map((x, i) => x === null || !Number.isFinite(x) ? null : at(x, i).join(" ")).filter(p => p);
    const [x, y] = points[points.length - 1].split(" ");
    return drawing(w, h, `<polyline points="${points.join(" ")}" fill="none" stroke="var(--train)" stroke-width="1.5"/>` +
        `<circle cx="${x}" cy="${y}" r="3.5" fill="var(--verdict)"/>`, "values over the runs");
}

function reachBar(f) {
    if (!f.e || !(f.e.reach >= 0))
        return make("span.soft", {}, "–");
    const width = Math.min(100, 100 / 3 * Math.sqrt(f.e.reach));
    return make("div.reach", {title: `${number(f.e.reach)} times the alert threshold`},
        make("i", {style: `width:${width}%`}), make("u", {style: "left:33.3%"}));
}

function rowOf(f) {
    const row = make(`tr.row.v${f.v}`, {tabindex: 0, "aria-expanded": "false"},
        make("td.c-verdict", {}, f.v > 0 ? verdictOf(f.v) : make("span.soft", {}, "not judged")),
        make("td.c-name", {}, nameOf(f.n, DATA.network ? plainName(f.n) : f.n), make("span.kind", {}, f.k)),
        make("td.c-picture", {}),
        make("td.c-effect.num", {}, f.e ? `${f.e.word} ` : "–", f.e ? make("b", {}, f.e.text) : null),
        make("td.c-reach", {}, reachBar(f)),
        make("td.c-p.num", {}, f.e ? probability(f.e.p, null) : "–"),
        make("td.c-change.change", {}, f.c.replaceAll(" %", "\u00a0%")),
        make("td.c-history", {}, runLine(f)));
    const open = () => toggle(f, row);
    row.addEventListener("click", open);
    row.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            open();
        }
    });
    f.row = row;
    f.picture = row.children[2];
    return row;
}

function toggle(f, row) {
    if (f.detail) {
        f.detail.remove();
        f.detail = null;
    } else {
        const panel = detailOf(f);
        f.detail = make("tr.detail", {}, make("td", {colspan: COLUMNS.length}, panel));
        row.after(f.detail);
        panel.start();
    }
    row.classList.toggle("open", Boolean(f.detail));
    row.setAttribute("aria-expanded", String(Boolean(f.detail)));
}

function compareBy(key, down) {
    return (a, b) => {
        const x = key(a), y = key(b);
        const order = x < y ? -1 : x > y ? 1 : 0;
        return (down ? -order : order) || a.rank - b.rank;
    };
}

function featureTable(features) {
    const body = make("tbody", {});
    const empty = make("div.empty", {hidden: true}, "Nothing matches.");
    const wanted = {text: "", verdict: null};
    const show = () => {
        let shown = 0;
        for (const f of features) {
            const hidden = (wanted.verdict !== null && f.v !== wanted.verdict) || !f.n.toLowerCase().includes(wanted.text);
            f.row.hidden = hidden;
            if (f.detail)
                f.detail.hidden = hidden;
            shown += !hidden;
        }
        empty.hidden = shown > 0;
    };
    const place = order => {
        for (const f of order)
            body.append(...[f.row, f.detail].filter(r => r));
    };
    const heads = COLUMNS.map(([title, classes, key, , down]) => {
        const cell = make(`th${classes.includes("num") ? ".num" : ""}`, {scope: "col"});
        if (!key) {
            cell.append(title);
            return cell;
        }
        cell.append(make("button", {type: "button", onclick: () => {
            const before = cell.getAttribute("aria-sort");
            const falling = before ? before === "ascending" : down;
            for (const other of heads)
                other.removeAttribute("aria-sort");
            cell.setAttribute("aria-sort", falling ? "descending" : "ascending");
            place([...features].sort(compareBy(key, falling)));
        }}, title));
        return cell;
    });
    place(features.map(f => ({row: rowOf(f)})));
    drawWhenSeen(features);
    const table = make(DATA.network ? "table.layers" : "table", {id: "features"},
        make("colgroup", {}, ...COLUMNS.map(c => make("col", {style: c[3] ? `width:${c[3]}` : null}))),
        make("thead", {}, make("tr", {}, ...heads)), body);
    return make("section", {}, make("h2", {}, DATA.network ? "Layers in forward order" : "Features"), toolbar(features, wanted, show),
        make("div.card.scroll", {}, table, empty));
}

// A thousand small pictures take time; those out of sight wait until they are scrolled to.
function drawWhenSeen(features) {
    const draw = f => {
        if (!f.picture.hasChildNodes())
            f.picture.append(sparkline(f));
    };
    features.slice(0, 60).forEach(draw);
    const rest = features.slice(60);
    const observer = new IntersectionObserver(entries => {
        for (const entry of entries)
            if (entry.isIntersecting) {
                draw(byRow.get(entry.target));
                observer.unobserve(entry.target);
            }
    }, {rootMargin: "600px"});
    const byRow = new Map(rest.map(f => [f.row, f]));
    rest.forEach(f => observer.observe(f.row));
    window.addEventListener("beforeprint", () => rest.forEach(draw));
}

function toolbar(features, wanted, show) {
    const chips = [4, 3, 2, 1].map(v => {
        const n = features.filter(f => f.v === v).length;
        const chip = make(`button.chip.v${v}`, {type: "button", "aria-pressed": "false", disabled: n === 0, onclick: () => {
            wanted.verdict = wanted.verdict === v ? null : v;
            chips.forEach(c => c.setAttribute("aria-pressed", String(c === chip && wanted.verdict === v)));
            show();
        }}, make("b", {}, count(n)), verdictOf(v));
        return chip;
    });
    const search = make("input", {type: "search", placeholder: "Search", "aria-label": "Search by name", oninput: () => {
        wanted.text = search.value.toLowerCase();
        show();
    }});
    const sign = name => make("span", {}, make("i", {style: `background:var(--${name})`}), name === "train" ? "training" : "production");
    return make("div.bar", {}, search, ...chips, make("span.key", {}, sign("train"), sign("prod")));
}
