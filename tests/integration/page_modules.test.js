// The page's modules without a page: what can be loaded by a server, and what finds a job in a text.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Clock } from '../../web/element/clock.js';
import { findAddresses, formatAddress, isProject, parseAddress } from '../../web/shared/address.js';
import { ago, clock, inFull, span, zone } from '../../web/dashboard/i18n/times.js';
import { say, speech } from '../../web/dashboard/i18n/words.js';
import { History } from '../../web/dashboard/state/history.js';

const ID = 'ff808082843684110184e155fdb36461';
const UUID = '5ec94c0e-5d62-11f0-9e9c-0255ac100b05';
const PROJECT = '5100000000000000000000000de30001';

describe('the element', () => {
  it('is imported without a browser, and registers nothing', async () => {
    const { JobTreeElement } = await import('../../web/element/job_tree_element.js');
    assert.equal(typeof JobTreeElement.define, 'function');
  });

  it('is registered once, however often it is defined', async () => {
    const { JobTreeElement } = await import('../../web/element/job_tree_element.js');
    const known = new Map();
    const registry = /** @type {any} */ ({
      get: (/** @type {string} */ tag) => known.get(tag),
      define: (/** @type {string} */ tag, /** @type {unknown} */ element) => {
        assert.ok(!known.has(tag));
        known.set(tag, element);
      },
    });
    JobTreeElement.define('job-tree', registry);
    JobTreeElement.define('job-tree', registry);
    assert.equal(known.get('job-tree'), JobTreeElement);
  });
});

describe('a time', () => {
  const at = (/** @type {string} */ text) => Date.parse(text);

  it('is told from another by all that differs, in the form of the other', () => {
    const began = at('2026-11-29T06:28:18Z');
    const rows = ['2026-11-29T06:28:19Z', '2026-11-29T15:59:59Z', '2026-11-29T16:00:00Z', '2026-11-28T06:28:18Z'];
    const told = (/** @type {Clock} */ clock) => rows.map((row) => clock.brief(at(row), began));
    const [en, zh] = ['en', 'zh-CN'].map((lang) => new Clock(lang, 'Asia/Shanghai'));
    assert.deepEqual(told(en), ['14:28:19', '23:59:59', 'Nov 30, 00:00:00', 'Nov 28, 14:28:18']);
    assert.deepEqual(told(zh), ['14:28:19', '23:59:59', '11-30 00:00:00', '11-28 14:28:18']);
    assert.equal(en.full(began), 'Nov 29, 2026, 14:28:18 GMT+8');
    assert.equal(zh.full(began), '2026-11-29 14:28:18 (GMT+08:00)');
    assert.equal(zh.brief(at('2027-11-29T06:28:18Z'), began), '11-29 14:28:18');
  });

  it('has its zone when the clocks were put back or forward since the other', () => {
    const [en, zh] = ['en', 'zh'].map((lang) => new Clock(lang, 'America/New_York'));
    const [summer, winter] = [at('2026-11-01T05:30:00Z'), at('2026-11-01T06:30:00Z')];
    assert.deepEqual([en.brief(summer, summer), en.brief(winter, summer), en.zoneName(summer)], ['01:30:00', '01:30:00 EST', 'EDT']);
    assert.deepEqual([zh.brief(summer, winter), zh.brief(winter, winter), zh.zoneName(winter)], ['01:30:00 GMT-04:00', '01:30:00', 'GMT-05:00']);
    assert.equal(zh.full(summer), '2026-11-01 01:30:00 (GMT-04:00)');
  });
});

