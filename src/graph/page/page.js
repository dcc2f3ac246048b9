"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const canvas = document.getElementById("canvas");
  const svg = document.getElementById("drawing");
  const details = document.getElementById("details");
  const search = document.getElementById("search");
  const hits = document.getElementById("hits");
  const nodes = [...svg.querySelectorAll(".node")];
  const arrows = [...svg.querySelectorAll(".edge")];
  const position = new Map(data.pipelines.map((pipeline, at) => [pipeline.id, at]));
  const ends = data.dependencies.map((d) => [position.get(d.parent), position.get(d.child)]);
  const into = data.pipelines.map(() => []);
  const outOf = data.pipelines.map(() => []);
  ends.forEach(([parent, child], at) => { outOf[parent].push(at); into[child].push(at); });

  // The part of the drawing that is shown.
  const all = { x: 0, y: 0, width: +svg.getAttribute("width"), height: +svg.getAttribute("height") };
  let view = { ...all };
  const show = (next) => {
    view = next;
    svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  };
  const scale = () => Math.min(svg.clientWidth / view.width, svg.clientHeight / view.height) || 1;
  const zoom = (factor, at) => {
    const width = Math.min(Math.max(view.width * factor, 120), all.width * 4);
    const by = width / view.width;
    show({ x: at.x + (view.x - at.x) * by, y: at.y + (view.y - at.y) * by, width, height: view.height * by });
  };
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const box = (at) => {
    const area = nodes[at].transform.baseVal.consolidate().matrix;
    const rect = nodes[at].querySelector("rect");
    return { x: area.e, y: area.f, width: +rect.getAttribute("width"), height: +rect.getAttribute("height") };
  };
  // Natural size where the drawing fits in, else everything.
  const fit = () => {
    const width = Math.max(all.width, canvas.clientWidth);
    const height = Math.max(all.height, canvas.clientHeight);
    show({ x: (all.width - width) / 2, y: (all.height - height) / 2, width, height });
  };
  const center = (at) => {
    const area = box(at);
    const width = Math.min(view.width, Math.max(canvas.clientWidth, 400));
    const height = width * canvas.clientHeight / Math.max(canvas.clientWidth, 1);
    show({ x: area.x + area.width / 2 - width / 2, y: area.y + area.height / 2 - height / 2, width, height });
  };

  // Everything before and after one pipeline.
  const walk = (start, edges, end, name) => {
    const seen = new Set([start]);
    const open = [start];
    while (open.length) {
      for (const at of edges[open.pop()]) {
        arrows[at].classList.add("on", name);
        const next = ends[at][end];
        if (!seen.has(next)) {
          seen.add(next);
          open.push(next);
          nodes[next].classList.add("on", name);
        }
      }
    }
    return seen.size - 1;
  };
  const clear = () => {
    svg.classList.remove("chosen");
    [...nodes, ...arrows].forEach((element) => element.classList.remove("on", "up", "down", "self"));
    details.hidden = true;
  };
  const choose = (at) => {
    clear();
    svg.classList.add("chosen");
    nodes[at].classList.add("on", "self");
    const before = walk(at, into, 0, "up");
    const after = walk(at, outOf, 1, "down");
    tell(at, before, after);
    history.replaceState(null, "", "#" + encodeURIComponent(data.pipelines[at].id));
  };

  // Text only: nothing of the user's becomes markup.
  const put = (tag, text, parent = details) => {
    const element = document.createElement(tag);
    element.textContent = text;
    parent.append(element);
    return element;
  };
  const list = (title, edges, end) => {
    if (!edges.length) return;
    put("h3", title);
    const items = put("ul", "");
    for (const at of edges) {
      const other = ends[at][end];
      const d = data.dependencies[at];
      const item = put("li", "", items);
      const link = put("a", data.pipelines[other].name, item);
      link.tabIndex = 0;
      link.onclick = () => { choose(other); center(other); };
      link.onkeydown = (event) => { if (event.key === "Enter") link.onclick(); };
      const words = [d.group, d.status.join(" or "), d.offset && `of ${d.offset}`, d.within && `within ${d.within}`,
        d.optional && "optional"];
      item.append(" " + words.filter(Boolean).join(", "));
    }
  };
  const tell = (at, before, after) => {
    const pipeline = data.pipelines[at];
    details.textContent = "";
    details.hidden = false;
    put("h2", pipeline.name);
    put("p", [pipeline.alias, pipeline.account].filter(Boolean).join(" ") || "any account");
    if (pipeline.description) put("p", pipeline.description);
    for (const [title, text] of [["Team", pipeline.team], ["Starts", pipeline.starts], ["File", pipeline.file]]) {
      if (text) { put("h3", title); put("p", text); }
    }
    if (pipeline.inCycle) { put("h3", "Cycle"); put("p", "it waits for itself by way of other pipelines"); }
    list("Waits for", into[at], 0);
    list("Feeds", outOf[at], 1);
    put("h3", "In all");
    put("p", `${before} before it, ${after} after it`);
  };

  // Search: the first hit comes into view with Enter, the next ones after it.
  const texts = data.pipelines.map((p) => [p.name, p.account, p.alias, p.team, p.description].join(" ").toLowerCase());
  let found = [];
  let next = 0;
  search.oninput = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    found = words.length ? texts.flatMap((text, at) => (words.every((w) => text.includes(w)) ? [at] : [])) : [];
    next = 0;
    svg.classList.toggle("searched", words.length > 0);
    nodes.forEach((node) => node.classList.remove("hit"));
    found.forEach((at) => nodes[at].classList.add("hit"));
    hits.textContent = words.length ? `${found.length} found` : "";
  };
  search.onkeydown = (event) => {
    if (event.key !== "Enter" || !found.length) return;
    const at = found[next % found.length];
    next += 1;
    choose(at);
    center(at);
  };

  // Drag, wheel, two fingers on a touchpad, keys.
  let drag = null;
  let moved = false;
  canvas.onpointerdown = (event) => { drag = { x: event.clientX, y: event.clientY, from: { ...view } }; moved = false; };
  canvas.onpointermove = (event) => {
    if (!drag || !event.buttons) return;
    const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
    moved = moved || Math.abs(x) + Math.abs(y) > 4;
    if (moved) show({ ...drag.from, x: drag.from.x - x / scale(), y: drag.from.y - y / scale() });
  };
  window.addEventListener("pointerup", () => { drag = null; });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), point(event));
  }, { passive: false });
  canvas.onclick = (event) => {
    if (moved) return;
    const node = event.target.closest(".node");
    if (node) choose(nodes.indexOf(node));
    else if (!event.target.closest(".edge")) { clear(); history.replaceState(null, "", "#"); }
  };
  nodes.forEach((node, at) => { node.onkeydown = (event) => { if (event.key === "Enter") choose(at); }; });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { search.value = ""; search.oninput(); clear(); }
    if (event.target === search) return;
    if (event.key === "/") { event.preventDefault(); search.focus(); }
    if (event.key === "0") fit();
  });
  document.getElementById("fit").onclick = fit;

  canvas.classList.add("live");
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  fit();
  let named;
  try { named = position.get(decodeURIComponent(location.hash.slice(1))); } catch { named = undefined; }
  if (named !== undefined) { choose(named); center(named); }
})();
