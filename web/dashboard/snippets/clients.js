// The query of one job as code: curl, the command line, and programs with Huawei Cloud's SDKs.
// No key is ever in it; keys come from the environment.
//
// Knows: how code of each language looks. Must not know: nodes, the page.

/** @typedef {import('../../shared/address.js').Address} Address */

/**
 * Clients of the official SDKs that query a job. For a service without one here, the snippet signs
 * the request itself.
 * @type {Readonly<Record<string, { client: string, version: string, request: string }>>}
 */
const CLIENTS = {
  eip: { client: 'Eip', version: 'v2', request: 'ShowResourcesJobDetail' },
  ecs: { client: 'Ecs', version: 'v2', request: 'ShowJob' },
  evs: { client: 'Evs', version: 'v2', request: 'ShowJob' },
  ims: { client: 'Ims', version: 'v2', request: 'ShowJob' },
  elb: { client: 'Elb', version: 'v3', request: 'ShowJob' },
  bms: { client: 'Bms', version: 'v1', request: 'ShowJobInfos' },
  sdrs: { client: 'Sdrs', version: 'v1', request: 'ShowJobStatus' },
};

/** The service stands in a link that anybody can write, so it may be any word. @param {string} service */
const clientOf = (service) => (Object.hasOwn(CLIENTS, service) ? CLIENTS[service] : undefined);

/** @param {string} service */
export function hasClient(service) {
  return clientOf(service) !== undefined;
}

/** As one word of a shell. @param {string} text */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Asks this backend, which signs.
 * @param {string} base the backend's URL
 * @param {Address} address
 * @param {boolean} needsToken
 */
export function curl(base, { region, service, project, job }, needsToken) {
  const url = `${base.replace(/\/$/, '')}/api/${region}/${service}/v1/${project}/jobs/${job}`;
  return ['curl -sS', ...(needsToken ? ['-H "Authorization: Bearer $JOBTREE_TOKEN"'] : []), quoted(url)].join(' \\\n  ');
}

/** @param {Address} address */
export function commandLine({ region, service, project, job }) {
  const flags = [`--region ${region}`, `--service ${service}`, ...(project === '-' ? [] : [`--project ${project}`]), '--wait'];
  return `backend job ${job} \\\n  ${flags.join(' ')}`;
}

/** @param {string} name "ShowJobInfos" @returns "show_job_infos" */
const snake = (name) => name.replace(/(?<=.)[A-Z]/g, '_$&').toLowerCase();
/** @param {string} name */
const camel = (name) => name[0].toLowerCase() + name.slice(1);

/**
 * @param {Address} address
 * @param {string} path of the service, "/v1/{project_id}/jobs/{job_id}"
 */
export function python(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signedPython(address, path);
  const id = project === '-' ? '' : `, "${project}"`;
  return `# pip install huaweicloudsdk${service}
import os
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdk${service}.${it.version} import ${it.client}Client, ${it.request}Request
from huaweicloudsdk${service}.${it.version}.region.${service}_region import ${it.client}Region

credentials = BasicCredentials(os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"]${id})
client = (
    ${it.client}Client.new_builder()
    .with_credentials(credentials)
    .with_region(${it.client}Region.value_of("${region}"))
    .build()
)
print(client.${snake(it.request)}(${it.request}Request(job_id="${job}")))
`;
}

/**
 * @param {Address} address
 * @param {string} path
 */
export function java(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signedJava(address, path);
  const id = project === '-' ? '' : `\n            .withProjectId("${project}")`;
  return `// com.huaweicloud.sdk:huaweicloud-sdk-${service}
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.${service}.${it.version}.${it.client}Client;
import com.huaweicloud.sdk.${service}.${it.version}.model.${it.request}Request;
import com.huaweicloud.sdk.${service}.${it.version}.region.${it.client}Region;

public class ShowJob {
    public static void main(String[] args) {
        BasicCredentials credentials = new BasicCredentials()
            .withAk(System.getenv("HUAWEICLOUD_SDK_AK"))
            .withSk(System.getenv("HUAWEICLOUD_SDK_SK"))${id};
        ${it.client}Client client = ${it.client}Client.newBuilder()
            .withCredential(credentials)
            .withRegion(${it.client}Region.valueOf("${region}"))
            .build();
        System.out.println(client.${camel(it.request)}(
            new ${it.request}Request().withJobId("${job}")));
    }
}
`;
}

/**
 * @param {Address} address
 * @param {string} path
 */
