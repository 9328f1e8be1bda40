// The shapes that tell the status classes apart without their colours, and those of the buttons.

/** Filled outlines in a square of 16, by the name of the status class. */
export const STATUS_ICONS = Object.freeze({
  waiting: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM7.3 4.4h1.4v3.2l2.2 1.3-.7 1.2-2.9-1.7Z',
  running: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 4.3a3.7 3.7 0 0 1 0 7.4Z',
  succeeded: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1ZM4 8.1l3 3 5-5.1L10.9 5 7 8.9 5.1 7Z',
  failed: 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Zm.1 5.3L6.9 8 5.2 9.7l1.1 1.1L8 9.1l1.7 1.7 1.1-1.1L9.1 8l1.7-1.7-1.1-1.1L8 6.9 6.3 5.2Z',
  cancelled: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.4 10.6l6.2-6.2 1 1-6.2 6.2Z',
  skipped: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Zm0 1.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.8 7.25h6.4v1.5H4.8Z',
  unknown: 'M8 .5 15.5 8 8 15.5.5 8ZM5.8 6.5h1.5c0-.5.3-.8.7-.8s.7.2.7.6c0 .3-.1.4-.5.7-.6.4-1 .9-1 1.7v.3h1.5v-.2c0-.4.1-.5.5-.8.6-.4 1.1-.9 1.1-1.8C10.3 5.1 9.4 4.3 8 4.3S5.8 5.1 5.8 6.5ZM7.2 9.9h1.5v1.5H7.2Z',
  warning: 'M8 1.2 15.5 14.5H.5ZM7.25 6v4.2h1.5V6Zm0 5.2v1.5h1.5v-1.5Z',
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
  cause: 'M8 3a5 5 0 1 0 0 10 5 5 0 1 0 0-10ZM8 1v4M8 11v4M1 8h4M11 8h4',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 1 0 0-9ZM10.3 10.3 14 14',
  next_failure: 'M8 3v10M4 9l4 4 4-4',
  previous_failure: 'M8 13V3M4 7l4-4 4 4',
});
