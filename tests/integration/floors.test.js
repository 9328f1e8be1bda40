// The house keeps its floors: includes go down only. And the reader that says so is not blind.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { sources, violations } from '../support/floors.js';

/** A sound tree with `more` in it. @param {Record<string, string>} more */
const tree = (more) => new Map(Object.entries({
  'backend/main.cpp': '#include "commands/commands.h"\n',
  'backend/commands/commands.h': '#pragma once\n',
  'backend/commands/serve.cpp': '#include "commands/commands.h"\n#include "gateway/gateway.h"\n',
  'backend/gateway/gateway.h': '#include <httplib.h>\n#include "net/http_server.h"\n',
  'backend/gateway/gateway.cpp': '#include "gateway/gateway.h"\n#include "cloud/job_source.h"\n#include "explain/explain.h"\n',
  'backend/gateway/jobs/job_handler.cpp': '#include "ingest/job_parser.h"\n',
  'backend/discovery/traces.h': '#include "cloud/job_source.h"\n#include "base/result.h"\n',
  'backend/discovery/times.cpp': '#include <nlohmann/json.hpp>\n#include "ingest/job_parser.h"\n',
  'backend/notify/notice.h': '#include <nlohmann/json.hpp>\n#include "cloud/job_source.h"\n',
  'backend/cloud/job_source.h': '#include "base/result.h"\n',
  'backend/explain/explain.h': '#include <string_view>\n#include "base/ascii.h"\n',
  'backend/base/ascii.h': '',
  'backend/net/http_server.h': '#include "base/result.h"\n',
  'backend/base/result.h': '#include <string>\n',
  'backend/simulator/simulator.h': '#include "net/http_server.h"\n',
  'backend/simulator/simulator.cpp': '#include "simulator/simulator.h"\n',
  'wasm/ingest/job_parser.h': '#include "base/array.h"\n#include "wire/abi.h"\n',
  'wasm/base/array.h': '',
  'wasm/wire/abi.h': '',
  'wasm/wire/exports.h': '#include "job_session.h"\n',
  'wasm/job_session.h': '#include "wire/renderer.h"\n',
  'wasm/wire/renderer.h': '#include "wire/abi.h"\n',
  'tests/unit/catch.h': '',
  ...more,
}));

describe('The floors', () => {
  test('hold for every include of the backend and the engine', () => {
    const all = sources(fileURLToPath(new URL('../..', import.meta.url)));
    assert.ok(all.size > 100, `only ${all.size} sources were found`);
    const found = violations(all);
    assert.equal(found.length, 0, `\n${found.join('\n')}`);
  });

  test('hold for a sound tree', () => assert.deepEqual(violations(tree({})), []));

  /** @type {[string, string, string, RegExp][]} */
  const bad = [
    ['an include of a floor above', 'backend/cloud/a.cpp', '\n#include "gateway/gateway.h"\n',
      /^backend\/cloud\/a\.cpp:2: "gateway\/gateway\.h": cloud includes itself, base$/],
    ['the network below the cloud', 'backend/cloud/a.cpp', '#include "net/http_server.h"',
      /^backend\/cloud\/a\.cpp:1: .*: cloud includes itself, base$/],
    ['explanations that know the cloud', 'backend/explain/a.cpp', '#include "cloud/job_source.h"', /: explain includes itself, base$/],
    ['a cloud that explains its errors', 'backend/cloud/a.cpp', '#include "explain/explain.h"', /: cloud includes itself, base$/],
    ['base that includes a wing', 'backend/base/a.h', '#include "net/http_server.h"', /base includes nothing but itself$/],
    ['one wing that includes the one beside it', 'backend/gateway/a.cpp', '#include "simulator/simulator.h"', /: gateway includes/],
    ['discovery that knows browsers', 'backend/discovery/a.cpp', '#include "gateway/gateway.h"', /: discovery includes itself, store, cloud, explain, net, base$/],
    ['browsers that know how jobs are found', 'backend/gateway/a.cpp', '#include "discovery/traces.h"', /: gateway includes/],
    ['those who tell people that know browsers', 'backend/notify/a.cpp', '#include "gateway/gateway.h"', /: notify includes itself, store, cloud, explain, net, base$/],
    ['a store that knows who is told', 'backend/store/a.cpp', '#include "notify/notice.h"', /: store includes/],
    ['a cloud that knows what is found in it', 'backend/cloud/a.cpp', '#include "discovery/traces.h"', /: cloud includes itself, base$/],
    ['a simulator with the client\'s own code', 'backend/simulator/a.cpp', '#include "cloud/job_source.h"', /: simulator includes/],
    ['an engine that includes the backend', 'wasm/model/a.cpp', '#include "base/result.h"', /: engine includes nothing but itself$/],
    ['the engine where nobody reads jobs', 'backend/gateway/a.cpp', '#include "ingest/job_parser.h"', /: gateway includes/],
    ['a room of the engine that includes the one above', 'wasm/model/a.h', '#include "ingest/job_parser.h"', /: model includes itself, json, base, abi$/],
    ['what draws and knows the session', 'wasm/wire/a.cpp', '#include "job_session.h"', /: wire includes/],
    ['a file of the engine beside its rooms', 'wasm/a.h', '', /^wasm\/a\.h:1: stands on no floor/],
    ['one name in the backend and the engine', 'wasm/base/result.h', '', /^wasm\/base\/result\.h:1: the backend has a file of this name/],
    ['a main that goes past the commands', 'backend/main.cpp', '#include "gateway/gateway.h"', /: main includes/],
    ['a part that includes its facade', 'backend/gateway/jobs/a.cpp', '#include "gateway/gateway.h"', /own facade$/],
    ['tests in what is shipped', 'backend/base/a.h', '#include "unit/catch.h"', /nothing of the tests$/],
    ['a header that is not there', 'backend/base/a.h', '#  include "base/gone.h"', /no file of the project$/],
    ['a library in a wing that must not know it', 'backend/cloud/a.h', '#include <httplib.h>', /cpp-httplib is for/],
    ['a wing without a floor', 'backend/attic/a.h', '', /^backend\/attic\/a\.h:1: stands on no floor/],
    ['a file beside the wings', 'backend/stray.h', '', /^backend\/stray\.h:1: stands on no floor/],
  ];
  for (const [what, file, text, pattern] of bad) {
    test(`see ${what}`, () => {
      const found = violations(tree({ [file]: text }));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0], pattern);
    });
  }

  test('see a folder that wants rooms', () => {
    const crowd = Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`backend/net/room/unit_${i}.cpp`, '']));
    assert.match(violations(tree(crowd)).join('\n'), /^backend\/net\/room: 15 units/);
    const headersToo = Object.fromEntries(Array.from({ length: 14 }, (_, i) =>
      [[`backend/net/room/unit_${i}.cpp`, ''], [`backend/net/room/unit_${i}.h`, '']]).flat());
    assert.deepEqual(violations(tree(headersToo)), []);
  });
});
