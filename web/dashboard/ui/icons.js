// Shapes of the dashboard's buttons, and of its themes: lines in a square of 16.
//
// Knows: shapes. Must not know: which button has which.

export const ICONS = Object.freeze({
  add: 'M8 3v10M3 8h10',
  auto: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 1 0 0-11ZM8 5.5a2.5 2.5 0 0 1 0 5Z',
  bell: 'M4 11.5V7.3a4 4 0 0 1 8 0v4.2l1.2 1.2H2.8ZM6.7 14.3h2.6',
  bell_on: 'M4 11.5V7.3a4 4 0 0 1 8 0v4.2l1.2 1.2H2.8ZM6.7 14.3h2.6M1.6 6.6a6.3 6.3 0 0 1 2-4M14.4 6.6a6.3 6.3 0 0 0-2-4',
  clear: 'M2.5 4.5h9M2.5 8h6M2.5 11.5h4M10 10l3.5 3.5M13.5 10L10 13.5',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  dark: 'M13.5 9.8A6 6 0 1 1 6.2 2.5a5 5 0 0 0 7.3 7.3Z',
  down: 'M8 3v10M4 9l4 4 4-4',
  export: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10',
  help: 'M5.7 6a2.3 2.3 0 1 1 3.5 2c-.8.5-1.2.9-1.2 1.8M8 12.4v.2',
  history: 'M2.6 8a5.4 5.4 0 1 0 1.7-3.9L2.6 5.7M2.6 2.6v3.1h3.1M8 5v3.2l2.2 1.3',
  light: 'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 1 0 0-5.6ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  link: 'M6.7 9.3l2.6-2.6M7.2 4.9l1.5-1.5a2.8 2.8 0 0 1 3.9 3.9l-1.5 1.5M8.8 11.1l-1.5 1.5a2.8 2.8 0 0 1-3.9-3.9l1.5-1.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  pulse: 'M1.5 8.5h3l2-5 3 9 2-4h3',
  up: 'M8 13V3M4 7l4-4 4 4',
});
