// Indents JSON as text, so that no number passes through the page's own, which would round it.
//
// Knows: the grammar of JSON. Must not know: jobs.

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const INDENT = '  ';

/**
 * @param {string} json
 * @returns {string} the same values, to the character, a line each
 */
export function indented(json) {
  let text = '';
  let depth = 0;
  let before = '';
  const line = () => `\n${INDENT.repeat(depth)}`;
  for (const [token] of json.matchAll(TOKEN)) {
    const isEnd = token === '}' || token === ']';
    const isFirst = before === '{' || before === '[';
    if (isEnd) depth -= 1;
    if (isEnd ? !isFirst : isFirst || before === ',') text += line();
    text += token === ':' ? ': ' : token;
    if (token === '{' || token === '[') depth += 1;
    before = token;
  }
  return text;
}
