/*
 * The boxes of the diagram: as numbers, for who draws them by script, and as markup, for index.html, where they are to be
 * seen before any script has run. A test keeps the page and the markup in step.
 */

import { type DrawnPhase, iconOf, linesOf, PHASES } from "../words/phases.ts";
import { LAYOUTS, left, type Shape, top } from "./layout.ts";

/** Where the parts of a box stand. */
export interface BoxParts {
  rect: { x: number; y: number; width: number; height: number };
  icon: { x: number; y: number };
  words: { x: number; y: number; text: string }[];
  /** What is told of the current phase: the attempt, and the time that is left. */
  note: { x: number; y: number };
  left: { x: number; y: number };
}

export function boxParts(shape: Shape, phase: DrawnPhase): BoxParts {
  const box = LAYOUTS[shape].nodes[phase];
  const lines = linesOf(phase);
  const wide = shape === "wide";
  const x = left(box);
  const y = top(box);
  const first = wide ? y + (lines.length > 1 ? 35 : 43) : y + (lines.length > 1 ? 17 : 27);
  const wordX = wide ? box.x : x + 32;
  return {
    rect: { x, y, width: box.w, height: box.h },
    icon: wide ? { x: box.x - 8, y: y + (lines.length > 1 ? 8 : 12) } : { x: x + 9, y: y + 15 },
    // The line that ends with an underscore needs more room below it than capitals do.
    words: lines.map((text, at) => ({ x: wordX, y: first + at * 15, text })),
    note: { x: wordX, y: wide ? y + 55 : y + (lines.length > 1 ? 42 : 35) },
    // The narrower boxes of the middle layout have a line for it, those of the tall one room beside the word.
    left: wide ? { x: box.x, y: y + 66 } : { x: x + box.w - 8, y: y + (shape === "middle" ? 45 : 19) },
  };
}

export function skeleton(shape: Shape): string {
  const { width, height } = LAYOUTS[shape];
  const boxes = PHASES.map((phase) => {
    const { rect, icon, words, note, left } = boxParts(shape, phase);
    const spans = words.map(({ x, y, text }) => `<tspan x="${x}" y="${y}">${text}</tspan>`).join("");
    return (
      `<g class="box" data-phase="${phase}">` +
      `<rect x="${rect.x}" y="${rect.y}" width="${rect.width}" height="${rect.height}" rx="9"/>` +
      `<use href="#${iconOf(phase)}" x="${icon.x}" y="${icon.y}" width="16" height="16"/>` +
      `<text class="word${words.length > 1 ? "" : " single"}">${spans}</text>` +
      `<text class="note" x="${note.x}" y="${note.y}"></text>` +
      `<text class="left" x="${left.x}" y="${left.y}"></text></g>`
    );
  });
  return `<svg id="canvas-${shape}" class="canvas" data-shape="${shape}" viewBox="0 0 ${width} ${height}" aria-hidden="true"><g class="boxes">${boxes.join("")}</g></svg>`;
}
