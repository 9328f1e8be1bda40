// The query of a job in C++.
//
// Knows: the official SDK for C++. Must not know: nodes, the page.

import { camel, clientOf } from './clients.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** "" for a service without a client: the SDK's core has no call for any other. @param {Address} address */
export function cpp({ service, project, job }) {
  const it = clientOf(service);
  if (!it) return '';
  const version = it.version.toUpperCase();
  const id = project === '-' ? 'std::getenv("HUAWEICLOUD_SDK_PROJECT_ID")' : `"${project}"`;
  return `// g++ -std=c++14 show_job.cpp -l${service}_${it.version} -lcore -lcurl -lcrypto -lcpprest -lboost_system
#include <cstdlib>
#include <iostream>
#include <memory>
#include <huaweicloud/core/Client.h>
#include <huaweicloud/core/auth/BasicCredentials.h>
#include <huaweicloud/core/exception/Exceptions.h>
#include <huaweicloud/${service}/${it.version}/${it.client}Client.h>

using namespace HuaweiCloud::Sdk::Core;
using namespace HuaweiCloud::Sdk::Core::Auth;
using namespace HuaweiCloud::Sdk::Core::Exception;
using namespace HuaweiCloud::Sdk::Core::Http;
using namespace HuaweiCloud::Sdk::${it.client}::${version};
using namespace HuaweiCloud::Sdk::${it.client}::${version}::Model;

int main()
{
    auto credentials = std::make_unique<BasicCredentials>();
    credentials->withAk(std::getenv("HUAWEICLOUD_SDK_AK"))
        .withSk(std::getenv("HUAWEICLOUD_SDK_SK"))
        .withProjectId(${id});
    auto client = ${it.client}Client::newBuilder()
        .withCredentials(std::unique_ptr<Credentials>(credentials.release()))
        .withHttpConfig(HttpConfig())
        .withEndPoint(std::getenv("ENDPOINT"))
        .build();
    ${it.request}Request request;
    request.setJobId("${job}");
    try {
        std::cout << client->${camel(it.request)}(request)->getHttpBody() << std::endl;
    } catch (ServiceResponseException &e) {
        std::cout << e.getStatusCode() << std::endl;
        std::cout << e.getRequestId() << std::endl;
        std::cout << e.getErrorCode() << std::endl;
        std::cout << e.getErrorMsg() << std::endl;
        return 1;
    } catch (SdkException &e) {
        std::cout << e.what() << std::endl;
        return 1;
    }
}
`;
}
