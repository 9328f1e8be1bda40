// The few words <job-tree> has of its own: names of buttons and places, and what to say when there
// is no engine to say it. All other words come from the engine.
//
// Knows: our few words in two languages. Must not know: nodes, what the engine says.

/** In English and in Chinese. @satisfies {Record<string, `${string}|${string}`>} */
const WORDS = {
  again: 'Reload viewer|重新加载',
  as_sent: 'Original order|默认顺序',
  began: 'Started|开始时间',
  cause: 'First failure|首个失败',
  causes: 'Why it failed|失败原因',
  close: 'Close details|关闭详情',
  collapse: 'Collapse all|全部收起',
  common: 'In common:|共同点：',
  copied: 'Copied|已复制',
  copy: 'Copy job ID|复制任务 ID',
  copy_error: 'Copy error|复制错误信息',
  copy_source: 'Copy JSON|复制 JSON',
  detail: 'Details of the selected job|所选任务的详情',
  drag: 'Drag to zoom, double-click to show all|拖动可缩放，双击显示全部',
  empty: 'No job selected.|未选择任务。',
  ended: 'Finished|结束时间',
  expand: 'Expand all|全部展开',
  failed: 'failed|失败',
  failed_first: 'Failed first|失败优先',
  id: 'Job ID|任务 ID',
  job: 'Job|任务',
  levels: 'Depth|层级',
  longest_first: 'Longest first|耗时最长优先',
  meaning: 'Meaning|含义',
  mismatch: 'This page is out of date. Reload it.|页面已过期，请重新加载。',
  missing: "Couldn't load the job tree.|任务树加载失败。",
  next_failure: 'Next failure|下一个失败项',
  open_levels: 'Expand to level|展开层级',
  not_copied: 'Could not copy. Select the text instead.|无法复制，请手动选中文本。',
  pause: 'Pause|暂停',
  previous_failure: 'Previous failure|上一个失败项',
  progress: 'Progress|进度',
  reason: 'Error|错误',
  refresh: 'Refresh|刷新',
  remedy: 'What to do|处理建议',
  refused: "WebAssembly is blocked by this page's Content-Security-Policy.|本页面的 Content-Security-Policy 禁止使用 WebAssembly。",
  refused_hint: "Add 'wasm-unsafe-eval' to script-src.|请在 script-src 中添加 'wasm-unsafe-eval'。",
  resources: 'Resource IDs|资源 ID',
  resume: 'Resume|继续',
  search: 'Filter sub-jobs…|搜索子任务',
  show_all: 'Show all|显示全部',
  sort: 'Sort|排序',
  source: 'JSON|JSON',
  stopped: 'The job tree crashed. Reload to continue.|组件异常，请重新加载。',
  succeeded: 'succeeded|成功',
  timeline: 'Timeline|时间线',
  took: 'Duration|用时',
  tree: 'Job and sub-jobs|任务及子任务',
  type: 'type|类型',
  unsupported: 'WebAssembly is unavailable in this browser.|此浏览器无法使用 WebAssembly。',
  zoom: 'Zoom timeline to the current row|时间线缩放到当前行',
};

/** Those that are others where the list is not of one job's parts. @type {Partial<Record<Word, string>>} */
const OF_BOARDS = {
  search: 'Filter jobs…|搜索任务',
  tree: 'Jobs|任务列表',
};

/** @typedef {keyof typeof WORDS} Word */

/**
 * @param {string} lang a BCP 47 tag
 * @returns {string} that of the language we say it in
 */
export function languageOf(lang) {
  if (/^zh\b/i.test(lang)) return 'zh-CN';
  return /^en\b/i.test(lang) ? lang : 'en';
}

/**
 * @param {string} lang a BCP 47 tag
 * @param {boolean} [isBoard]
 * @returns {(word: Word) => string} which says it in that language
 */
export function wordsFor(lang, isBoard = false) {
  const language = Number(languageOf(lang) === 'zh-CN');
  return (word) => ((isBoard && OF_BOARDS[word]) || WORDS[word]).split('|')[language];
}
