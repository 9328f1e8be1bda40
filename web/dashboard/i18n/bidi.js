// Names and errors of others within our sentences: whatever direction they are written in, or turn the text to, ends
// with them (UAX #9). Where such a text is a node of its own, <bdi> or the node's box does the same.
//
// Knows: characters that have or set a direction. Must not know: which text they are in.

const TURNS = /[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const FIRST_STRONG = '\u2068';
const END = '\u2069';

/** The text as a part of another, which it leaves in its order. @param {string} text */
export const isolated = (text) => (TURNS.test(text) ? FIRST_STRONG + balanced(text) + END : text);

/** Without ends that would end the isolation around it, and with those that it lacks. @param {string} text */
function balanced(text) {
  let open = 0;
  const rest = text.replace(/[\u2066-\u2069]/g, (mark) => {
    if (mark === END && open === 0) return '';
    open += mark === END ? -1 : 1;
    return mark;
  });
  return rest + END.repeat(open);
}
