/*
 * The icons of phases and steps as paths in a box of 16, for who has no symbols of index.html to refer to. A test holds the
 * two together.
 */

export const ICONS: Record<string, string> = {
  "i-queued": "M2.5 4h11M2.5 8h11M2.5 12h6",
  "i-waiting-for-resources":
    "M4 2.5h8M4 13.5h8M4.5 2.5c0 3.5 7 3.5 7 5.5s-7 2-7 5.5M11.5 2.5c0 3.5-7 3.5-7 5.5s7 2 7 5.5",
  "i-initializing":
    "M8 2v2.5M8 11.5V14M2 8h2.5M11.5 8H14M3.8 3.8l1.7 1.7M10.5 10.5l1.7 1.7M12.2 3.8l-1.7 1.7M5.5 10.5l-1.7 1.7",
  "i-running": "M4.5 3v10l8.5-5z",
  "i-succeeded": "M2.5 8.5l3.7 3.7 7.3-8",
  "i-failed": "M3.5 3.5l9 9M12.5 3.5l-9 9",
  "i-aborted": "M5.3 1.8h5.4l3.5 3.5v5.4l-3.5 3.5H5.3l-3.5-3.5V5.3zM5 8h6",
  "i-timed-out": "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.5V8l2.5 2",
  "i-paused": "M5.5 3v10M10.5 3v10",
  "i-recovered": "M13.5 8A5.5 5.5 0 1 1 8 2.5h4M10 .5l2.5 2-2.5 2M5.5 8l2 2 3-3.5",
  "i-unspecified": "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M8 12.5v.6",
  "i-undo": "M5.5 3L2.5 6l3 3M2.5 6H9a4 4 0 0 1 0 8H6",
  "i-redo": "M10.5 3l3 3-3 3M13.5 6H7a4 4 0 0 0 0 8h3",
  "i-next": "M3 3v10l7-5zM12.5 3v10",
};
