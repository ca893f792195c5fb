"use strict";
// Where things are while blocks are folded. Graphviz has laid out the whole network; what a folded block no longer needs is taken
// out of both axes by a map that never changes the order of things, so that nothing jumps and no layout is computed here.

const facts = JSON.parse(document.getElementById("facts").textContent);
const SVG = "http://www.w3.org/2000/svg";
const CARD = { width: 190, height: 52 };
const ROOM = 26;

const make = (name, attributes, parent, text) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
};

const boxOf = (element) => {
  const { x, y, width, height } = element.getBBox();
  return { x: [x, x + width], y: [y, y + height], cx: x + width / 2, cy: y + height / 2 };
};

const graph = document.querySelector("main svg > g");
const nodes = facts.nodes.map((told, i) => {
  const element = document.getElementById(`n${i}`);
  const shape = [...element.querySelectorAll("ellipse, polygon, path")].at(-1);  // the outer one of two
  return { ...told, id: i, element, box: boxOf(shape), users: [], sources: [] };
});
const blocks = facts.blocks.map((told, i) => {
  const element = i ? document.getElementById(`b${i}`) : null;
  const polygon = element && element.querySelector("polygon");
  return { ...told, id: i, element, polygon, folded: false, box: polygon && boxOf(polygon),
    points: polygon && [...polygon.points].map((p) => [p.x, p.y]), title: element && element.querySelector("text") };
});
const edges = [...document.querySelectorAll("g.edge")].map((element) => {
  const [, user, source] = element.id.match(/^n(\d+)-n(\d+)-/).map(Number);
  nodes[user].sources.push(source);
  nodes[source].users.push(user);
  const path = element.querySelector("path");
  const label = element.querySelector("text");
  return { element, user, source, path, d: path.getAttribute("d"), heads: element.querySelectorAll("polygon, polyline"), label,
    box: label && label.textContent.trim() ? boxOf(label) : null };
});

const isInside = (block, outer) => block === outer || (block !== 0 && isInside(blocks[block].parent, outer));
const layersOf = (block) => nodes.filter((node) => node.operator && isInside(node.block, block));
const total = (list) => (list.some((node) => node.count === null) ? null : list.reduce((sum, node) => sum + node.count, 0));
const counted = (count) => (count === null ? "? parameters" : `${count.toLocaleString("en")} parameter${count === 1 ? "" : "s"}`);

// The outermost folded block that a block is in, or 0.
const cardOf = (block) => {
  let found = 0;
  for (let b = block; b; b = blocks[b].parent) if (blocks[b].folded) found = b;
  return found;
};

// A map of one axis: parts of folded blocks where nothing is shown keep ROOM at most, everything else its length.
function mapOf(axis, shown, folded) {
  const cuts = [];
  for (const [from, to] of folded) {
    let at = from;
    for (const [low, high] of [...shown.filter(([l, h]) => h > from && l < to), [to, to]].sort((a, b) => a[0] - b[0])) {
      if (low - at > ROOM) cuts.push([at + ROOM / 2, low - ROOM / 2]);
      at = Math.max(at, high);
    }
  }
  cuts.sort((a, b) => a[0] - b[0]);
  return (value) => {
    let removed = 0, end = -Infinity;
    for (const [low, high] of cuts) {
      const start = Math.max(low, end);
      if (value <= start) break;
      removed += Math.max(0, Math.min(value, high) - start);
      end = Math.max(end, high);
    }
    return value - removed;
  };
}

const cards = new Map();
function card(block) {
  if (!cards.has(block.id)) {
    const group = make("g", { class: "card", id: `card${block.id}`, tabindex: 0, role: "button", "aria-label": `block ${block.name}` }, graph);
    for (let i = 0; i < 2; i++) make("rect", { x: -CARD.width / 2, y: -CARD.height / 2, width: CARD.width, height: CARD.height }, group);
    const list = layersOf(block.id);
    make("text", { y: -6, "font-weight": "bold", "font-size": 14 }, group, `▸ ${block.name}`);
    make("text", { y: 14, "font-size": 12 }, group, `${list.length} layers, ${counted(total(list))}`);
    cards.set(block.id, group);
  }
  return cards.get(block.id);
}

