/** What the package throws: `code` for programs, `message` for people, `rule` for the curious. */
export class LifecycleError extends Error {
  /**
   * @param {string} message
   * @param {string} code
   * @param {string} [rule]
   */
  constructor(message, code, rule) {
    super(message);
    this.name = "LifecycleError";
    this.code = code;
    this.rule = rule;
  }
}
