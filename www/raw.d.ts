/* What Vite's `?raw` makes of a file: its text. */
declare module "*?raw" {
  const text: string;
  export default text;
}
