// Properties of an element that are its attributes.
//
// Knows: any element. Must not know: which attributes there are.

/**
 * @param {Element} element
 * @param {string} attribute
 * @param {string} otherwise
 */
export function read(element, attribute, otherwise = '') {
  return element.getAttribute(attribute) ?? otherwise;
}

/**
 * An attribute that has one of a few values, of which the first stands for all others.
 * @template {string} Name
 * @param {Element} element
 * @param {string} attribute
 * @param {Name[]} names
 */
export function oneOf(element, attribute, names) {
  const value = read(element, attribute);
  return names.find((name) => name === value) ?? names[0];
}

/**
 * @param {Element} element
 * @param {string} attribute
 * @param {unknown} value null and undefined take the attribute away
 */
export function reflect(element, attribute, value) {
  if (value === null || value === undefined) element.removeAttribute(attribute);
  else element.setAttribute(attribute, String(value));
}

/**
 * Properties that were set before the element was defined hide those of its class.
 * @param {any} element
 * @param {Function} type
 */
export function adopt(element, type) {
  for (const name of Object.keys(element)) {
    if (!(name in type.prototype)) continue;
    const value = element[name];
    delete element[name];
    element[name] = value;
  }
}
