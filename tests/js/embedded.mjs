/** The names of panels that are out there, in the addresses of pages that embed this one and in links. */
export const EMBEDDED = [
  "situation",
  "diagram",
  "why",
  "timeline",
  "tree",
  "hood",
  "commands",
  "stores",
  "timers",
  "log",
  "policies",
];
