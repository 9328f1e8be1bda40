#include "commands/cli/public_url.h"

#include "cloud/where/url.h"
#include "commands/cli/flags.h"

namespace jobtree::commands {

void add_public_url_flag(CLI::App& command, std::string& url) {
  add_option(command, "--public-url", url,
             {"Address at which people reach this server: links in messages, feeds and badges begin "
              "with it. Example: --public-url https://jobs.example.com",
              "用户访问此服务端的地址，消息、订阅和徽章中的链接以此开头。示例：--public-url "
              "https://jobs.example.com"})
      ->type_name("URL");
}

Result<std::string> public_url_of(const std::string& flag) {
  if (flag.empty()) return std::string();
  const auto url = cloud::parse_url(flag);
  if (!url) return url.failure().prefixed({"--public-url: ", "--public-url："});
  if (flag.find('?') != std::string::npos) {
    return Failure::usage({"--public-url: links begin with it, so it must have no query",
                           "--public-url：链接以此开头，不能带查询参数"});
  }
  return flag.ends_with('/') ? flag.substr(0, flag.size() - 1) : flag;
}

}  // namespace jobtree::commands
