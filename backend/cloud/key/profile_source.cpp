#include "cloud/key/profile_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "base/small_file.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxProfile = std::size_t{64} * 1024;
constexpr CredentialNames kNames{"ak", "sk", "security_token", "project_id", "domain_id"};

/// Takes [basic] out of an INI text. The views point into it.
Result<CredentialValues> parse_profile(std::string_view text, const std::string& file) {
  CredentialValues values;
  bool in_basic = false;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (int number = 1; !text.empty(); ++number) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')), kSpaceTabReturn);
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    if (line.empty() || line.front() == '#' || line.front() == ';') continue;
    if (line.front() == '[') {
      in_basic = line == "[basic]";
      continue;
    }
    if (!in_basic) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos) {
      return Failure::usage(
          bilingual({"{0}, line {1}: expected \"name = value\" in section [basic]",
                     "{0} 第 {1} 行：[basic] 段中应为“名称 = 值”"},
                    file, std::to_string(number)));
    }
    const std::string_view name = trimmed(line.substr(0, equals), kSpaceTabReturn);
    const std::string_view value = trimmed(line.substr(equals + 1), kSpaceTabReturn);
    if (name == kNames.access) values.access = value;
    if (name == kNames.secret) values.secret = value;
    if (name == kNames.token) values.token = value;
    if (name == kNames.project) values.project = value;
    if (name == kNames.domain) values.domain = value;
  }
  return values;
}

/// The key in the file; nothing when it has none.
Result<std::optional<Credentials>> read_profile(const std::string& file) {
  const auto text = read_secret_file(file, {.what = {"profile file", "密钥文件"},
                                            .max_bytes = kMaxProfile,
                                            .plain_only = false,
                                            .refuse_world_writable = true});
  if (!text) return text.failure();
  const auto values = parse_profile(text.value().reveal(), file);
  if (!values) return values.failure();
  if (values.value().access.empty() && values.value().secret.empty()) {
    return std::optional<Credentials>();
  }
  auto found = check_credentials(values.value(), kNames, bilingual({"{0}, ", "{0}："}, file),
                                 bilingual({"profile file {0}", "密钥文件 {0}"}, file));
  if (!found) return found.failure();
  return std::optional(std::move(found.value()));
}

Bilingual no_pair_in(const std::string& file) {
  return bilingual({"the profile file {0} has no ak and sk in a section [basic]",
                    "密钥文件 {0} 的 [basic] 段中没有 ak 和 sk"},
                   file);
}

Bilingual warning_of(const std::string& file) {
  struct stat state = {};
  if (::stat(file.c_str(), &state) != 0 || (state.st_mode & (S_IRGRP | S_IROTH)) == 0) return {};
  return bilingual({"others on this machine can read the key in {0}; run: chmod 600 {0}",
                    "本机其他用户可读取 {0} 中的密钥，请执行：chmod 600 {0}"},
                   file);
}

}  // namespace

ProfileSource::ProfileSource(const Environment& environment, const std::string& named,
                             const Clock& clock)
    : place_(place_of(environment, named)), clock_(clock) {}

ProfileSource::Place ProfileSource::place_of(const Environment& environment,
                                             const std::string& named) {
  if (!named.empty()) return {named, true};
  if (const auto file = environment("HUAWEICLOUD_SDK_CREDENTIALS_FILE"); !file.empty()) {
    return {std::string(file), true};
  }
  if (const auto folder = environment("CREDENTIALS_DIRECTORY"); !folder.empty()) {
    std::string file = std::string(folder) + "/credentials";
    // The service may have been given other secrets of systemd's, and not this one.
    if (::access(file.c_str(), F_OK) == 0) return {std::move(file), true};
  }
  if (const auto home = environment("HOME"); !home.empty()) {
    return {std::string(home) + "/.huaweicloud/credentials", false};
  }
  return {};
}

Result<Finding> ProfileSource::find() {
  if (place_.file.empty()) {
    return Finding{.absence = {"HOME is not set, so there is no ~/.huaweicloud/credentials",
                               "未设置 HOME，无法查找 ~/.huaweicloud/credentials"}};
  }
  watch_.emplace(place_.file, clock_);  // before it is read, so that no change is missed
  if (!place_.must_exist && !watch_->existed()) {
    return Finding{
        .absence = bilingual({"there is no profile file {0}", "没有密钥文件 {0}"}, place_.file)};
  }
  auto found = read_profile(place_.file);
  if (!found) return found.failure();
  if (!found.value()) return Finding{.absence = no_pair_in(place_.file)};
  return Finding{.credentials = std::move(found.value()), .notice = warning_of(place_.file)};
}

Finding ProfileSource::renew() {
  switch (watch_->look()) {
    case FileWatch::News::none:
      return {};
    case FileWatch::News::gone:
      return {.notice = bilingual({"the profile file {0} is gone; its key stays in use",
                                   "密钥文件 {0} 已不存在，继续使用从中读取的密钥"},
                                  place_.file)};
    case FileWatch::News::changed:
      break;
  }
  auto found = read_profile(place_.file);
  if (found && found.value()) {
    return {.credentials = std::move(found.value()), .notice = warning_of(place_.file)};
  }
  return {.notice = bilingual(
              {"the changed profile file was not loaded ({0}); the previous key stays in use",
               "未加载更改后的密钥文件（{0}），继续使用之前的密钥"},
              found ? no_pair_in(place_.file) : found.failure().text())};
}

}  // namespace jobtree::cloud
