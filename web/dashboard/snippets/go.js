// The query of a job in Go.
//
// Knows: the official SDK for Go, and the signing SDK. Must not know: nodes, the page.

import { clientOf, partsOf } from './clients.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** @param {Address} address @param {string} path */
export function go(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signed(address, path);
  const sdk = 'github.com/huaweicloud/huaweicloud-sdk-go-v3';
  const id = project === '-' ? '' : `\n\t\tWithProjectId("${project}").`;
  return `// go get ${sdk}
package main

import (
	"errors"
	"fmt"
	"log"
	"os"

	"${sdk}/core/auth/basic"
	"${sdk}/core/sdkerr"
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
	var failure *sdkerr.ServiceResponseError
	if errors.As(err, &failure) {
		fmt.Println(failure.StatusCode)
		fmt.Println(failure.RequestId)
		fmt.Println(failure.ErrorCode)
		fmt.Println(failure.ErrorMessage)
		os.Exit(1)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(job)
}
`;
}

/** @param {Address} address @param {string} path */
function signed(address, path) {
  const { before, after, hasOwner, variable, id, header } = partsOf(address, path);
  const owner = hasOwner ? `\n\towner := ${id ? `"${id}"` : `os.Getenv("${variable}")`}` : '';
  const url = hasOwner ? `"${before}"+owner+"${after}"` : `"${before}"`;
  return `// core is of the signing SDK for Go, beside this file
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"showjob/core"
)

func main() {${owner}
	request, err := http.NewRequest("GET", os.Getenv("ENDPOINT")+${url}, nil)
	if err != nil {
		log.Fatal(err)
	}${hasOwner ? `\n\trequest.Header.Add("${header}", owner)` : ''}
	signer := core.Signer{Key: os.Getenv("HUAWEICLOUD_SDK_AK"), Secret: os.Getenv("HUAWEICLOUD_SDK_SK")}
	signer.Sign(request)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode >= 400 { // the body: {"error_code":…,"error_msg":…}
		fmt.Println(response.StatusCode)
		fmt.Println(response.Header.Get("X-Request-Id"))
	}
	io.Copy(os.Stdout, response.Body)
}
`;
}
