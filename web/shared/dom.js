// Nodes, made one by one: no text ever goes through an HTML parser, and no policy of a page against
// that can stop us.

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/**
 * A picture of one of icons.js; it says nothing to those who do not see it.
 * @param {string} shape
 * @param {string} className
 */
export function icon(shape, className) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', className);
  svg.setAttribute('aria-hidden', 'true');
  svg.append(document.createElementNS(SVG, 'path'));
  setShape(svg, shape);
  return svg;
}

/**
 * @param {Element | null} svg
 * @param {string} shape
 */
export function setShape(svg, shape) {
  svg?.firstElementChild?.setAttribute('d', shape);
}
