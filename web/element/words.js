// The few words <job-tree> has of its own: names of buttons and places, and what to say when there
// is no engine to say it. All other words come from the engine.

/** In English and in Chinese. @satisfies {Record<string, `${string}|${string}`>} */
const WORDS = {
  again: 'Start again|重新启动',
  as_sent: 'As sent|原始顺序',
  began: 'Began|开始时间',
  cause: 'Likely root failure|可能的根因',
  close: 'Close details|关闭详情',
  collapse: 'Close all branches|全部收起',
  copied: 'Copied|已复制',
  copy: 'Copy the job id|复制任务 ID',
  copy_error: 'Copy the error|复制错误信息',
  copy_source: 'Copy the JSON|复制 JSON',
  detail: 'Details of the selected job|所选任务的详情',
  empty: 'No job is chosen yet.|尚未选择任务。',
  ended: 'Ended|结束时间',
  expand: 'Open all branches|全部展开',
  failed_first: 'Failed first|失败优先',
  id: 'Job id|任务 ID',
  job: 'Job|任务',
  levels: 'Levels|层级',
  longest_first: 'Longest first|耗时最长优先',
  missing: 'The job tree could not be loaded.|任务树加载失败。',
  next_failure: 'Next failure|下一个失败',
  open_levels: 'Open so many levels|展开到第几层',
  pause: 'Pause|暂停',
  previous_failure: 'Previous failure|上一个失败',
  progress: 'Progress|进度',
  reason: 'Reason|原因',
  refresh: 'Ask again now|立即查询',
  refused: 'The security policy of this page forbids WebAssembly.|本页面的安全策略禁止使用 WebAssembly。',
  refused_hint: "Its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src.|其 Content-Security-Policy 的 script-src 须包含 'wasm-unsafe-eval'。",
  resources: 'Resources|资源',
  resume: 'Go on asking|继续查询',
  search: 'Search all jobs|搜索全部任务',
  show_all: 'Show all|显示全部',
  sort: 'Order|排序',
  source: 'JSON|JSON',
  stopped: 'The job tree has stopped because of a fault of its own.|任务树因自身故障已停止。',
  timeline: 'Timeline|时间线',
  took: 'Took|用时',
  tree: 'Job and sub-jobs|任务及子任务',
};

/** @typedef {keyof typeof WORDS} Word */

/**
 * @param {string} lang a BCP 47 tag
 * @returns {(word: Word) => string} which says it in that language
 */
export function wordsFor(lang) {
  const language = /^zh\b/i.test(lang) ? 1 : 0;
  return (word) => WORDS[word].split('|')[language];
}
