// The buttons for language, theme and density.
//
// Knows: the document's language and theme, how dense trees are. Must not know: what is written in that language.

import { setShape } from '../../shared/dom.js';
import { memory } from '../state/memory.js';
import { say, speech } from '../i18n/words.js';
import { openJobs } from '../state/open_jobs.js';
import { ICONS } from '../ui/icons.js';
import { find, onClick } from '../ui/nodes.js';

const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
let theme = THEMES.find((name) => name === memory.get('theme')) ?? 'auto';

/** Shows both as they are now. */
export function showSettings() {
  const language = find('#language');
  language.textContent = say('language');
  language.lang = speech.lang === 'en' ? 'zh-CN' : 'en';
  document.documentElement.dataset.theme = theme;
  const button = find('#theme');
  button.title = say(`theme_${theme}`);
  button.setAttribute('aria-label', button.title);
  setShape(button.firstElementChild, ICONS[theme]);
  find('#density').setAttribute('aria-pressed', String(memory.get('density') === 'compact'));
}

export function nextTheme() {
  theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
  memory.set('theme', theme);
  showSettings();
}

/** Trees stand closer, or less close. */
export function nextDensity() {
  memory.set('density', memory.get('density') ? '' : 'compact');
  for (const job of openJobs.values()) job.spread();
  showSettings();
}

onClick('#density', nextDensity);
onClick('#language', () => speech.toggle());
onClick('#theme', nextTheme);
