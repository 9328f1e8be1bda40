// The answers that the trees of the engine's benchmark are given: one job in versions, of which each
// changes one sub-job in a hundred.

const BRANCH = 100; // a branch and its 99 sub-jobs
/** The version in which everything has ended. */
export const OVER = 50;

/** @param {number} number */
const hex = (number) => number.toString(16).padStart(8, '0');

/** The id of a sub-job, counted from 0. @param {number} i */
export const idOf = (i) => `ff80808284368411${hex(i)}${hex(i * 7)}`;

/** @param {number} time */
const written = (time) => new Date(time).toISOString().replace(/\.\d+/, '');

/**
 * The bytes of a job with `count` sub-jobs; the last version is OVER.
 * @param {number} count
 * @param {number} version
 * @param {number} begin when it began, in milliseconds since 1970
 */
export function answer(count, version, begin) {
  const began = written(begin);
  const ends = Array.from({ length: 50 }, (_, i) => written(begin + 10_000 + i * 1000));
  /** @param {number} i @param {object[]} [children] */
  const job = (i, children) => {
    const done = version >= OVER || (!children && (i % 100) < 50 + version);
    const failed = done && !children && i % 331 === 7;
    const resources = { publicip_id: `3b6d9436-2b0a-25dc-bfbe-${hex(i)}aaaa`, public_ip_address: '203.0.113.7' };
    return {
      status: failed ? 'FAIL' : done ? 'SUCCESS' : 'RUNNING',
      job_id: idOf(i),
      job_type: children ? 'createBatchPublicip' : 'createPublicip',
      begin_time: began,
      end_time: done ? ends[i % 50] : '',
      error_code: failed ? 'VPC.0504' : null,
      fail_reason: failed ? `EIP quota of ${i} exceeded` : null,
      entities: children ? { sub_jobs: children } : resources,
    };
  };
  const branches = Array.from({ length: count / BRANCH }, (_, branch) => {
    const first = branch * BRANCH;
    return job(first, Array.from({ length: BRANCH - 1 }, (_, i) => job(first + 1 + i)));
  });
  return new TextEncoder().encode(JSON.stringify({
    job_id: 'ff808082843684110184e155fdb36461', job_type: 'createBatchPublicip',
    status: version >= OVER ? 'SUCCESS' : 'RUNNING', begin_time: began, end_time: version >= OVER ? ends.at(-1) : '', error_code: null, fail_reason: null,
    entities: { sub_jobs: branches },
  }));
}