const shift = (element, box, fx, fy) => element.setAttribute("transform", `translate(${fx(box.cx) - box.cx} ${fy(box.cy) - box.cy})`);

function layOut() {
  const home = nodes.map((node) => cardOf(node.block));
  const open = blocks.filter((block) => block.id && block.folded && cardOf(block.id) === block.id);
  const places = new Map(open.map((block) => [block.id, block.box]));
  const spans = (axis, half) => [
    ...nodes.filter((node) => !home[node.id]).map((node) => node.box[axis]),
    ...blocks.filter((block) => block.title && !cardOf(block.id)).map((block) => (block.titleBox ??= boxOf(block.title))[axis]),
    ...open.map((block) => [block.box["c" + axis] - half - ROOM / 2, block.box["c" + axis] + half + ROOM / 2]),
    ...edges.filter((edge) => edge.box && !home[edge.user] && !home[edge.source]).map((edge) => edge.box[axis]),
  ];
  const fx = mapOf("x", spans("x", CARD.width / 2), open.map((block) => block.box.x));
  const fy = mapOf("y", spans("y", CARD.height / 2), open.map((block) => block.box.y));
  for (const node of nodes) {
    node.element.classList.toggle("gone", home[node.id] !== 0);
    shift(node.element, node.box, fx, fy);
  }
  for (const block of blocks.slice(1)) {
    const isFolded = cardOf(block.id) !== 0;
    block.element.classList.toggle("gone", isFolded);
    block.polygon.setAttribute("points", block.points.map(([x, y]) => `${fx(x)},${fy(y)}`).join(" "));
    const [x, y] = [fx(block.box.x[0]), fy(block.box.y[0])];
    if (block.title) block.title.setAttribute("transform", `translate(${x - block.box.x[0]} ${y - block.box.y[0]})`);
    if (places.has(block.id)) card(block).setAttribute("transform", `translate(${fx(block.box.cx)} ${fy(block.box.cy)})`);
    if (places.has(block.id) || cards.has(block.id)) card(block).classList.toggle("gone", !places.has(block.id));
  }
  layOutEdges(home, places, fx, fy);
}

function layOutEdges(home, places, fx, fy) {
  const drawn = new Set();
  const half = (id) => (home[id] ? CARD.height / 2 : (nodes[id].box.y[1] - nodes[id].box.y[0]) / 2);
  const centre = (id) => {
    const box = home[id] ? places.get(home[id]) : nodes[id].box;
    return [fx(box.cx), fy(box.cy)];
  };
  for (const edge of edges) {
    const ends = [edge.user, edge.source].map((id) => (home[id] ? `b${home[id]}` : `n${id}`));
    const isBent = home[edge.user] !== 0 || home[edge.source] !== 0;
    edge.element.classList.toggle("gone", isBent && (ends[0] === ends[1] || drawn.has(ends.join())));
    drawn.add(ends.join());
    for (const head of edge.heads) head.classList.toggle("gone", isBent);
    if (!isBent) {
      edge.path.setAttribute("d", edge.d.replace(/(-?[\d.]+),(-?[\d.]+)/g, (_, x, y) => `${fx(+x)},${fy(+y)}`));
      edge.path.removeAttribute("marker-end");
      for (const head of edge.heads) shift(head, (head.box ??= boxOf(head)), fx, fy);
      if (edge.box) shift(edge.label, edge.box, fx, fy);
      continue;
    }
    const [to, from] = [centre(edge.user), centre(edge.source)];
    const [end, start] = [to[1] + half(edge.user) + 2, from[1] - half(edge.source)];
    edge.path.setAttribute("d", `M${from[0]},${start} C${from[0]},${(start + end) / 2} ${to[0]},${(start + end) / 2} ${to[0]},${end}`);
    edge.path.setAttribute("marker-end", "url(#arrow)");
    if (edge.box) {
      const [x, y] = [(from[0] + to[0]) / 2 + 4 - edge.box.x[0], (start + end) / 2 - edge.box.cy];
      edge.label.setAttribute("transform", `translate(${x} ${y})`);
    }
  }
}
