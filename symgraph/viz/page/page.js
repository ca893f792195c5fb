// What the reader does: search, choose, fold, zoom. The state of the page is what stands behind "#" in its address.

const svg = document.querySelector("main svg");
const canvas = document.getElementById("canvas");
const details = document.getElementById("details");
const search = document.getElementById("search");
const found = document.getElementById("found");
const READABLE = 0.75;
const view = { x: 0, y: 0, scale: 1, isFitted: true, least: 0 };
const state = { node: null, block: null, search: "", hits: [] };

svg.removeAttribute("viewBox");
graph.removeAttribute("transform");
const marker = make("marker", { id: "arrow", viewBox: "0 0 10 10", refX: 10, refY: 5, markerWidth: 10, markerHeight: 10, orient: "auto",
  markerUnits: "userSpaceOnUse" }, make("defs", {}, svg));
make("path", { id: "head", d: "M0,0 L10,5 L0,10" }, marker);

function show() {
  graph.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
}

function zoom(factor, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) {
  const scale = Math.min(8, Math.max(0.02, view.scale * factor));
  view.x = x - ((x - view.x) * scale) / view.scale;
  view.y = y - ((y - view.y) * scale) / view.scale;
  Object.assign(view, { scale, isFitted: false });
  show();
}

// All that is shown; at a scale of at least `least`, a picture that is too tall begins at the bottom, where the first layers are.
function fit(least = 0) {
  const boxes = [...nodes.map((node) => node.element), ...cards.values()].filter((element) => !element.classList.contains("gone"));
  const outer = canvas.getBoundingClientRect();
  Object.assign(view, { x: 0, y: 0, scale: 1, isFitted: true, least });
  show();
  const rects = boxes.map((element) => element.getBoundingClientRect());
  const [left, top] = [Math.min(...rects.map((r) => r.left)) - outer.left, Math.min(...rects.map((r) => r.top)) - outer.top];
  const [right, bottom] = [Math.max(...rects.map((r) => r.right)) - outer.left, Math.max(...rects.map((r) => r.bottom)) - outer.top];
  const whole = Math.min((outer.width - 40) / (right - left), (outer.height - 40) / (bottom - top), 1.5);
  view.scale = Math.max(whole, Math.min(least, (outer.width - 40) / (right - left)));
  view.x = (outer.width - (left + right) * view.scale) / 2;
  view.y = whole < view.scale ? outer.height - 20 - bottom * view.scale : (outer.height - (top + bottom) * view.scale) / 2;
  show();
}

function centre(element) {
  const [outer, inner] = [canvas.getBoundingClientRect(), element.getBoundingClientRect()];
  if (view.scale < 0.6) zoom(0.9 / view.scale, inner.x + inner.width / 2 - outer.x, inner.y + inner.height / 2 - outer.y);
  const now = element.getBoundingClientRect();
  view.x += outer.x + outer.width / 2 - now.x - now.width / 2;
  view.y += outer.y + outer.height / 2 - now.y - now.height / 2;
  view.isFitted = false;
  show();
}

const tag = (name, text, parent, properties = {}) => {
  const element = Object.assign(document.createElement(name), properties);
  element.textContent = text;
  parent.append(element);
  return element;
};

function links(title, list) {
  if (!list.length) return;
  tag("h3", title, details);
  for (const node of list) tag("button", node.name, details, { className: "link", onclick: () => choose(node) });
}

function table(title, rows) {
  if (!rows.length) return;
  tag("h3", title, details);
  const body = tag("table", "", details);
  for (const cells of rows) {
    const row = tag("tr", "", body);
    for (const cell of cells) tag("td", cell, row);
  }
}

function tellNode(node) {
  tag("h2", node.name, details);
  tag("div", node.operator || "variable", details);
  if (node.block) tag("button", `in block ${blocks[node.block].name}`, details, { className: "link", onclick: () => choose(null, blocks[node.block]) });
  table("Output", node.outputs.map((shape) => [shape]));
  table("Attributes", Object.entries(node.attributes));
  if (node.operator) table(counted(node.count), node.parameters);
  links("Takes", [...new Set(node.sources)].map((id) => nodes[id]));
  links("Is taken by", [...new Set(node.users)].map((id) => nodes[id]));
}

function tellBlock(block) {
  const list = layersOf(block.id);
  tag("h2", block.name, details);
  tag("div", `block of ${list.length} layers, ${counted(total(list))}`, details);
  tag("button", block.folded ? "Unfold" : "Fold", details, { onclick: () => toggle(block) });
  links("Layers", list);
}

function tellNetwork() {
  const list = nodes.filter((node) => node.operator);
  tag("h2", document.title, details);
  tag("div", `${list.length} layers, ${counted(total(list))}`, details);
  if (facts.hint) tag("div", facts.hint, details);
  tag("h3", "Legend", details);
  for (const [kind, meaning, colour] of facts.legend) {
    const line = tag("div", "", details);
    tag("span", "", line, { className: `swatch ${kind}` }).style.backgroundColor = colour;
    line.append(meaning);
  }
  tag("div", "Arrows go the way of the data; what is written on them is the shape of one example.", details);
  tag("h3", "How to", details);
  for (const text of ["Click a layer for what is known of it.", "Click the name of a block to fold it, and the folded block to unfold it.",
    "Drag to move, turn the wheel to zoom; keys: / search, Enter next, + - 0 zoom, Esc back."]) tag("div", text, details);
}

function tell() {
  details.replaceChildren();
  if (state.node) tellNode(state.node);
  else if (state.block) tellBlock(state.block);
  else if (state.search) links(`${state.hits.length} found`, state.hits.slice(0, 200));
  else tellNetwork();
}

