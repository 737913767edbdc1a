/* Characters that do more than stand for themselves, written out where that would do harm. */

/** They turn the direction of what stands around them: one of them in a message reorders the page's own words. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/g;
/** Controls and letters that nobody sees: in source code they make it say one thing and do another. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu;
/** What XML 1.0 has no way to write, not even escaped, and the controls that it has. */
const NOT_IN_XML = /[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** As JavaScript and Rust both write a character by its number. */
const byNumber = (character: string): string => `\\u{${character.codePointAt(0)?.toString(16)}}`;

/** Text for people: what would turn its surroundings is shown instead. */
export const shownText = (text: string): string => text.replace(TURNING, byNumber);

/** Text for a string, or a comment, of source code. */
export const sourceText = (text: string): string => text.replace(HIDDEN, byNumber);

/** Text for XML, whose own signs are yet to be escaped. */
export const xmlText = (text: string): string => shownText(text).replace(NOT_IN_XML, "\ufffd");
