/* What Vite makes of files that are asked for as text. */
interface ImportMeta {
  /** The files that match, by their paths; with `eager` they are part of the module. */
  glob<T>(patterns: string[], options: { query: "?raw"; import: "default"; eager: true }): Record<string, T>;
}

/** A style sheet that comes with the module that names it. */
declare module "*.css";
/* What Vite's `?url` makes of a style sheet: the address of the built one. */
declare module "*.css?url" {
  const address: string;
  export default address;
}

/** What Vite's `?inline` makes of a style sheet: its text. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}
