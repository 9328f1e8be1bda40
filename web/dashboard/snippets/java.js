// The query of a job in Java.
//
// Knows: the official SDK for Java, and the signing SDK. Must not know: nodes, the page.

import { camel, clientOf, partsOf } from './clients.js';

/** @typedef {import('../../shared/address.js').Address} Address */

/** @param {Address} address @param {string} path */
export function java(address, path) {
  const { region, service, project, job } = address;
  const it = clientOf(service);
  if (!it) return signed(address, path);
  const id = project === '-' ? '' : `\n            .withProjectId("${project}")`;
  return `// com.huaweicloud.sdk:huaweicloud-sdk-${service}
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ConnectionException;
import com.huaweicloud.sdk.core.exception.RequestTimeoutException;
import com.huaweicloud.sdk.core.exception.ServiceResponseException;
import com.huaweicloud.sdk.${service}.${it.version}.${it.client}Client;
import com.huaweicloud.sdk.${service}.${it.version}.model.${it.request}Request;
import com.huaweicloud.sdk.${service}.${it.version}.region.${it.client}Region;

public class ShowJob {
    public static void main(String[] args) {
        BasicCredentials credentials = new BasicCredentials()
            .withAk(System.getenv("HUAWEICLOUD_SDK_AK"))
            .withSk(System.getenv("HUAWEICLOUD_SDK_SK"))${id};
        try {
            ${it.client}Client client = ${it.client}Client.newBuilder()
                .withCredential(credentials)
                .withRegion(${it.client}Region.valueOf("${region}"))
                .build();
            System.out.println(client.${camel(it.request)}(
                new ${it.request}Request().withJobId("${job}")));
        } catch (ConnectionException | RequestTimeoutException e) {
            e.printStackTrace();
        } catch (ServiceResponseException e) {
            System.out.println(e.getHttpStatusCode());
            System.out.println(e.getRequestId());
            System.out.println(e.getErrorCode());
            System.out.println(e.getErrorMsg());
        }
    }
}
`;
}

/** @param {Address} address @param {string} path */
function signed(address, path) {
  const { before, after, hasOwner, variable, id, header } = partsOf(address, path);
  const owner = hasOwner ? `\n        String owner = ${id ? `"${id}"` : `System.getenv("${variable}")`};` : '';
  const url = hasOwner ? `"${before}" + owner + "${after}"` : `"${before}"`;
  return `// java-sdk-core is of the signing SDK for Java
import com.cloud.apigateway.sdk.utils.Client;
import com.cloud.apigateway.sdk.utils.Request;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

public class ShowJob {
    public static void main(String[] args) throws Exception {${owner}
        Request request = new Request();
        request.setKey(System.getenv("HUAWEICLOUD_SDK_AK"));
        request.setSecret(System.getenv("HUAWEICLOUD_SDK_SK"));
        request.setMethod("GET");
        request.setUrl(System.getenv("ENDPOINT") + ${url});${hasOwner ? `\n        request.addHeader("${header}", owner);` : ''}
        try (CloseableHttpResponse response =
                HttpClients.createDefault().execute(Client.sign(request, "SDK-HMAC-SHA256"))) {
            // Of a failure: {"error_code":…,"error_msg":…}
            System.out.println(response.getStatusLine().getStatusCode());
            System.out.println(response.getFirstHeader("X-Request-Id"));
            System.out.println(EntityUtils.toString(response.getEntity()));
        }
    }
}
`;
}
