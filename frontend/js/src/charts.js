// Charts: ECharts draws what Rust describes. Loaded when the first chart is needed.

import { BarChart, CustomChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendPlainComponent, TooltipComponent } from "echarts/components";
import { init, registerCustomSeries, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { lane } from "./lanes.js";

import { FINENESS, poster } from "./poster.js";
import { whisker } from "./shapes.js";
import { box } from "./topology.js";

use([AriaComponent, BarChart, CanvasRenderer, CustomChart, GridComponent, LegendPlainComponent, LineChart, TooltipComponent]);

const REST = 1; // times as long as a drawing took
const STILL = 1; // frame without anything new: then there are no more of them

const charts = new Map(); // by ECharts' own renderer, which is what a series' item can ask for

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

// The end of an axis that is no round number would be written beside the round ones, with all of its digits.
function withoutOddEnds(axis) {
  if (axis?.type === "log") return; // its ends are powers of ten
  const isOdd = (end) => typeof end === "number" && !Number.isInteger(end);
  if (isOdd(axis?.max)) axis.axisLabel = { ...axis.axisLabel, showMaxLabel: false };
  if (isOdd(axis?.min)) axis.axisLabel = { ...axis.axisLabel, showMinLabel: false };
}

// The size of words, in pixels, as charts/palette.rs has it.
function typeSize(style) {
  return Math.round(parseFloat(getComputedStyle(document.documentElement).fontSize) * style.getPropertyValue("--chart-share"));
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
registerCustomSeries("#*#*#*#lane#*#*#*#", (params, api) => lane(params, api, charts.get(api.getZr())));
registerCustomSeries("#*#*#*#picture#*#*#*#", picture);
registerCustomSeries("#*#*#*#whisker#*#*#*#", whisker);
registerCustomSeries("#*#*#*#box#*#*#*#", (params, api) => box(charts.get(api.getZr()), params, api));

// A recorded run of an export, whose server doesn't know that the file is compressed.
export async function unpacked(url) {
  const response = await fetch(new URL(url, document.baseURI));
  if (!response.ok) throw new Error(`status ${response.status}`);
  const stream = response.body.pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

export class LiveChart {
  // `seen` is told whether it can be seen, at first and whenever that changes.
  constructor(element, seen) {
    const style = getComputedStyle(element);
    this.font = style.fontFamily;
    this.element = element;
    this.chart = init(element, null, { renderer: "canvas" });
    this.zr = this.chart.getZr();
    this.zr.setSleepAfterStill(STILL);
    charts.set(this.zr, this);
    this.frame = 0;
    this.rest = 0; // not before then: a chart that is slow to draw leaves time for the rest of the page
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(element);
    this.sight = new IntersectionObserver((all) => seen?.(all.at(-1).isIntersecting));
    this.sight.observe(element);
  }

  // Takes the newest description; draws it within this frame, so that all that changes with it is painted together,
  // unless there was one in it already.
  set(option) {
    const text = JSON.stringify(option);
    if (text === this.text) return;
    this.text = text;
    this.next = option;
    if (this.frame) return;
    if (document.timeline.currentTime === this.drawn || performance.now() < this.rest) this.later();
    else this.draw();
  }

  later() {
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      if (performance.now() < this.rest) this.later();
      else this.draw();
    });
  }

  draw() {
    this.drawn = document.timeline.currentTime;
    const began = performance.now();
    try {
      this.show(this.next);
    } catch (error) {
      console.warn("A chart could not be drawn:", error);
    }
    const now = performance.now();
    this.rest = now + REST * (now - began);
  }

  show(option) {
    // charming leaves empty data out, and ECharts would keep the old.
    for (const series of option.series ?? []) series.data ??= [];
    for (const axis of [option.xAxis, option.yAxis].flat()) withoutOddEnds(axis);
    this.type = typeSize(getComputedStyle(this.element));
    option.textStyle = { fontSize: this.type };
    option.tooltip = { ...option.tooltip, renderMode: "richText", textStyle: { fontSize: this.type } };
    this.strong = getComputedStyle(this.element).color;
    this.dark = parseInt(option.backgroundColor.slice(1, 3), 16) < 128;
    this.option = option;
    this.chart.setOption(option, { replaceMerge: ["series"] });
  }

  // Draws the option at once, and gives it with its words as the address of a PNG.
  poster(option, words) {
    this.show(option);
    const drawn = this.chart.renderToCanvas({ pixelRatio: FINENESS, backgroundColor: option.backgroundColor });
    return poster(drawn, words, { ink: this.strong, ground: option.backgroundColor, font: this.font });
  }

  fit() {
    const { clientWidth, clientHeight } = this.element;
    if (clientWidth > 0 && clientHeight > 0) this.chart.resize();
    if (clientWidth === this.width) return;
    this.width = clientWidth;
    this.element.dispatchEvent(new Event("resize")); // whoever draws may want to draw something else
  }

  dispose() {
    cancelAnimationFrame(this.frame);
    this.resize.disconnect();
    this.sight.disconnect();
    charts.delete(this.zr);
    this.chart.dispose();
  }
}