function remember() {
  const parts = new URLSearchParams();
  if (state.node) parts.set("node", state.node.name);
  if (state.block) parts.set("block", state.block.name);
  if (state.search) parts.set("search", state.search);
  const folded = blocks.filter((block) => block.folded);
  for (const block of folded.length ? folded : [{ name: "" }]) parts.append("folded", block.name);
  history.replaceState(null, "", "#" + parts);
}

function paint() {
  const hits = new Set(state.hits);
  for (const node of nodes) {
    node.element.classList.toggle("chosen", node === state.node);
    node.element.classList.toggle("hit", hits.has(node));
    node.element.classList.toggle("dim", state.search !== "" && !hits.has(node));
  }
  for (const [id, group] of cards) {
    group.classList.toggle("chosen", state.block === blocks[id]);
    group.classList.toggle("hit", state.hits.some((node) => cardOf(node.block) === id));
  }
  for (const block of blocks.slice(1)) if (block.title) block.title.textContent = `▾ ${block.name}`;
  found.textContent = state.search ? `${state.hits.length} found` : "";
  tell();
  remember();
}

function choose(node, block = null) {
  Object.assign(state, { node, block });
  for (let b = node ? node.block : 0; b; b = blocks[b].parent) blocks[b].folded = false;
  if (node) layOut();
  paint();
  if (node) centre(node.element);
  else if (block) centre(block.folded && cards.has(block.id) ? cards.get(block.id) : block.element);
}

function toggle(block) {
  block.folded = !block.folded;
  const was = (block.folded ? block.title : cards.get(block.id)).getBoundingClientRect();
  layOut();
  const now = (block.folded ? cards.get(block.id) : block.title).getBoundingClientRect();
  view.x += was.x - now.x;
  view.y += was.y - now.y;
  show();
  choose(null, block);
}

function foldAll(folded, isOutermostOnly = false) {
  for (const block of blocks.slice(1)) block.folded = folded && (!isOutermostOnly || block.parent === 0);
  layOut();
  paint();
  fit(READABLE);
}

function look(text) {
  state.search = text;
  const word = text.trim().toLowerCase();
  state.hits = word ? nodes.filter((node) => `${node.name} ${node.operator}`.toLowerCase().includes(word)) : [];
  paint();
}

let turn = 0;
search.addEventListener("input", () => { turn = 0; Object.assign(state, { node: null, block: null }); look(search.value); });
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && state.hits.length) choose(state.hits[turn++ % state.hits.length]);
});
document.getElementById("fold").onclick = () => foldAll(true);
document.getElementById("unfold").onclick = () => foldAll(false);
document.getElementById("in").onclick = () => zoom(1.3);
document.getElementById("out").onclick = () => zoom(1 / 1.3);
document.getElementById("fit").onclick = () => fit();

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { search.value = ""; search.blur(); Object.assign(state, { node: null, block: null }); look(""); return; }
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const actions = { "/": () => search.focus(), "+": () => zoom(1.3), "=": () => zoom(1.3), "-": () => zoom(1 / 1.3), 0: () => fit() };
  if (event.key === "Enter" && event.target.closest?.(".node, .card")) press(event.target);
  else if (actions[event.key]) { event.preventDefault(); actions[event.key](); }
});

function press(target) {
  const node = target.closest(".node"), folded = target.closest(".card"), title = target.closest(".cluster text");
  if (node) choose(nodes[Number(node.id.slice(1))]);
  else if (folded) toggle(blocks[Number(folded.id.slice(4))]);
  else if (title) toggle(blocks[Number(title.closest(".cluster").id.slice(1))]);
  else { Object.assign(state, { node: null, block: null }); paint(); }
}

let grip = null;
canvas.addEventListener("pointerdown", (event) => { grip = { x: event.clientX, y: event.clientY, moved: false }; });
window.addEventListener("pointermove", (event) => {
  if (!grip) return;
  const [dx, dy] = [event.clientX - grip.x, event.clientY - grip.y];
  if (!grip.moved && Math.hypot(dx, dy) < 4) return;
  Object.assign(view, { x: view.x + dx, y: view.y + dy, isFitted: false });
  grip = { x: event.clientX, y: event.clientY, moved: true };
  show();
});
window.addEventListener("pointerup", (event) => {
  if (grip && !grip.moved && canvas.contains(event.target)) press(event.target);
  grip = null;
});
canvas.addEventListener("wheel", (event) => {
  event.preventDefault();
  const { x, y } = canvas.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX - x, event.clientY - y);
}, { passive: false });

function open() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const folded = parts.has("folded") ? new Set(parts.getAll("folded")) : null;
  const isLarge = nodes.length > 40;
  for (const block of blocks.slice(1)) block.folded = folded ? folded.has(block.name) : isLarge && block.parent === 0;
  layOut();
  fit(READABLE);
  search.value = parts.get("search") || "";
  look(search.value);
  const node = nodes.find((n) => n.name === parts.get("node"));
  const block = blocks.find((b) => b.id && b.name === parts.get("block"));
  if (node || block) choose(node || null, block || null);
  else if (parts.get("node")) found.textContent = `There is no layer '${parts.get("node")}'.`;
}

for (const node of nodes) for (const [key, value] of Object.entries({ tabindex: 0, role: "button" })) node.element.setAttribute(key, value);
window.addEventListener("hashchange", open);
window.addEventListener("resize", () => { if (view.isFitted) fit(view.least); });
open();