export function go(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signedGo(address, path);
  const sdk = 'github.com/huaweicloud/huaweicloud-sdk-go-v3';
  const id = project === '-' ? '' : `\n\t\tWithProjectId("${project}").`;
  return `// go get ${sdk}
package main

import (
	"fmt"
	"log"
	"os"

	"${sdk}/core/auth/basic"
	${service} "${sdk}/services/${service}/${it.version}"
	"${sdk}/services/${service}/${it.version}/model"
	"${sdk}/services/${service}/${it.version}/region"
)

func main() {
	credentials := basic.NewCredentialsBuilder().
		WithAk(os.Getenv("HUAWEICLOUD_SDK_AK")).
		WithSk(os.Getenv("HUAWEICLOUD_SDK_SK")).${id}
		Build()
	client := ${service}.New${it.client}Client(${service}.${it.client}ClientBuilder().
		WithRegion(region.ValueOf("${region}")).
		WithCredential(credentials).
		Build())
	job, err := client.${it.request}(&model.${it.request}Request{JobId: "${job}"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job)
}
`;
}

// With the signing SDKs of the API Request Signing Guide.

/**
 * The path with the job's id in it; what is not known here comes from the environment.
 * @param {Address} address
 * @param {string} path
 */
function partsOf({ project, job }, path) {
  const filled = path.replace('{job_id}', job);
  const owner = /\{(project|domain)_id\}/.exec(filled);
  const variable = owner?.[1] === 'domain' ? 'HUAWEICLOUD_SDK_DOMAIN_ID' : 'HUAWEICLOUD_SDK_PROJECT_ID';
  const isKnown = project !== '-';
  const [before, after] = filled.split(owner?.[0] ?? '\0');
  return { before, after: after ?? '', variable, id: isKnown ? project : '', header: owner?.[1] === 'domain' ? 'X-Domain-Id' : 'X-Project-Id' };
}

/** @param {Address} address @param {string} path */
function signedPython(address, path) {
  const { before, after, variable, id, header } = partsOf(address, path);
  return `# apig_sdk is of the signing SDK for Python; pip install requests
import os
import requests
from apig_sdk import signer

owner = ${id ? `"${id}"` : `os.environ["${variable}"]`}
sig = signer.Signer()
sig.Key = os.environ["HUAWEICLOUD_SDK_AK"]
sig.Secret = os.environ["HUAWEICLOUD_SDK_SK"]
r = signer.HttpRequest("GET", os.environ["ENDPOINT"] + "${before}" + owner + "${after}")
r.headers = {"${header}": owner}
sig.Sign(r)
print(requests.request(r.method, r.scheme + "://" + r.host + r.uri, headers=r.headers, data=r.body).text)
`;
}

/** @param {Address} address @param {string} path */
function signedJava(address, path) {
  const { before, after, variable, id, header } = partsOf(address, path);
  return `// java-sdk-core is of the signing SDK for Java
import com.cloud.apigateway.sdk.utils.Client;
import com.cloud.apigateway.sdk.utils.Request;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

public class ShowJob {
    public static void main(String[] args) throws Exception {
        String owner = ${id ? `"${id}"` : `System.getenv("${variable}")`};
        Request request = new Request();
        request.setKey(System.getenv("HUAWEICLOUD_SDK_AK"));
        request.setSecret(System.getenv("HUAWEICLOUD_SDK_SK"));
        request.setMethod("GET");
        request.setUrl(System.getenv("ENDPOINT") + "${before}" + owner + "${after}");
        request.addHeader("${header}", owner);
        System.out.println(EntityUtils.toString(
            HttpClients.createDefault().execute(Client.sign(request, "SDK-HMAC-SHA256")).getEntity()));
    }
}
`;
}

/** @param {Address} address @param {string} path */
function signedGo(address, path) {
  const { before, after, variable, id, header } = partsOf(address, path);
  return `// core is of the signing SDK for Go, beside this file
package main

import (
	"io"
	"log"
	"net/http"
	"os"

	"showjob/core"
)

func main() {
	owner := ${id ? `"${id}"` : `os.Getenv("${variable}")`}
	request, err := http.NewRequest("GET", os.Getenv("ENDPOINT")+"${before}"+owner+"${after}", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Add("${header}", owner)
	signer := core.Signer{Key: os.Getenv("HUAWEICLOUD_SDK_AK"), Secret: os.Getenv("HUAWEICLOUD_SDK_SK")}
	signer.Sign(request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	io.Copy(os.Stdout, response.Body)
}
`;
}
