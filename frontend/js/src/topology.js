// Boxes of the topology: processes, interpreters with their locks, threads.

// What a box is: the fifth value of its data. The same list stands in charts/topology/layout.rs.
const HEADING = 0, PROCESS = 1, INTERPRETER = 2, FREE_LOCK = 3, HELD_LOCK = 4, IDLE = 5, RUNNING = 6, WITH_KEY = 7, WAITING = 8;

const CLOSED = "M3 8h10v7H3zM5 8V5a3 3 0 0 1 6 0v3h-1.6V5a1.4 1.4 0 0 0-2.8 0v3z";
const OPEN = "M3 8h10v7H3zM5 8V4a3 3 0 0 1 6 0v1h-1.6V4a1.4 1.4 0 0 0-2.8 0v4z";
const KEY = "M5 4a4 4 0 1 0 0 8a4 4 0 0 0 3.9-3H12v3h2V9h2V7H8.9A4 4 0 0 0 5 4zM5 6.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 0 1 0-3z";

const symbol = (pathData, x, y, fill) => ({ type: "path", silent: true, shape: { pathData, x, y, width: 15, height: 15, layout: "center" }, style: { fill } });

export function box(chart, params, api) {
  const kind = api.value(4);
  const [left, top] = api.coord([api.value(0), api.value(1)]);
  const [right, bottom] = api.coord([api.value(0) + api.value(2), api.value(1) + api.value(3)]);
  const [width, height] = [right - left, bottom - top];
  const colour = api.visual("color");
  const ground = chart.option.backgroundColor;
  const text = chart.option.series[params.seriesIndex].data[params.dataIndex].name;
  // Everything is as large as the type; the numbers are for words of 14 pixels.
  const scale = chart.type / 14;
  const words = (x, y, fill, more) => ({
    type: "text", x, y, silent: true,
    style: { text, fill, font: `${chart.type}px ${chart.font}`, overflow: "truncate", ellipsis: "…", ...more },
  });
  const rect = (style) => ({ type: "rect", shape: { x: left, y: top, width, height, r: 6 }, style });
  switch (kind) {
    case HEADING:
      return words(left, top + 9 * scale, colour, { font: `650 ${chart.type + 2}px ${chart.font}`, width });
    case PROCESS:
      return { type: "group", children: [
        rect({ fill: "none", stroke: colour, lineWidth: 2 }), words(left + 8, top + 7 * scale, chart.strong, { width: width - 16 }),
      ] };
    case INTERPRETER:
      // Its lock stands at the right end of the same line.
      return { type: "group", children: [
        rect({ fill: colour, opacity: 0.12 }), rect({ fill: "none", stroke: colour, lineWidth: 1, lineDash: [5, 4] }),
        words(left + 8, top + 7 * scale, chart.strong, { width: Math.max(0, width - 72 * scale) }),
      ] };
    case FREE_LOCK:
    case HELD_LOCK: {
      const wide = text.length * 7.5 * scale;
      const shown = wide + 24 < width ? wide : 0;
      return { type: "group", children: [
        symbol(kind === HELD_LOCK ? CLOSED : OPEN, right - 18 - shown, top + 5 * scale, chart.strong),
        ...(shown ? [words(right - shown, top + 7 * scale, chart.strong)] : []),
      ] };
    }
    default: {
      const full = kind === RUNNING || kind === WITH_KEY;
      const style = full ? { fill: colour } : { fill: ground, stroke: colour, lineWidth: 1.5, lineDash: kind === WAITING ? [3, 3] : undefined };
      const ink = full ? ground : chart.strong;
      return { type: "group", children: [
        rect(style),
        words(left + 8, top + 6 * scale, ink, { width: Math.max(0, width - (kind === WITH_KEY ? 32 : 14)), lineHeight: 18 * scale }),
        ...(kind === WITH_KEY ? [symbol(KEY, right - 22, top + 6, ink)] : []),
      ] };
    }
  }
}
