// The buttons for language and theme, which every page has.
//
// Knows: the document's language and theme. Must not know: what is written in that language.

import { setShape } from '../../shared/dom.js';
import { say, speech } from '../i18n/words.js';
import { memory } from '../state/memory.js';
import { ICONS } from './icons.js';
import { find, onClick } from './nodes.js';

const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
let theme = THEMES.find((name) => name === memory.get('theme')) ?? 'auto';

/** Shows both as they are now. */
export function showLooks() {
  const language = find('#language');
  language.textContent = say('language');
  language.lang = speech.lang === 'en' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = theme;
  const button = find('#theme');
  button.title = say(`theme_${theme}`);
  button.setAttribute('aria-label', button.title);
  setShape(button.firstElementChild, ICONS[theme]);
}

export function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  memory.set('theme', theme);
  showLooks();
}

onClick('#language', () => speech.toggle());
onClick('#theme', nextTheme);
