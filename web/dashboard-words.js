// The words of the dashboard around the tree.

const EN = {
  another: 'Open a job',
  backend_down: 'The backend does not answer. Is it running? Trying again…',
  batch_bad: 'How many: 1 to 10,000. Of these fail: no more than that.',
  batch_failed: 'The batch could not be started.',
  batch_title: 'Start a new batch of elastic IPs',
  close: 'Close',
  count: 'How many',
  demo_banner: 'Demo: this cloud is simulated.',
  demo_title: 'Simulated jobs to try',
  failing: 'Of these fail',
  forget: 'Forget these',
  headline: 'See what a cloud job is doing',
  job: 'Job id',
  job_help: 'An id, or any text that holds one: an answer, a URL, a line of a log.',
  job_missing: 'There is no job id in this text.',
  language: '中文',
  lead: 'Paste the id of a Huawei Cloud job and watch it and all its sub-jobs, live: what is done, what is running, and what failed and why. This page only reads, and the key never leaves the backend.',
  open: 'Open',
  open_jobs: 'Open jobs',
  project: 'Project id',
  project_bad: 'A project id is 32 hexadecimal digits, or "-".',
  project_help: '"-" is the project of the backend\'s key.',
  recent: 'Seen recently',
  region: 'Region',
  service: 'Service',
  start: 'Start and watch',
  theme_auto: 'Colours: as the system',
  theme_dark: 'Colours: dark',
  theme_light: 'Colours: light',
  too_many: 'Twenty jobs are open. Close one first.',
};

/** @typedef {keyof typeof EN} DashboardWord */

/** @type {typeof EN} */
const ZH = {
  another: '打开任务',
  backend_down: '后端没有响应，是否已启动？正在重试…',
  batch_bad: '数量为 1 到 10,000，失败数不能超过数量。',
  batch_failed: '无法启动批量任务。',
  batch_title: '启动一批弹性公网 IP',
  close: '关闭',
  count: '数量',
  demo_banner: '演示：云是模拟的。',
  demo_title: '可供体验的模拟任务',
  failing: '其中失败',
  forget: '清除记录',
  headline: '看清云上任务的进展',
  job: '任务 ID',
  job_help: '可以是 ID，也可以是包含 ID 的任意文本：接口返回、URL 或一行日志。',
  job_missing: '这段文本中没有任务 ID。',
  language: 'English',
  lead: '粘贴一个华为云任务的 ID，即可实时查看该任务及其全部子任务：哪些已完成，哪些在运行，哪些失败以及失败原因。本页面只读取信息，密钥始终留在后端。',
  open: '打开',
  open_jobs: '已打开的任务',
  project: '项目 ID',
  project_bad: '项目 ID 应为 32 位十六进制数，或“-”。',
  project_help: '“-”表示后端密钥所属的项目。',
  recent: '最近查看',
  region: '区域',
  service: '服务',
  start: '启动并查看',
  theme_auto: '配色：跟随系统',
  theme_dark: '配色：深色',
  theme_light: '配色：浅色',
  too_many: '已打开二十个任务，请先关闭一个。',
};

/** @param {'en' | 'zh-CN'} lang */
export function dashboardWords(lang) {
  return lang === 'en' ? EN : ZH;
}
