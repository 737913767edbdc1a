/* What Vite's `?raw` makes of a file: its text. */
declare module "*?raw" {
  const text: string;
  export default text;
}

/** A style sheet that comes with the module that names it. */
declare module "*.css";
/* What Vite's `?url` makes of a style sheet: the address of the built one. */
declare module "*.css?url" {
  const address: string;
  export default address;
}
