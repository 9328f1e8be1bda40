#include "cloud/key/profile_source.h"

#include <sys/stat.h>

#include <utility>

#include "cloud/key/profile_file.h"

namespace jobtree::cloud {
namespace {

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

/// What is unused in the file, and who can read it.
Bilingual notice_of(const std::string& file, const Profile& profile) {
  Bilingual notice = warning_of(file);
  if (!notice.empty() && !profile.notice.empty()) notice += {"; ", "；"};
  return notice + profile.notice;
}

}  // namespace

ProfileSource::ProfileSource(const Environment& environment, const std::string& named,
                             const Clock& clock)
    : place_(profile_place(environment, named)), clock_(clock) {}

Result<Finding> ProfileSource::find() {
  federation_.reset();
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
  federation_ = std::move(found.value().federation);
  Bilingual notice = notice_of(place_.file, found.value());
  auto& credentials = found.value().credentials;
  if (!credentials) return Finding{.notice = notice, .absence = no_pair_in(place_.file)};
  return Finding{.credentials = std::move(credentials), .notice = std::move(notice)};
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
  if (found && found.value().credentials) {
    return {.credentials = std::move(found.value().credentials),
            .notice = notice_of(place_.file, found.value())};
  }
  return {.notice = bilingual(
              {"the changed profile file was not loaded ({0}); the previous key stays in use",
               "未加载更改后的密钥文件（{0}），继续使用之前的密钥"},
              found ? no_pair_in(place_.file) : found.failure().text())};
}

}  // namespace jobtree::cloud
