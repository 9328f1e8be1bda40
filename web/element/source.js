// What an element queries: a method under a name that no page has, which an element of another kind has otherwise.
//
// Knows: nothing. Must not know: which elements there are.

/**
 * @typedef {object} Source
 * @property {import('../host/requests.js').Query} query
 * @property {boolean} [isBoard] what comes is a list of jobs, to which others may come
 */

// Registered: in the package the two elements are files of their own.
export const SOURCE = Symbol.for('job-tree.source');