describe('an address in a pasted text', () => {
  /** @type {[string, string, object | undefined][]} */
  const cases = [
    ['an id alone', `  ${ID}\n`, { job: ID }],
    ['a UUID alone', UUID, { job: UUID }],
    ['an id of letters', 'job_17-b', { job: 'job_17-b' }],
    ['an answer', `{"status": "SUCCESS", "job_id" : "${ID}"}`, { job: ID }],
    ['an answer whose sub-jobs come first',
      `{"entities": {"sub_jobs": [{"job_id": "${UUID}"}]}, "job_id": "${ID}"}`, { job: ID }],
    ['an answer cut off', `{"begin_time": "x", "job_id": "${ID}", "entities": {`, { job: ID }],
    ['a wrapped answer', `{"job": {"id": "${ID}", "status": "Running"}}`, { job: ID }],
    ["the cloud's URL", `GET https://vpc.cn-north-4.myhuaweicloud.com/v1/${PROJECT}/jobs/${ID}`,
      { project: PROJECT, job: ID }],
    ["the backend's URL", `http://127.0.0.1:8080/api/cn-east-3/ecs/v1/-/jobs/${ID}`,
      { region: 'cn-east-3', service: 'ecs', project: '-', job: ID }],
    ["a page's URL", `http://127.0.0.1:8080/?job=cn-east-3/ecs/-/${ID}#new`,
      { region: 'cn-east-3', service: 'ecs', project: '-', job: ID }],
    ['several ids of one job', `${UUID}/${ID}`, { job: `${UUID}/${ID}` }],
    ["the backend's URL with several ids", `http://127.0.0.1:8080/api/cn-east-3/dms/v1/-/jobs/${UUID}/${ID}`,
      { region: 'cn-east-3', service: 'dms', project: '-', job: `${UUID}/${ID}` }],
    ["a page's URL with several ids", `http://127.0.0.1:8080/?job=cn-east-3/dms/-/${UUID}/${ID}#new.`,
      { region: 'cn-east-3', service: 'dms', project: '-', job: `${UUID}/${ID}` }],
    ['a line of a log', `2026-01-02T03:04:05Z INFO created 3 IPs, job ${ID} accepted`, { job: ID }],
    ['a line with a key', `msg="started" jobId=${UUID} took=3ms`, { job: UUID }],
    ['nothing', '', undefined],
    ['words', 'there is none in here', undefined],
    ['an id that is too long', 'a'.repeat(65), undefined],
    ['JSON that is no object', 'null', { job: 'null' }],
    ['an id of another shape in JSON', '{"job_id": "<b>"}', undefined],
  ];
  for (const [what, text, expected] of cases) {
    it(`is found in ${what}`.replace('found in nothing', 'not found in nothing'), () => {
      assert.deepEqual(findAddresses(text), expected ? [expected] : []);
    });
  }

  it('is of the place its URL names', () => {
    const known = {
      regions: ['cn-north-4', 'cn-east-3'],
      services: [
        { name: 'eip', path: '/v1/{project_id}/jobs/{job_id}' }, { name: 'ecs', path: '/v1/{project_id}/jobs/{job_id}' },
        { name: 'dms', path: '/v2/{project_id}/instances/{instance_id}/tasks/{task_id}' },
        { name: 'dcs', path: '/v2/{project_id}/jobs/{job_id}' },
        { name: 'dcs-tasks', path: '/v2/{project_id}/instances/{instance_id}/tasks/{task_id}' },
        { name: 'sms', path: '/v3/tasks/{task_id}' }, { name: 'dli', path: '/v1.0/{project_id}/jobs/{job_id}/status' },
        { name: 'codearts-pipeline', path: '/v5/{devcloud_id}/api/pipelines/{pipeline_id}/pipeline-runs/detail?pipeline_run_id={run_id}' },
        { name: 'rfs', path: '/v1/{project_id}/stacks/{stack_name}/metadata' },
        { name: 'elb', path: '/v3/{project_id}/elb/jobs/{job_id}' }, { name: 'rds', path: '/v3/{project_id}/jobs?id={job_id}' },
      ],
    };
    /** @type {[string, object][]} */
    const places = [
      [`https://vpc.cn-north-4.myhuaweicloud.com/v1/${PROJECT}/jobs/${ID}`, { region: 'cn-north-4', service: 'eip', project: PROJECT, job: ID }],
      [`https://elb.cn-east-3.myhuaweicloud.com/v3/${PROJECT}/elb/jobs/${UUID}`, { region: 'cn-east-3', service: 'elb', project: PROJECT, job: UUID }],
      [`https://rds.cn-east-3.myhuaweicloud.com/v3/${PROJECT}/jobs?id=${UUID}`, { region: 'cn-east-3', service: 'rds', project: PROJECT, job: UUID }],
      [`https://gateway.example.com/v3/${PROJECT}/elb/jobs/${UUID}`, { service: 'elb', project: PROJECT, job: UUID }],
      [`https://unheard.of.example/v1/${PROJECT}/jobs/${ID}`, { project: PROJECT, job: ID }],
      [`https://console.huaweicloud.com/ecm/?region=cn-east-3#/tasks?job_id=${ID}`, { region: 'cn-east-3', service: 'ecs', job: ID }],
      [`http://jobs.example.com/api/cn-east-3/elb/v3/-/elb/jobs/${UUID}`, { region: 'cn-east-3', service: 'elb', project: '-', job: UUID }],
      [`https://dms.cn-north-4.myhuaweicloud.com/v2/${PROJECT}/instances/${UUID}/tasks/${ID}`,
        { region: 'cn-north-4', service: 'dms', project: PROJECT, job: `${UUID}/${ID}` }],
      [`https://dcs.cn-north-4.myhuaweicloud.com/v2/${PROJECT}/instances/${UUID}/tasks/${ID}.`,
        { region: 'cn-north-4', service: 'dcs-tasks', project: PROJECT, job: `${UUID}/${ID}` }],
      [`https://sms.cn-north-4.myhuaweicloud.com/v3/tasks/${UUID}`, { region: 'cn-north-4', service: 'sms', project: '-', job: UUID }],
      [`https://dli.cn-north-4.myhuaweicloud.com/v1.0/${PROJECT}/jobs/${UUID}/status`, { region: 'cn-north-4', service: 'dli', project: PROJECT, job: UUID }],
      [`https://cloudpipeline-ext.cn-east-3.myhuaweicloud.com/v5/a1/api/pipelines/b2/pipeline-runs/detail?pipeline_run_id=c3`,
        { region: 'cn-east-3', service: 'codearts-pipeline', project: '-', job: 'a1/b2/c3' }],
      [`https://rfs.cn-north-4.myhuaweicloud.com/v1/${PROJECT}/stacks/my.stack/metadata`, { region: 'cn-north-4', service: 'rfs', project: PROJECT, job: 'my.stack' }],
      [`http://jobs.example.com/api/cn-east-3/dms/v2/-/instances/${UUID}/tasks/${ID}`, { region: 'cn-east-3', service: 'dms', project: '-', job: `${UUID}/${ID}` }],
      [`job_id=${ID} in cn-north-4`, { region: 'cn-north-4', job: ID }],
      [`info job query failed region=cn-north-4 service=evs project=${PROJECT} job=${ID} request_id=${'a'.repeat(32)}`,
        { region: 'cn-north-4', service: 'evs', project: PROJECT, job: ID }],
      [`{"level":"info","region":"cn-east-3","service":"dms","project":"-","job":"${UUID}/${ID}","code":"x"}`,
        { region: 'cn-east-3', service: 'dms', project: '-', job: `${UUID}/${ID}` }],
    ];
    for (const [text, expected] of places) assert.deepEqual(findAddresses(`see ${text}`, known), [expected], text);
  });

  it('stands once, however often it is written', () => {
    assert.deepEqual(findAddresses(`job_id=${ID}\njobId: "${UUID}"\nhttps://x.example/v1/${PROJECT}/jobs/${ID}`).map((it) => it.job), [ID, UUID]);
    assert.deepEqual(findAddresses(`${ID}\n${UUID}, ${ID}`), [{ job: ID }, { job: UUID }]);
  });

  it('is not the id of something else', () => {
    assert.deepEqual(findAddresses(`request_id=${'a'.repeat(32)} project_id: ${PROJECT} then ${ID}`), [{ job: ID }]);
  });

  it('may stand in a list of answers', () => {
    assert.deepEqual(findAddresses(JSON.stringify({ jobs: [{ job_id: ID }, { id: UUID }] })), [{ job: ID }, { job: UUID }]);
    assert.deepEqual(findAddresses(JSON.stringify({ job_ids: [ID, UUID, ID] })), [{ job: ID }, { job: UUID }]);
  });

  it('is one of five hundred at most', () => {
    const many = Array.from({ length: 600 }, (_, i) => `job_id=${i.toString(16).padStart(32, '0')}`);
    assert.equal(findAddresses(many.join('\n')).length, 500);
    assert.equal(findAddresses(many.join(' ')).length, 500);
  });

  it('is looked for in a bounded time', () => {
    const began = Date.now();
    for (const text of ['a'.repeat(1e6), '-'.repeat(1e6), '/jobs/'.repeat(2e5), '[?job='.repeat(2e5)]) findAddresses(text);
    // Moments; a search that goes back and forth would take minutes.
    assert.ok(Date.now() - began < 20_000);
  });
});

