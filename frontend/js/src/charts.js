// Charts: ECharts draws what Rust describes. Loaded when the first chart is needed.

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, registerCustomSeries, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([BarChart, CanvasRenderer, CustomChart, GridComponent, LegendComponent, LineChart, TooltipComponent]);

// What a bar is: the fourth value of its data. The same list stands in charts/lanes.rs.
const START_UP = 0, EVEN = 1, ODD = 2, RUNNING = 3, MANY = 4, HEADING = 5, END = 6;

const charts = new Map(); // by ECharts' own renderer, which is what a series' item can ask for

// A pale ground with slanted lines: worker is starting.
function hatch(colour) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = pen.fillStyle = colour;
  pen.globalAlpha = 0.12;
  pen.fillRect(0, 0, 8, 8);
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1.5;
  for (const x of [-8, 0, 8]) {
    pen.beginPath();
    pen.moveTo(x, 8);
    pen.lineTo(x + 8, 0);
    pen.stroke();
  }
  return { image: canvas, repeat: "repeat" };
}
const hatches = new Map();

function bar(params, api) {
  const kind = api.value(3);
  const [left, middle] = api.coord([api.value(1), api.value(0)]);
  const [right] = api.coord([api.value(2), api.value(0)]);
  const band = api.size([0, 1])[1];
  const chart = charts.get(api.getZr());
  const colour = api.visual("color");
  const ink = chart.option.backgroundColor;
  if (kind === HEADING) {
    const text = chart.option.series[params.seriesIndex].data[params.dataIndex].name;
    return {
      type: "text", x: left, y: middle + band * 0.12, silent: true,
      style: { text, fill: colour, font: `600 15px ${chart.font}`, verticalAlign: "middle" },
    };
  }
  if (kind === END) {
    const height = band * api.value(4);
    return {
      type: "line", silent: true, shape: { x1: right, x2: right, y1: middle - band / 2, y2: middle - band / 2 + height },
      style: { stroke: colour, lineWidth: 2.5 },
    };
  }
  const height = Math.max(4, band * 0.74);
  const width = Math.max(1, right - left);
  // A hair's breadth between neighbours tells them apart where shades alone do not.
  const shape = { x: left, y: middle - height / 2, width: width > 4 ? width - 1 : width, height, r: width > 6 ? 2 : 0 };
  if (kind === START_UP) {
    if (!hatches.has(colour)) hatches.set(colour, hatch(colour));
    return { type: "rect", shape, style: { fill: hatches.get(colour) } };
  }
  const label = kind === MANY ? `${api.value(4).toLocaleString("en")} tasks` : `${api.value(4)}`;
  const fits = width > label.length * 8.5 + 6 && height >= 13;
  return {
    type: "rect", shape,
    style: {
      fill: colour, opacity: kind === ODD ? (chart.dark ? 0.76 : 0.62) : 1,
      ...(kind === RUNNING ? { stroke: chart.strong, lineWidth: 1.5 } : {}),
    },
    ...(fits ? {
      textContent: { style: { text: label, fill: kind === ODD && !chart.dark ? chart.strong : ink, font: `600 13px ${chart.font}` } },
      textConfig: { position: "inside" },
    } : {}),
  };
}

// From dark to bright, evenly to the eye: viridis, as matplotlib has it.
const SCALE = [[68, 1, 84], [65, 68, 135], [42, 120, 142], [34, 168, 132], [122, 209, 81], [253, 231, 37]];
const MOST = 254; // the greatest number; the one above is no number

function shade(cell) {
  const place = (Math.min(cell, MOST) / MOST) * (SCALE.length - 1);
  const before = Math.min(Math.floor(place), SCALE.length - 2);
  return SCALE[before].map((part, at) => part + (SCALE[before + 1][at] - part) * (place - before));
}

// The cells stand in the item's name, two digits each.
function painted(cells, width, height) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let at = 0; at < width * height; at += 1) {
    const cell = parseInt(cells.slice(2 * at, 2 * at + 2), 16);
    image.data.set([...shade(cell), cell > MOST ? 0 : 255], 4 * at);
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}

function picture(params, api) {
  const chart = charts.get(api.getZr());
  const cells = chart.option.series[params.seriesIndex].data[params.dataIndex].name;
  const [width, height] = [api.value(0), api.value(1)];
  const place = params.coordSys;
  const scale = Math.min(place.width / width, place.height / height);
  const image = document.createElement("canvas");
  image.width = Math.max(1, Math.round(width * scale * devicePixelRatio));
  image.height = Math.max(1, Math.round(height * scale * devicePixelRatio));
  const pen = image.getContext("2d");
  // Large cells keep their edges.
  pen.imageSmoothingEnabled = image.width < width;
  pen.drawImage(painted(cells, width, height), 0, 0, image.width, image.height);
  return {
    type: "image", silent: true,
    style: { image, x: place.x, y: place.y, width: width * scale, height: height * scale },
  };
}

// ECharts 6 takes a series' drawing function by name; charming writes the name between marks.
registerCustomSeries("#*#*#*#bar#*#*#*#", bar);
registerCustomSeries("#*#*#*#picture#*#*#*#", picture);

export class LiveChart {
  constructor(element) {
    const style = getComputedStyle(element);
    this.font = style.fontFamily;
    this.element = element;
    this.chart = init(element, null, { renderer: "canvas" });
    this.zr = this.chart.getZr();
    charts.set(this.zr, this);
    this.frame = 0;
    this.rest = 0; // not before then: a chart that is slow to draw leaves time for the rest of the page
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(element);
  }

  // Takes the newest description; draws it with the next frame.
  set(option) {
    this.next = option;
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = 0;
    if (performance.now() < this.rest) {
      this.frame = requestAnimationFrame(() => this.draw());
      return;
    }
    const began = performance.now();
    try {
      const option = this.next;
      // charming leaves empty data out, and ECharts would keep the old.
      for (const series of option.series ?? []) series.data ??= [];
      option.tooltip = { ...option.tooltip, renderMode: "richText" };
      this.strong = getComputedStyle(this.element).color;
      this.dark = parseInt(option.backgroundColor.slice(1, 3), 16) < 128;
      this.option = option;
      this.chart.setOption(option, { replaceMerge: ["series"] });
    } catch (error) {
      console.warn("A chart could not be drawn:", error);
    }
    const now = performance.now();
    this.rest = now + 2 * (now - began);
  }

  fit() {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth > 0 && clientHeight > 0) this.chart.resize();
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.resize.disconnect();
    charts.delete(this.zr);
    this.chart.dispose();
  }
}
