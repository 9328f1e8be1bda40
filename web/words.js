// The few words <job-tree> has of its own: names of buttons and places, and what to say when there
// is no engine to say it. All other words come from the engine.

const EN = {
  again: 'Start again',
  as_sent: 'As sent',
  began: 'Began',
  cause: 'Likely root failure',
  close: 'Close details',
  collapse: 'Close all branches',
  copied: 'Copied',
  copy: 'Copy the job id',
  copy_error: 'Copy the error',
  copy_source: 'Copy the JSON',
  detail: 'Details of the selected job',
  empty: 'No job is chosen yet.',
  ended: 'Ended',
  expand: 'Open all branches',
  failed_first: 'Failed first',
  id: 'Job id',
  job: 'Job',
  levels: 'Levels',
  longest_first: 'Longest first',
  missing: 'The job tree could not be loaded.',
  next_failure: 'Next failure',
  open_levels: 'Open so many levels',
  pause: 'Pause',
  previous_failure: 'Previous failure',
  progress: 'Progress',
  reason: 'Reason',
  refresh: 'Ask again now',
  refused: 'The security policy of this page forbids WebAssembly.',
  refused_hint: "Its Content-Security-Policy needs 'wasm-unsafe-eval' in script-src.",
  resources: 'Resources',
  resume: 'Go on asking',
  search: 'Search all jobs',
  show_all: 'Show all',
  sort: 'Order',
  source: 'JSON',
  stopped: 'The job tree has stopped because of a fault of its own.',
  timeline: 'Timeline',
  took: 'Took',
  tree: 'Job and sub-jobs',
};

/** @typedef {keyof typeof EN} Word */

/** @type {typeof EN} */
const ZH = {
  again: '重新启动',
  as_sent: '原始顺序',
  began: '开始时间',
  cause: '可能的根因',
  close: '关闭详情',
  collapse: '全部收起',
  copied: '已复制',
  copy: '复制任务 ID',
  copy_error: '复制错误信息',
  copy_source: '复制 JSON',
  detail: '所选任务的详情',
  empty: '尚未选择任务。',
  ended: '结束时间',
  expand: '全部展开',
  failed_first: '失败优先',
  id: '任务 ID',
  job: '任务',
  levels: '层级',
  longest_first: '耗时最长优先',
  missing: '任务树加载失败。',
  next_failure: '下一个失败',
  open_levels: '展开到第几层',
  pause: '暂停',
  previous_failure: '上一个失败',
  progress: '进度',
  reason: '原因',
  refresh: '立即查询',
  refused: '本页面的安全策略禁止使用 WebAssembly。',
  refused_hint: "其 Content-Security-Policy 的 script-src 须包含 'wasm-unsafe-eval'。",
  resources: '资源',
  resume: '继续查询',
  search: '搜索全部任务',
  show_all: '显示全部',
  sort: '排序',
  source: 'JSON',
  stopped: '任务树因自身故障已停止。',
  timeline: '时间线',
  took: '用时',
  tree: '任务及子任务',
};

/**
 * @param {string} lang a BCP 47 tag
 * @returns {typeof EN}
 */
export function wordsFor(lang) {
  return /^zh\b/i.test(lang) ? ZH : EN;
}