describe('an address in a URL', () => {
  it('is read as it was written', () => {
    const address = { region: 'cn-north-4', service: 'eip', project: '-', job: ID };
    assert.deepEqual(parseAddress(formatAddress(address)), address);
  });

  for (const text of ['', 'a/b/c', `a/b/-/${ID}/x/y/z`, `a/b/-/${ID}//x`, `a/b/-/${ID}/../x`, `a/b/XYZ/${ID}`, 'a/b/-/', 'A/b/-/x', `../b/-/${ID}`]) {
    it(`is refused when it reads "${text}"`, () => assert.equal(parseAddress(text), undefined));
  }

  it('has a project of 32 hexadecimal digits or "-"', () => {
    assert.ok(isProject(PROJECT) && isProject('-'));
    assert.ok(!isProject('') && !isProject(PROJECT.slice(1)) && !isProject(PROJECT.toUpperCase().replace('D', 'G')));
  });
});

describe('a time in Chinese', () => {
  it('has a blank between a number and its unit wherever it stands, and dates as the console of the cloud has them', () => {
    const before = speech.lang;
    speech.lang = 'zh-CN';
    try {
      const now = Date.UTC(2026, 10, 29, 6, 28, 18);
      assert.equal(ago(new Date(now - 1000), now), '1 秒前');
      assert.equal(ago(new Date(now - 3 * 86_400_000), now), '3 天前');
      assert.equal(ago(new Date(now), now), '刚刚');
      assert.equal(span(3000), '3 秒');
      assert.equal(span(7_507_000), '2 小时 05 分');
      assert.equal(span(1746 * 86_400_000 + 25_200_000), '1746 天');
      assert.match(inFull(new Date(now)), /^2026-11-\d\d \d\d:28:18 \(GMT([+-]\d\d:\d\d)?\)$/);
      assert.match(clock(new Date(now)), /^(11-\d\d )?\d\d:28:18$/);
      assert.match(zone(new Date(now)), /^GMT([+-]\d\d:\d\d)?$/);
    } finally {
      speech.lang = before;
    }
  });
});

