// backend sign: shows what the signer makes of a request, for curl and for finding a mistake.
//
// Knows: its flags, the shell. Must not know: how a signature is made.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/small_file.h"
#include "base/utc.h"
#include "cloud/key/signer.h"
#include "cloud/where/url.h"
#include "commands/cli/cloud_connection.h"
#include "commands/cli/exit_code.h"
#include "commands/cli/flags.h"
#include "commands/cli/message.h"
#include "commands/commands.h"

namespace jobtree::commands {
namespace {

using cloud::Header;

constexpr const char* kSign = "sign";
constexpr std::size_t kMaxBody = std::size_t{12} << 20;  // what the gateway takes with AK/SK

constexpr std::string_view kDerivedAlgorithm = "V11-HMAC-SHA256";

struct Arguments {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;
  std::string body_file;
  std::string date;
  std::string algorithm = "SDK-HMAC-SHA256";
  std::string region;
  std::string service;
  std::string show = "headers";
  std::string profile;
  std::string metadata = cloud::kMetadataUrl;
};

/// A request as it will be sent, but for the signature.
struct Draft {
  std::string method;
  std::string scheme;
  std::string host;
  std::string path;   ///< encoded
  std::string query;  ///< encoded
  std::vector<Header> headers;
  std::string body;
  std::string date;
};

bool has_header(const std::vector<Header>& headers, std::string_view name) {
  return std::ranges::any_of(
      headers, [name](const Header& header) { return equals_ignoring_case(header.name, name); });
}

Result<Draft> draft_of(const Arguments& arguments) {
  auto url = cloud::parse_url(arguments.url);
  if (!url) return url.failure();
  auto path = cloud::encode_path(url.value().path);
  if (!path) return path.failure();
  auto query = cloud::encode_query(url.value().query);
  if (!query) return query.failure();

  Draft draft{.method = arguments.method,
              .scheme = url.value().scheme,
              .host = url.value().host,
              .path = path.value(),
              .query = query.value(),
              .headers = {},
              .body = "",
              .date = arguments.date};
  for (const std::string& text : arguments.headers) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
      return Failure::usage(bilingual({"a --header is written 'Name: value'; one has no colon",
                                       "--header 的格式为“名称: 值”，其中一个缺少冒号"}));
    }
    draft.headers.push_back(
        {text.substr(0, colon),
         std::string(trimmed(std::string_view(text).substr(colon + 1), kSpaceTab))});
  }
  if (has_header(draft.headers, "host"))
    return Failure::usage(bilingual({"header Host is taken from the URL", "请求头 Host 取自 URL"}));
  if (has_header(draft.headers, "x-sdk-date")) {
    return Failure::usage(
        bilingual({"header X-Sdk-Date is set with --date", "请求头 X-Sdk-Date 由 --date 指定"}));
  }
  if (!arguments.body_file.empty()) {
    auto body = read_small_file(
        arguments.body_file,
        {.what = {"body file", "请求体文件"}, .max_bytes = kMaxBody, .plain_only = false});
    if (!body) return body.failure();
    draft.body = std::move(body.value());
  }
  if (draft.date.empty()) draft.date = sdk_date(std::chrono::system_clock::now());
  return draft;
}

/// In single quotes, which keep everything but themselves.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

void print_curl(const Draft& draft, const std::vector<Header>& headers,
                const std::string& body_file) {
  const auto print_header = [](const Header& header) {
    // "Name;" is how curl is told of a header with an empty value.
    const std::string value = header.value.empty() ? ";" : ": " + header.value;
    std::cout << " \\\n  --header " << shell_quoted(header.name + value);
  };
  std::cout << "curl";
  if (draft.method == "HEAD") {
    std::cout << " --head";
  } else if (draft.method != "GET" || !body_file.empty()) {
    std::cout << " --request " << draft.method;
  }
  // Otherwise curl would resolve dot segments, which are signed as they stand.
  if (draft.path.find("/.") != std::string::npos) std::cout << " --path-as-is";
  const std::string query = draft.query.empty() ? "" : "?" + draft.query;
  std::cout << ' ' << shell_quoted(draft.scheme + "://" + draft.host + draft.path + query);
  std::ranges::for_each(headers, print_header);
  if (!body_file.empty()) {
    // Otherwise curl would call the body a form.
    if (!has_header(headers, "content-type")) print_header({"Content-Type", "application/json"});
    std::cout << " \\\n  --data-binary " << shell_quoted("@" + body_file);
  }
  std::cout << '\n';
}

void show(const Arguments& arguments, const Draft& draft, const cloud::Signature& signature) {
  if (arguments.show == "canonical") {
    std::cout << signature.canonical_request << '\n';
    return;
  }
  if (arguments.show == "string-to-sign") {
    std::cout << signature.string_to_sign << '\n';
    return;
  }
  std::vector<Header> headers{{"Host", draft.host}, {"X-Sdk-Date", draft.date}};
  headers.insert(headers.end(), draft.headers.begin(), draft.headers.end());
  headers.push_back({"Authorization", signature.authorization});
  if (arguments.show == "curl") {
    print_curl(draft, headers, arguments.body_file);
    return;
  }
  for (const auto& [name, value] : headers)
    std::cout << name << ": " << value << '\n';
}

