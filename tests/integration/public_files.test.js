// What a public project has beside its sources: forms, workflows, papers. They are read by others, so here it is held that they
// say what is so.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (/** @type {string} */ path) => readFileSync(join(root, path), 'utf8');
const FORMS = readdirSync(join(root, '.github/ISSUE_TEMPLATE')).filter((name) => name !== 'config.yml');

describe('The forms for issues', () => {
  for (const name of FORMS) {
    it(`${name}: each field has a kind, a name of its own and a label in both languages`, () => {
      const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`));
      assert.match(form.name, /\p{Script=Han}/u);
      assert.ok(form.description && form.labels.length > 0);
      const fields = form.body.filter((/** @type {any} */ { type }) => type !== 'markdown');
      assert.equal(new Set(fields.map((/** @type {any} */ { id }) => id)).size, fields.length);
      for (const { type, id, attributes } of fields) {
        assert.ok(['input', 'textarea', 'dropdown'].includes(type), `${id}: ${type}`);
        assert.match(attributes.label, /[a-z].* \/ .*\p{Script=Han}/u, id);
        if (type === 'dropdown') assert.ok(attributes.options.length > 1);
      }
      assert.ok(fields.some((/** @type {any} */ { validations }) => validations?.required));
    });
  }
});

describe('The workflows', () => {
  const verbs = [...read('dev').matchAll(/^ {2}(\w+)\) /gm)].map(([, verb]) => verb);

  for (const name of readdirSync(join(root, '.github/workflows'))) {
    it(`${name}: has few rights, an end, and runs verbs of ./dev`, () => {
      const flow = parse(read(`.github/workflows/${name}`));
      assert.deepEqual(flow.permissions, { contents: 'read' });
      for (const [job, { steps, 'timeout-minutes': minutes }] of Object.entries(flow.jobs)) {
        assert.ok(minutes > 0, job);
        const runs = steps.map((/** @type {any} */ { run }) => run).filter((/** @type {any} */ run) => run?.startsWith('./dev'));
        assert.ok(runs.length > 0, job);
        for (const run of runs) assert.ok(verbs.includes(run.split(' ')[1]), run);
      }
    });
  }

  it('test on the Debians that ./dev names', () => {
    const { debian } = parse(read('.github/workflows/test.yml')).jobs.test.strategy.matrix;
    for (const name of debian) assert.match(read('dev'), new RegExp(`\\b${name}\\b`));
  });
});

describe('The papers', () => {
  const papers = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CODE_OF_CONDUCT.md', 'CHANGELOG.md',
    'backend/README.md', 'backend/deploy/README.md', 'backend/simulator/README.md', 'wasm/README.md', 'web/README.md', 'tests/README.md'];

  for (const paper of papers) {
    it(`${paper}: its links lead somewhere`, () => {
      const links = [...read(paper).replace(/^```[^]*?^```/gm, '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, link]) => link);
      for (const link of links) {
        const [path, anchor] = link.split('#');
        const target = path ? join(paper, '..', path) : paper;
        assert.ok(existsSync(join(root, target)), link);
        if (anchor === undefined || !target.endsWith('.md')) continue;
        const anchors = [...read(target).replace(/^```[^]*?^```/gm, '').matchAll(/^#+ (.*)$/gm)]
          .map(([, title]) => title.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-'));
        assert.ok(anchors.includes(decodeURIComponent(anchor)), `${link}: there are ${anchors.join(' ')}`);
      }
    });
  }
});
