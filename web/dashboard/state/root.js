// Where the server is, whichever of its pages this is: the folder that its scripts come from.
//
// Knows: one URL. Must not know: what is there.

const script = import.meta.url; // in a name of its own, or a bundler takes the folder for a file

/** Ends in a slash. */
export const ROOT = new URL('.', script).href;
