// The shapes that tell the status classes apart without their colours, and those of the buttons.
//
// Knows: paths of SVG. Must not know: where a shape is shown.

/** Filled outlines in a square of 16, by the name of the status class. */
export const STATUS_ICONS = Object.freeze({
  waiting: 'M8 1a7 7 0 1 1-.1 0Zm0 1.5a5.5 5.5 0 1 0 .1 0ZM7.2 4.5h1.5v3l2.3 1.4-.8 1.3-3-1.8Z',
  running: 'M8 1a7 7 0 1 1-.1 0Zm0 1.5a5.5 5.5 0 1 0 .1 0ZM8 4a4 4 0 0 1 0 8Z',
  succeeded: 'M8 1a7 7 0 1 1-.1 0ZM4 8l3 3 5-5-1-1-4 4-2-2Z',
  failed: 'M5 1h6l4 4v6l-4 4H5l-4-4V5ZM8 7l2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2-2-2 1-1Z',
  cancelled: 'M8 1a7 7 0 1 1-.1 0Zm0 1.5a5.5 5.5 0 1 0 .1 0ZM4.5 10.5l6-6 1 1-6 6Z',
  skipped: 'M8 1a7 7 0 1 1-.1 0Zm0 1.5a5.5 5.5 0 1 0 .1 0ZM5 7.2h6v1.6H5Z',
  unknown: 'M8 .5L15.5 8 8 15.5.5 8ZM5.8 6.5h1.5c0-1 1.4-1 1.4 0 0 .9-1.5 1-1.5 2.6h1.5c0-1 1.6-1.2 1.6-2.7 0-2.8-4.5-2.8-4.5.1ZM7.2 10h1.5v1.5H7.2Z',
  warning: 'M8 1l7.5 13.5H.5ZM7.2 6h1.6v4H7.2Zm0 5h1.6v1.6H7.2Z',
});

/** Lines in a square of 16. */
export const BUTTON_ICONS = Object.freeze({
  chevron: 'M6 4l4 4-4 4',
  refresh: 'M13 8a5 5 0 1 1-1.5-3.6M13 2.2v2.6h-2.6',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  resume: 'M5 3.5v9L12 8Z',
  expand: 'M5 6l3-3 3 3M5 10l3 3 3-3',
  collapse: 'M5 3l3 3 3-3M5 13l3-3 3 3',
  copy: 'M6 6h7v7H6ZM3 10V3h7',
  copied: 'M3.5 8.5l3 3 6-7',
  close: 'M4 4l8 8M12 4l-8 8',
  cause: 'M8 3a5 5 0 1 0 .1 0ZM8 1v4M8 11v4M1 8h4M11 8h4',
  search: 'M7 2.5a4.5 4.5 0 1 0 .1 0ZM10.3 10.3 14 14',
  next_failure: 'M8 3v10M4 9l4 4 4-4',
  zoom: 'M2 3v10M14 3v10M4.5 8h7M6.5 6l-2 2 2 2M9.5 6l2 2-2 2',
  previous_failure: 'M8 13V3M4 7l4-4 4 4',
});
