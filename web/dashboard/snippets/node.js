// The query of a job in Node.js.
//
// Knows: the core of the official SDK for Node.js, which signs for any service: few services have a package of
// their own. Must not know: nodes, the page.

import { partsOf } from './clients.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** @param {Address} address @param {string} path */
export function node(address, path) {
  const { before, after, hasOwner, id, variable, header } = partsOf(address, path);
  const isDomain = header === 'X-Domain-Id';
  const credentials = isDomain ? 'GlobalCredentials' : 'BasicCredentials';
  const [pathname, query] = `${before}${hasOwner ? '{owner}' : ''}${after}`.split('?');
  const url = hasOwner ? `\`${pathname.replace('{owner}', '${owner}')}\`` : `'${pathname}'`;
  const parameters = [...new URLSearchParams(query ?? '')].map(([name, value]) => `${name}: '${value}'`).join(', ');
  return `// npm install @huaweicloud/huaweicloud-sdk-core uuid log4js
const { ${credentials} } = require('@huaweicloud/huaweicloud-sdk-core');
const { ClientBuilder } = require('@huaweicloud/huaweicloud-sdk-core/ClientBuilder');

${hasOwner ? `const owner = ${id ? `'${id}'` : `process.env.${variable}`};\n` : ''}const credentials = new ${credentials}()
  .withAk(process.env.HUAWEICLOUD_SDK_AK)
  .withSk(process.env.HUAWEICLOUD_SDK_SK)${hasOwner ? `\n  .with${isDomain ? 'Domain' : 'Project'}Id(owner)` : ''};
const client = new ClientBuilder((core) => core)
  .withCredential(credentials)
  .withEndpoint(process.env.ENDPOINT)
  .build();
require('log4js').getLogger().level = 'off'; // it would log failed requests with their signature

client.sendRequest({
  method: 'GET',
  url: ${url},
  contentType: 'application/json',
  pathParams: {},
  queryParams: {${parameters ? ` ${parameters} ` : ''}},
  headers: {},
}).then((job) => console.log(JSON.stringify(job, null, 2)), (error) => {
  console.log(error.httpStatusCode);
  console.log(error.requestId);
  console.log(error.errorCode);
  console.log(error.errorMsg);
  process.exitCode = 1;
});
`;
}