int run(const Environment& environment, const Arguments& arguments) {
  auto draft = draft_of(arguments);
  if (!draft) return usage_error(kSign, draft.failure().text());
  std::optional<cloud::Scope> scope;
  if (arguments.algorithm == kDerivedAlgorithm) {
    if (arguments.region.empty() || arguments.service.empty()) {
      return usage_error(kSign, bilingual({"V11-HMAC-SHA256 needs --region and --service",
                                           "V11-HMAC-SHA256 需要 --region 和 --service"}));
    }
    scope = cloud::Scope{arguments.region, arguments.service};
  }

  const auto iam = [&](const cloud::Origins& of_profile) -> Result<cloud::Origins> {
    CloudFlags flags;
    if (!arguments.region.empty()) flags.region = arguments.region;
    const auto catalogue = make_catalogue(environment, flags);
    if (!catalogue) return catalogue.failure();
    return catalogue.value()->iam_origins(flags.region, of_profile);
  };
  auto keys =
      find_key(environment,
               {.profile_file = arguments.profile, .metadata_url = arguments.metadata, .iam = iam});
  if (!keys) return fail(kSign, keys.failure());
  const auto current = keys.value()->current();
  if (!current) return fail(kSign, current.failure());
  const cloud::Key& key = current.value().key->credentials.key;
  const Secret& token = current.value().key->credentials.security_token;
  auto& [method, scheme, host, path, query, headers, body, date] = draft.value();
  if (!token.empty() && !has_header(headers, "x-security-token")) {
    headers.push_back({"X-Security-Token", std::string(token.reveal())});
  }
  const auto signature =
      cloud::Signer(key, scope).sign({method, host, path, query, headers, body}, date);
  if (!signature) return usage_error(kSign, signature.failure().text());
  show(arguments, draft.value(), signature.value());
  return print(kSign, "");
}

}  // namespace

void add_sign(CLI::App& app, Context& context) {
  const auto arguments = std::make_shared<Arguments>();
  CLI::App* sign = app.add_subcommand(
      kSign, help_text({"Show a signed request without sending it", "显示签名后的请求，但不发送"}));
  sign->add_option("url", arguments->url,
                   help_text({"URL with query, percent-encoded once. Example: "
                              "'https://vpc.cn-north-4.myhuaweicloud.com/v1/PROJECT/jobs/JOB'",
                              "带查询参数的 URL，只做一次百分号编码。示例："
                              "'https://vpc.cn-north-4.myhuaweicloud.com/v1/PROJECT/jobs/JOB'"}))
      ->required();
  add_option(*sign, "--method", arguments->method,
             {"HTTP method. Example: --method POST", "HTTP 方法。示例：--method POST"})
      ->capture_default_str();
  add_option(*sign, "--header", arguments->headers,
             {"Header to sign (repeatable); Host and X-Sdk-Date are added. Example: --header "
              "'X-Project-Id: 0605767cc80010f42f1ec00bc0e6b7a8'",
              "参与签名的请求头（可重复）；自动添加 Host 和 X-Sdk-Date。示例：--header "
              "'X-Project-Id: 0605767cc80010f42f1ec00bc0e6b7a8'"})
      ->allow_extra_args(false);
  add_option(*sign, "--body-file", arguments->body_file,
             {"File that is the request body. Example: --body-file order.json",
              "请求体文件。示例：--body-file order.json"});
  add_option(*sign, "--date", arguments->date,
             {"Time of signing in UTC (default: now). Example: --date 20191115T033655Z",
              "签名时间，UTC（默认当前时间）。示例：--date 20191115T033655Z"});
  add_option(*sign, "--algorithm", arguments->algorithm,
             {"Signature algorithm; V11-HMAC-SHA256 is for services with a derived key. Example: "
              "--algorithm V11-HMAC-SHA256 --region cn-north-4 --service iotdm",
              "签名算法；V11-HMAC-SHA256 用于使用派生密钥的服务。示例：--algorithm V11-HMAC-SHA256 "
              "--region cn-north-4 --service iotdm"})
      ->check(one_of({"SDK-HMAC-SHA256", "V11-HMAC-SHA256"}))
      ->capture_default_str();
  add_option(*sign, "--region", arguments->region,
             {"Region, for V11-HMAC-SHA256 only. Example: --region cn-north-4",
              "区域，仅用于 V11-HMAC-SHA256。示例：--region cn-north-4"});
  add_option(*sign, "--service", arguments->service,
             {"Service, for V11-HMAC-SHA256 only. Example: --service iotdm",
              "服务，仅用于 V11-HMAC-SHA256。示例：--service iotdm"});
  add_option(
      *sign, "--show", arguments->show,
      {"What to print: headers, the canonical request, the string to sign, or a curl command. "
       "Example: --show curl",
       "输出内容：请求头、规范请求、待签名字符串或 curl 命令。示例：--show curl"})
      ->check(one_of({"headers", "canonical", "string-to-sign", "curl"}))
      ->capture_default_str();
  add_key_flags(*sign, arguments->profile, arguments->metadata);
  on_run(*sign, context, [arguments, &context] { return run(context.environment, *arguments); });
}

}  // namespace jobtree::commands