describe('a text of another direction', () => {
  it('ends within a sentence, whatever it opens or closes', () => {
    const before = speech.lang;
    speech.lang = 'en';
    try {
      const named = (/** @type {string} */ name) => say('event_failure_bare', { name });
      assert.equal(named('createServer'), 'createServer failed');
      assert.equal(named('创建云服务器'), '创建云服务器 failed');
      assert.equal(named('\u05e9\u05dc\u05d5\u05dd'), '\u2068\u05e9\u05dc\u05d5\u05dd\u2069 failed');
      assert.equal(named('a\u202eb'), '\u2068a\u202eb\u2069 failed');
      assert.equal(named('a\u2069\u202eb'), '\u2068a\u202eb\u2069 failed', 'it cannot end its own isolation');
      assert.equal(named('a\u2067b'), '\u2068a\u2067b\u2069\u2069 failed', 'nor leave one open');
      assert.equal(say('event_reported', { event: named('a\u202eb') }),
        '\u2068\u2068a\u202eb\u2069 failed\u2069 (time reported by the service)');
    } finally {
      speech.lang = before;
    }
  });
});

describe('the history of a job', () => {
  const job = /** @type {any} */ ({ status: 'running', statusText: 'Running', error: '', total: 9, done: 0, failed: 0, end: null, warning: false });

  it('has its counts beside the time at which they were these, though several became one entry', () => {
    const history = new History('a/b/-/c');
    for (const [done, at] of [[0, 1000], [2, 2000], [5, 7000], [6, 18_000]]) history.note({ ...job, done }, 'live', false, at);
    const counts = history.events.filter((event) => event.what === 'counts');
    assert.deepEqual(counts.map(({ at, done }) => [at, done]), [[7000, 5], [18_000, 6]]);
  });

  it('says when a job ended that had ended before, and that it was not seen', () => {
    const history = new History('a/b/-/d');
    history.note({ ...job, status: 'succeeded', statusText: 'Succeeded', end: new Date(500) }, 'settled', false, 9000);
    assert.deepEqual(history.events.map(({ at, isReported }) => [at, isReported]), [[500, true]]);
    const seen = new History('a/b/-/e');
    seen.note(job, 'live', false, 1000);
    seen.note({ ...job, status: 'failed', statusText: 'Failed', end: new Date(8000) }, 'settled', false, 9000);
    assert.deepEqual(seen.events.at(-1)?.at, 9000);
  });
});

