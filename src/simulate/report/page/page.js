"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const byId = (id) => document.getElementById(id);
  const chart = byId("chart");
  const chosen = byId("chosen");
  const axis = byId("axis").querySelector("svg");
  const rowsBox = byId("rows");
  const lines = byId("lines");
  const arrowBox = byId("arrows");
  const rows = [...chart.querySelectorAll(".row")];
  const drawings = rows.map((row) => row.querySelector("svg"));
  const names = rows.map((row) => row.querySelector(".label").textContent);
  const cells = data.mode === "cells";
  const svg = (tag, attributes, parent) => {
    const element = document.createElementNS("http:" + "//www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    parent.append(element);
    return element;
  };
  // Text only: nothing of the user's becomes markup.
  const put = (tag, text, parent = chosen) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };

  // Time: places on the page, and what a clock in the zone shows.
  let width = data.width;
  const span = data.until - data.from;
  const round = (number) => Math.round(number * 10) / 10;
  const x = (at) => round(Math.min(Math.max((at - data.from) / span, 0), 1) * width);
  const offset = (at) => data.offsets.reduce((found, [from, by]) => (from <= at ? by : found), data.offsets[0][1]);
  const local = (at) => new Date(at + offset(at)).toISOString();
  const weekday = (at) => ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][new Date(at + offset(at)).getUTCDay()];
  const short = (at) => `${weekday(at)} ${local(at).slice(5, 10)}`;
  const [minute, hour, day] = [60e3, 3600e3, 86400e3];
  const steps = [minute, 5 * minute, 15 * minute, 30 * minute, hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day,
    14 * day, 28 * day, 56 * day, 112 * day, 364 * day];
  const modulo = (number, by) => ((number % by) + by) % by;
  const drawAxis = () => {
    const step = steps.find((one) => one / span * width >= (one > 2 * day ? 84 : 64)) || steps[steps.length - 1];
    const date = (at) => (step > 2 * day ? local(at).slice(0, 10) : short(at));
    axis.textContent = "";
    lines.textContent = "";
    const text = (at, y, words, type) => { svg("text", { x: x(at) + 4, y, class: type }, axis).textContent = words; };
    let named = false;
    data.offsets.forEach(([from, by], number) => {
      const until = number + 1 < data.offsets.length ? data.offsets[number + 1][0] : data.until;
      const late = modulo(from + by - (step > 2 * day ? 4 * day : 0), step);
      for (let at = late ? from + step - late : from; at < until; at += step) {
        const midnight = modulo(at + by, day) === 0;
        const strong = midnight && step < day ? "line strong" : "line";
        svg("path", { class: strong, d: `M${x(at)} 0v99999` }, lines);
        if (midnight && !named && x(at) > 100) text(data.from, 15, date(data.from), "day");
        named = named || midnight;
        if (midnight) text(at, 15, date(at), "day");
        if (step < day) text(at, 30, local(at).slice(11, 16), "");
      }
    });
    if (!named) text(data.from, 15, date(data.from), "day");
  };

  const runs = new Map([...chart.querySelectorAll(".run")].map((run) => [+run.dataset.at, run]));
  const arrows = [...arrowBox.children];
  const tops = () => rows.map((row) => row.offsetTop);
  const arrowAt = (arrow, places) => {
    const [of, to] = [data.runs[arrow.dataset.of], data.runs[arrow.dataset.to]];
    if (rows[of[0]].classList.contains("gone") || rows[to[0]].classList.contains("gone")) return "";
    const y = (run) => places[run[0]] + 5 + 16 * run[1] + 6;
    const [left, right] = [x(of[3] <= to[2] ? of[3] : of[2]), x(to[2])];
    const bend = Math.min(Math.max((right - left) / 2, 10), 60);
    return `M${left} ${y(of)}C${round(left + bend)} ${y(of)} ${round(right - bend)} ${y(to)} ${right} ${y(to)}`;
  };
  const drawArrows = () => {
    const places = tops();
    arrows.forEach((arrow) => arrow.setAttribute("d", arrowAt(arrow, places)));
    for (const box of [lines, arrowBox]) box.setAttribute("height", rowsBox.clientHeight);
  };
  const names_width = () => rows.length ? rows[0].querySelector(".label").offsetWidth : 0;
  const room = () => Math.max(chart.clientWidth - names_width() - 40, 200);
  const scaleTo = (next, keep = chart.clientWidth / 2) => {
    const before = (chart.scrollLeft + keep - names_width()) / width;
    width = Math.round(Math.min(Math.max(next, Math.min(room(), data.width)), 200000));
    for (const box of [axis, lines, arrowBox, ...drawings]) box.setAttribute("width", width);
    if (!cells) {
      runs.forEach((run, at) => {
        const [, , from, to] = data.runs[at];
        const bar = run.firstChild;
        const wide = round(Math.max(x(to) - x(from), 3));
        bar.setAttribute("x", x(from));
        bar.setAttribute("width", wide);
        const kind = run.querySelector(".kind");
        if (kind) kind.setAttribute("x", round(x(from) + wide + 3));
      });
      drawings.forEach((drawing) => {
        let last = -9;
        for (const mark of drawing.querySelectorAll(".tone")) {
          last = Math.max(x(+mark.dataset.t), last + 9);
          mark.setAttribute("x", last);
        }
      });
    }
    drawAxis();
    drawArrows();
    chart.scrollLeft = before * width - keep + names_width();
  };

  // One run: the runs that led to it, those that it led to, and why.
  const children = new Map();
  (data.runs || []).forEach((run, at) => run[4].forEach((of) => children.set(of, [...(children.get(of) || []), at])));
  const clear = () => {
    chart.classList.remove("chosen");
    chart.querySelectorAll(".on, .self, .up, .down").forEach((one) => one.classList.remove("on", "self", "up", "down"));
    chart.querySelectorAll(".cursor").forEach((one) => one.remove());
    chosen.hidden = true;
  };
  const walk = (start, next) => {
    const seen = new Set([start]);
    const open = [start];
    while (open.length) {
      for (const at of next(open.pop())) {
        if (!seen.has(at)) { seen.add(at); open.push(at); runs.get(at)?.classList.add("on"); }
      }
    }
    return seen;
  };
  const list = (title, all) => {
    if (!all.length) return;
    put("h3", title);
    const items = put("ul", "");
    for (const at of all.slice(0, 40)) {
      const link = put("a", data.runs[at][5], put("li", "", items));
      link.tabIndex = 0;
      link.onclick = () => choose(at, true);
      link.onkeydown = (event) => { if (event.key === "Enter") choose(at, true); };
    }
    if (all.length > 40) put("li", `… and ${all.length - 40} more`, items);
  };
  const reveal = (run, at) => {
    const left = x(data.runs[at][2]);
    const seen = chart.clientWidth - names_width();
    if (left < chart.scrollLeft || left > chart.scrollLeft + seen - 40) chart.scrollLeft = left - seen / 3;
    const top = rows[data.runs[at][0]].offsetTop + rowsBox.offsetTop;
    if (top < chart.scrollTop + 40 || top > chart.scrollTop + chart.clientHeight - 40) chart.scrollTop = top - chart.clientHeight / 2;
    run.focus({ preventScroll: true });
  };
  const choose = (at, go) => {
    const run = runs.get(at);
    if (!run) return;
    clear();
    chart.classList.add("chosen");
    run.classList.add("on", "self");
    const parents = (of) => data.runs[of][4];
    const up = walk(at, parents);
    const down = walk(at, (of) => children.get(of) || []);
    for (const arrow of arrows) {
      const [of, to] = [+arrow.dataset.of, +arrow.dataset.to];
      if (up.has(of) && up.has(to)) arrow.classList.add("on", "up");
      if (down.has(of) && down.has(to)) arrow.classList.add("on", "down");
    }
    const told = run.querySelector("title").textContent.split("\n");
    chosen.textContent = "";
    chosen.hidden = false;
    put("h2", told[0]);
    told.slice(1).forEach((line) => put("p", line));
    list("Started on", parents(at));
    list("Led to", children.get(at) || []);
    chosen.parentElement.scrollTop = 0;
    if (go) reveal(run, at);
  };

  // Arrow keys: along a pipeline's runs, and from pipeline to pipeline.
  const inRow = (row) => [...rows[row].querySelectorAll(".run")].map((run) => +run.dataset.at);
  const step = (at, key) => {
    const row = data.runs[at][0];
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const all = inRow(row);
      return all[all.indexOf(at) + (key === "ArrowRight" ? 1 : -1)];
    }
    const by = key === "ArrowDown" ? 1 : -1;
    for (let next = row + by; next >= 0 && next < rows.length; next += by) {
      if (rows[next].classList.contains("gone")) continue;
      const all = inRow(next);
      const near = (a, b) => (Math.abs(data.runs[a][2] - data.runs[at][2]) <= Math.abs(data.runs[b][2] - data.runs[at][2]) ? a : b);
      if (all.length) return all.reduce(near);
    }
    return undefined;
  };

  // One cell of a strip.
  const tell = (row, cell) => {
    const strip = data.strips[row].find(([first, length]) => first <= cell && cell < first + length);
    clear();
    const box = { class: "cursor", x: cell, y: 0, width: 1, height: 24 };
    svg("rect", box, drawings[row]);
    chosen.textContent = "";
    chosen.hidden = false;
    put("h2", names[row]);
    const [from, until] = [data.edges[cell], data.edges[cell + 1] ?? data.until];
    const moment = (at) => `${short(at)} ${local(at).slice(11, 16)}`;
    put("p", until - from > 20 * hour && until - from < 28 * hour ? `${weekday(from)} ${local(from).slice(0, 10)}` : `${moment(from)} to ${moment(until)}`);
    const counts = strip ? strip[2] : [];
    const words = [...data.kinds, "alerts"].flatMap((kind, at) => (counts[at] ? [`${counts[at]} ${kind}`] : []));
    (words.length ? words : ["no run"]).forEach((line) => put("p", line));
    current = [row, cell];
  };
  let current = null;
  const cellAt = (event, row) => {
    const box = drawings[row].getBoundingClientRect();
    const count = data.edges.length - 1;
    return Math.min(Math.max(Math.floor((event.clientX - box.left) / box.width * count), 0), count - 1);
  };

  // Filter.
  const search = byId("search");
  const trouble = byId("trouble");
  const heads = [...chart.querySelectorAll(".account")];
  const accountOf = rows.map((row) => {
    let before = row.previousElementSibling;
    while (before && !before.classList.contains("account")) before = before.previousElementSibling;
    return before;
  });
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    const full = new Set();
    rows.forEach((row, at) => {
      const text = `${names[at]} ${accountOf[at] ? accountOf[at].textContent : ""}`.toLowerCase();
      const good = words.every((word) => text.includes(word)) && (!trouble.checked || row.classList.contains("trouble"));
      row.classList.toggle("gone", !good);
      if (good) { shown += 1; full.add(accountOf[at]); }
    });
    heads.forEach((head) => head.classList.toggle("gone", !full.has(head)));
    byId("hits").textContent = words.length || trouble.checked ? `· ${shown} of ${rows.length} rows shown` : "";
    drawArrows();
  };
  search.oninput = filter;
  trouble.onchange = filter;

  chart.addEventListener("click", (event) => {
    const run = event.target.closest(".run");
    const row = rows.indexOf(event.target.closest(".row"));
    if (run) choose(+run.dataset.at, false);
    else if (cells && row >= 0 && !event.target.closest(".label")) tell(row, cellAt(event, row));
    else clear();
  });
  chart.addEventListener("focusin", (event) => {
    const run = event.target.closest(".run");
    if (run && !run.classList.contains("self") && run.matches(":focus-visible")) choose(+run.dataset.at, false);
  });
  chart.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    scaleTo(width * Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) * 0.006), event.clientX - chart.getBoundingClientRect().left);
  }, { passive: false });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; trouble.checked = false; filter(); clear(); }
    if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
    const run = event.target.closest ? event.target.closest(".run") : null;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "+") scaleTo(width * 1.5);
    if (event.key === "-") scaleTo(width / 1.5);
    if (event.key === "0") scaleTo(room());
    if (!event.key.startsWith("Arrow")) return;
    if (run) {
      event.preventDefault();
      const next = step(+run.dataset.at, event.key);
      if (next !== undefined) choose(next, true);
    } else if (cells && current && chart.contains(event.target)) {
      event.preventDefault();
      const [row, cell] = current;
      const [down, right] = [{ ArrowDown: 1, ArrowUp: -1 }[event.key] || 0, { ArrowRight: 1, ArrowLeft: -1 }[event.key] || 0];
      tell(Math.min(Math.max(row + down, 0), rows.length - 1), Math.min(Math.max(cell + right, 0), data.edges.length - 2));
    }
  });
  byId("in").onclick = () => scaleTo(width * 1.5);
  byId("out").onclick = () => scaleTo(width / 1.5);
  byId("fit").onclick = () => scaleTo(room());

  byId("tools").hidden = false;
  // The first run can be reached with the tabulator, the others from it with the arrow keys.
  const first = chart.querySelector(".run");
  if (first) first.tabIndex = 0;
  if (cells) { chart.tabIndex = 0; if (rows.length) current = [0, 0]; }
  scaleTo(span <= 76 * hour || cells ? Math.max(room(), 600) : width, 0);
})();
