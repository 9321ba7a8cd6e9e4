// A chart as a picture for reports and slides: its title above, what it says and where it was measured below.

const MARGIN = 28, LINE = 24;
export const FINENESS = 2; // fine enough to be printed

// Breaks a text at spaces, so that each line fits.
function lines(pen, text, width) {
  const found = [""];
  for (const word of text.split(" ")) {
    const longer = found.at(-1) ? `${found.at(-1)} ${word}` : word;
    if (pen.measureText(longer).width <= width) found[found.length - 1] = longer;
    else found.push(word);
  }
  return found;
}

// The drawn chart has FINENESS times its size.
export function poster(drawn, [title, sentence, machine], { ink, ground, font }) {
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  const [width, height] = [drawn.width / FINENESS, drawn.height / FINENESS];
  const write = `17px ${font}`;
  pen.font = write;
  const said = lines(pen, sentence, width);
  canvas.width = drawn.width + 2 * MARGIN * FINENESS;
  canvas.height = (height + 2 * MARGIN + 44 + said.length * LINE + 40) * FINENESS;
  pen.scale(FINENESS, FINENESS);
  pen.fillStyle = ground;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(drawn, MARGIN, MARGIN + 44, width, height);
  pen.fillStyle = ink;
  pen.font = `700 24px ${font}`;
  pen.fillText(title, MARGIN, MARGIN + 24);
  pen.font = write;
  let bottom = MARGIN + 44 + height + LINE;
  for (const line of said) {
    pen.fillText(line, MARGIN, bottom);
    bottom += LINE;
  }
  pen.font = `14px ${font}`;
  pen.globalAlpha = 0.75;
  pen.fillText(machine, MARGIN, bottom + 12);
  return canvas.toDataURL("image/png");
}
