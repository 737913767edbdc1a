// Calls made where the stack is about to end.

/**
 * Makes a call with room for so many more calls of an empty function, or nearly, until the stack ends; answers what it
 * threw. A function that was never called before is compiled there, which takes more room than most functions do.
 */
export function nearTheEnd(left, call) {
  let [above, thrown] = [0, undefined];
  (function deep() {
    try {
      deep();
    } catch (end) {
      above += 1;
      if (above < left) throw end;
      try {
        call();
      } catch (error) {
        thrown = error;
      }
    }
  })();
  return thrown;
}