describe('the history of a job with sub-jobs', () => {
  const job = /** @type {any} */ ({ status: 'running', statusText: 'Running', error: '', total: 9, done: 0, failed: 0, end: null, warning: false });
  const failure = (/** @type {string} */ id) => ({ id, name: `create ${id}`, from: /** @type {const} */ ('running'), to: /** @type {const} */ ('failed'), error: `Ecs.0319 ${id}` });

  it('names the sub-jobs that failed, with their errors, but not those that had failed before the first look', () => {
    const history = new History('a/b/-/root');
    history.note({ ...job, done: 1, failed: 1 }, 'live', false, 1000, [failure('early')]);
    history.note({ ...job, done: 3, failed: 2 }, 'live', false, 2000, [failure('s1'), failure('root'), { ...failure('s2'), to: 'succeeded' }]);
    const named = history.events.filter((event) => event.what === 'failure');
    assert.deepEqual(named.map(({ at, name, text }) => [at, name, text]), [[2000, 'create s1', 'Ecs.0319 s1']]);
    assert.deepEqual(history.events.at(-1)?.what, 'counts', 'how many stands after who');
  });

  it('names a few of many that fail at once, and shortens what is long', () => {
    const history = new History('a/b/-/root');
    history.note(job, 'live', false, 1000);
    const many = Array.from({ length: 50 }, (_, i) => ({ ...failure(`s${i}`), name: 'n'.repeat(1000) }));
    history.note({ ...job, done: 50, failed: 50 }, 'live', false, 2000, many);
    const named = history.events.filter((event) => event.what === 'failure');
    assert.equal(named.length, 5);
    assert.ok(named.every(({ name = '' }) => name.length <= 300));
  });
});

describe('a link whose fragment names a job', () => {
  it('is found beside an ID that says what it is', () => {
    const other = 'f'.repeat(32);
    const text = `job_id=${ID}\nhttps://console.huaweicloud.com/ecm/?region=cn-north-4#/jobs/${other} and #/tasks/x/jobs/${UUID}`;
    assert.deepEqual(findAddresses(text).map((it) => it.job), [ID, other, UUID]);
  });
});
