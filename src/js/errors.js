/** What the package throws: `code` for programs, `message` for people, `rule` for the curious. */
export class LifecycleError extends Error {
  // Fields are defined and not set, which works where somebody has frozen Error.prototype.
  name = "LifecycleError";
  code;
  rule;

  /**
   * @param {string} message
   * @param {string} code
   * @param {string} [rule]
   */
  constructor(message, code, rule) {
    super(message);
    this.code = code;
    this.rule = rule;
  }
}
