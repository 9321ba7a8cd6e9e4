// The lanes' part of charts: one item of the series is a heading, a worker's lane, a lap's end or a key.

import { graphic } from "echarts/core";

// What an item is: the first value of its data. The same list stands in charts/lanes/mod.rs.
const HEADING = 0, LANE = 1, END = 2, KEY = 3, NOW = 4;
// What a task's piece is: the same list stands in charts/lanes/tasks.rs.
const EVEN = 0, ODD = 1, MANY = 2, RUNNING = 3;

// Where tasks and states stand in a lane, in pixels from its top.
const TASKS = { top: 1, height: 15 };
const STATES = { top: 17, height: 20 };

// Many rectangles that are one element: left, top, width and height of each in turn.
graphic.registerShape("boxes", graphic.extendShape({
  shape: { boxes: [] },
  buildPath(path, { boxes }) {
    for (let at = 0; at < boxes.length; at += 4) path.rect(boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]);
  },
}));

// How states look, by charts/lanes/sums.rs; the legend in style.css shows the same.
const PATTERNS = {
  starting(pen) { // dots
    for (const [x, y] of [[2, 2], [6, 6]]) pen.fillRect(x - 1, y - 1, 2, 2);
  },
  withoutGil(pen) { // level lines
    for (const y of [0, 4]) pen.fillRect(0, y, 8, 2.5);
  },
  waitingForGil(pen) { // slanted lines
    pen.lineWidth = 1.6;
    for (const x of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(x - 1, 9);
      pen.lineTo(x + 9, -1);
      pen.stroke();
    }
  },
  waitingForCpu(pen) { // upright lines
    for (const x of [0, 4]) pen.fillRect(x, 0, 1.1, 8);
  },
};

const patterns = new Map();
function pattern(name, colour) {
  const key = name + colour;
  if (!patterns.has(key)) {
    const canvas = document.createElement("canvas");
    const scale = 2; // sharp on fine screens
    canvas.width = canvas.height = 8 * scale;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.strokeStyle = pen.fillStyle = colour;
    pen.globalAlpha = name === "withoutGil" ? 0.3 : 0.1;
    pen.fillRect(0, 0, 8, 8);
    pen.globalAlpha = 0.95;
    PATTERNS[name](pen);
    patterns.set(key, { image: canvas, repeat: "repeat", scaleX: 1 / scale, scaleY: 1 / scale });
  }
  return patterns.get(key);
}

// A key, 16 by 9: a ring, a stem and two teeth.
const KEY_PATH = "M4.5 0a4.5 4.5 0 1 0 4.2 6H11v3h2V6h1v2.4h2V3H8.7A4.5 4.5 0 0 0 4.5 0Zm0 2.6a1.9 1.9 0 1 1 0 3.8a1.9 1.9 0 0 1 0-3.8Z";

// On a ground of its own, so that it is seen on every pattern.
function key(left, middle, number, { ink, strong, font, digits }) {
  const label = digits ? `${number}` : "";
  return [
    {
      type: "rect", shape: { x: left, y: middle - 8, width: 24 + label.length * 7.5, height: 16, r: 4 },
      style: { fill: ink, stroke: strong, lineWidth: 1 },
    },
    { type: "path", shape: { pathData: KEY_PATH, x: left + 4, y: middle - 4.5, width: 16, height: 9 }, style: { fill: strong } },
    {
      type: "text", x: left + 22, y: middle + 0.5,
      style: { text: label, fill: strong, font: `700 ${digits}px ${font}`, verticalAlign: "middle" },
    },
  ];
}

function boxes(boxes, style) {
  return { type: "boxes", shape: { boxes }, style };
}

function tasks(pieces, scene) {
  const { x, top, colour, strong, dark, font, digits } = scene;
  const shades = [[], [], [], []];
  const words = [];
  for (let at = 0; at < pieces.length; at += 4) {
    const kind = pieces[at];
    const left = x(pieces[at + 1]);
    const width = Math.max(1, x(pieces[at + 2]) - left);
    // A hair's breadth between neighbours tells them apart where shades alone do not.
    shades[kind].push(left, top + TASKS.top, width > 4 ? width - 1 : width, TASKS.height);
    const number = pieces[at + 3];
    // How many requests it were isn't always known to the lanes: 0 stands for many.
    const many = number ? `${number.toLocaleString("en")} tasks` : "requests";
    const label = kind === MANY ? many : `${number}`;
    if (digits && width > label.length * 7.6 + 6) {
      words.push({
        type: "text", x: left + width / 2, y: top + TASKS.top + TASKS.height / 2 + 0.5,
        style: {
          text: label, fill: strong, font: `600 ${digits}px ${font}`,
          align: "center", verticalAlign: "middle",
        },
      });
    }
  }
  // Pale: what the thread did meanwhile, below, is what should be seen first.
  const shade = (opacity) => ({ fill: colour, opacity: opacity * (dark ? 1.25 : 1) });
  return [
    boxes(shades[EVEN], shade(0.38)),
    boxes(shades[ODD], shade(0.2)),
    boxes(shades[MANY], shade(0.38)),
    boxes(shades[RUNNING], { ...shade(0.38), stroke: strong, lineWidth: 1.5 }),
    ...words,
  ];
}

