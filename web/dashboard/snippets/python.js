// The query of a job in Python.
//
// Knows: the official SDK for Python, and the signing SDK. Must not know: nodes, the page.

import { clientOf, partsOf } from './clients.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** @param {string} name "ShowJobInfos" @returns "show_job_infos" */
const snake = (name) => name.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();

/** @param {Address} address @param {string} path */
export function python(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signed(address, path);
  const id = project === '-' ? '' : `, "${project}"`;
  return `# pip install huaweicloudsdk${service}
import os
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdk${service}.${it.version} import ${it.client}Client, ${it.request}Request
from huaweicloudsdk${service}.${it.version}.region.${service}_region import ${it.client}Region

credentials = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"]${id})
try:
    client = (
        ${it.client}Client.new_builder()
        .with_credentials(credentials)
        .with_region(${it.client}Region.value_of("${region}"))
        .build()
    )
    print(client.${snake(it.request)}(${it.request}Request(job_id="${job}")))
except ServiceResponseException as e:
    print(e.status_code)
    print(e.request_id)
    print(e.error_code)
    print(e.error_msg)
`;
}

/**
 * The signer appends a query to no URL of its own, so the URL is sent that was signed.
 * @param {Address} address @param {string} path
 */
function signed(address, path) {
  const { before, after, hasOwner, variable, id, header } = partsOf(address, path);
  const url = hasOwner ? `"${before}" + owner + "${after}"` : `"${before}"`;
  return `# apig_sdk is of the signing SDK for Python; pip install requests
import os
import requests
from apig_sdk import signer

${hasOwner ? `owner = ${id ? `"${id}"` : `os.environ["${variable}"]`}\n` : ''}sig = signer.Signer()
sig.Key = os.environ["HUAWEICLOUD_SDK_AK"]
sig.Secret = os.environ["HUAWEICLOUD_SDK_SK"]
url = os.environ["ENDPOINT"] + ${url}
r = signer.HttpRequest("GET", url)
r.headers = {${hasOwner ? `"${header}": owner` : ''}}
sig.Sign(r)
response = requests.get(url, headers=r.headers)
if response.ok:
    print(response.text)
else:
    error = response.json()
    print(response.status_code)
    print(response.headers.get("X-Request-Id"))
    print(error.get("error_code"))
    print(error.get("error_msg"))
`;
}
