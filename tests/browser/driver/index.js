// The browsers there are, and the one that is wanted.

/** @typedef {import('./page.js').Page} Page */

/** Starts a browser with one page. @typedef {() => Promise<Page>} Open */

/** @type {Record<string, () => Promise<Open>>} */
const browsers = {
  chromium: async () => (await import('./chromium.js')).openChromium,
  firefox: async () => (await import('./firefox.js')).openFirefox,
  webkit: async () => (await import('./webkit.js')).openWebKit,
};

/** The browser that JOBTREE_BROWSER names, or Chromium. @type {Open} */
export const open = async () => {
  const name = process.env.JOBTREE_BROWSER ?? 'chromium';
  const load = browsers[name];
  if (!load) throw new Error(`JOBTREE_BROWSER: no browser "${name}"; there are ${Object.keys(browsers).join(', ')}`);
  return (await load())();
};
