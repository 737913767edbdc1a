// What a server is advised to send with the page, in SECURITY.md with reasons; our own servers send it, so that every test
// of the page is one of these.

/** The policy of the page. Its own `meta` says the same, but cannot say who may frame it, and does not reach workers. */
const policy = (framers) =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    `frame-ancestors ${framers}`,
  ].join("; ");

/** The headers, for those whose pages may frame ours. */
export const headersFor = (framers = "'self'") => ({
  "Content-Security-Policy": policy(framers),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
});
