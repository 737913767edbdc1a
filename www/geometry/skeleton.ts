/*
 * The boxes of the diagram as markup, for index.html: they are to be seen before any script has run. A test keeps the
 * page and this function in step.
 */

import { iconOf, linesOf, PHASES } from "../phases.ts";
import { LAYOUTS, left, type Shape, top } from "./layout.ts";

export function skeleton(shape: Shape): string {
  const { width, height, nodes } = LAYOUTS[shape];
  const boxes = PHASES.map((phase) => {
    const box = nodes[phase];
    const lines = linesOf(phase);
    const wide = shape === "wide";
    const x = left(box);
    const y = top(box);
    const first = wide ? y + (lines.length > 1 ? 36 : 43) : y + (lines.length > 1 ? 18 : 27);
    const wordX = wide ? box.x : x + 32;
    const words = lines.map((line, at) => `<tspan x="${wordX}" y="${first + at * 13}">${line}</tspan>`).join("");
    const iconX = wide ? box.x - 8 : x + 9;
    const iconY = wide ? y + (lines.length > 1 ? 8 : 12) : y + 15;
    const noteY = wide ? y + 55 : y + (lines.length > 1 ? 42 : 35);
    const leftX = wide ? box.x : x + box.w - 8;
    const leftY = wide ? y + 66 : y + 19;
    return (
      `<g class="box" data-phase="${phase}">` +
      `<rect x="${x}" y="${y}" width="${box.w}" height="${box.h}" rx="9"/>` +
      `<use href="#${iconOf(phase)}" x="${iconX}" y="${iconY}" width="16" height="16"/>` +
      `<text class="word${lines.length > 1 ? "" : " single"}">${words}</text>` +
      `<text class="note" x="${wordX}" y="${noteY}"></text>` +
      `<text class="left" x="${leftX}" y="${leftY}"></text></g>`
    );
  });
  return `<svg id="canvas-${shape}" class="canvas" viewBox="0 0 ${width} ${height}" aria-hidden="true"><g class="boxes">${boxes.join("")}</g></svg>`;
}