function states(layers, scene) {
  const { x, top, colour } = scene;
  const bottom = top + STATES.top + STATES.height;
  const looks = [
    { fill: colour }, { fill: pattern("withoutGil", colour) }, { fill: pattern("waitingForGil", scene.strong) },
    { fill: pattern("waitingForCpu", colour) }, { fill: colour, opacity: 0.8 },
  ];
  const BLOCKED = 4;
  return layers.map((layer, look) => {
    const found = [];
    for (let at = 0; at < layer.length; at += 4) {
      const left = x(layer[at]);
      const width = Math.max(0.5, x(layer[at + 1]) - left);
      const from = bottom - layer[at + 2] * STATES.height;
      const height = (layer[at + 3] - layer[at + 2]) * STATES.height;
      // Who is blocked lies flat.
      if (look === BLOCKED) found.push(left, from - 2, width, 2);
      else found.push(left, from - height, width, height);
    }
    return boxes(found, looks[look]);
  });
}

function starting([from, until], scene) {
  if (from === undefined) return [];
  const left = scene.x(from);
  const width = Math.max(1, scene.x(until) - left);
  return [boxes([left, scene.top + STATES.top, width, STATES.height], { fill: pattern("starting", scene.colour) })];
}

function children([kind, , height, , content], name, scene) {
  const { x, top, left, right, colour, strong, font, type } = scene;
  switch (kind) {
    case HEADING:
      return [{
        type: "text", x: left, y: top + height * 0.6,
        style: { text: name, fill: colour, font: `600 ${type + 1}px ${font}`, verticalAlign: "middle" },
      }];
    case LANE: {
      const [pieces, before, ...layers] = content;
      const [label, missing] = name.split("\n");
      return [
        ...starting(before, scene), ...states(layers, scene), ...tasks(pieces, scene),
        {
          type: "text", x: left - 7, y: top + height / 2 - 1,
          style: { text: label, fill: strong, font: `${left < 110 ? type - 1.5 : type}px ${font}`, align: "right", verticalAlign: "middle", width: left - 9, overflow: "truncate" },
        },
        ...(missing ? [{
          type: "text", x: left + 6, y: top + STATES.top + STATES.height / 2,
          style: { text: missing, fill: strong, font: `italic ${type}px ${font}`, verticalAlign: "middle" },
        }] : []),
      ];
    }
    case END:
      return [{
        type: "line", shape: { x1: x(content[0]), x2: x(content[0]), y1: top, y2: top + height - 4 },
        style: { stroke: colour, lineWidth: 2.5 },
      }];
    case KEY:
      return key(x(content[0]) + 3, top + STATES.top + STATES.height / 2, content[2], scene);
    case NOW:
      return key(right + 3, top + STATES.top + STATES.height / 2, content[0], scene);
  }
  return [];
}

// Draws an item; `chart` is the one that it belongs to.
export function lane(params, api, chart) {
  const { value, name } = chart.option.series[params.seriesIndex].data[params.dataIndex];
  const { x: left, width } = params.coordSys;
  const [origin, top] = api.coord([0, value[1]]);
  const perMilli = api.coord([1, value[1]])[0] - origin;
  const scene = {
    x: (millis) => origin + millis * perMilli, top, left, right: left + width, colour: api.visual("color"),
    ink: chart.option.backgroundColor, strong: chart.strong, dark: chart.dark, font: chart.font, type: chart.type,
    // Numbers in bars and beside keys are left out where they would have to be smaller than all other words.
    digits: chart.type - 1 <= TASKS.height ? chart.type - 1 : 0,
  };
  return { type: "group", silent: true, $mergeChildren: false, children: children(value, name, scene) };
}
