#include "cloud/key/temporary/temporary_source.h"

#include <algorithm>

namespace jobtree::cloud {
namespace {

using std::chrono::system_clock;

// A temporary key lives for hours; the vendor's SDKs renew it 40 minutes before its end.
constexpr system_clock::duration kRenewBefore = std::chrono::minutes(40);
constexpr system_clock::duration kTryAgainAfter = std::chrono::seconds(10);

}  // namespace

Result<Finding> TemporarySource::find() {
  auto credentials = issuer_->fetch();
  if (!credentials) return credentials.failure();
  plan(credentials.value());
  return Finding{.credentials = std::move(credentials.value())};
}

Finding TemporarySource::renew() {
  auto credentials = issuer_->fetch();
  if (!credentials) {
    plan(kTryAgainAfter);
    return {.notice =
                bilingual({"the temporary key could not be renewed: {0}", "无法更新临时密钥：{0}"},
                          credentials.failure().text())};
  }
  plan(credentials.value());
  return {.credentials = std::move(credentials.value())};
}

void TemporarySource::plan(const Credentials& credentials) {
  const system_clock::duration left = *credentials.expires - clock_.wall();
  // One that has ended already, by a clock that is wrong, is not renewed again at once.
  const bool has_ended = left <= system_clock::duration::zero();
  plan(has_ended ? kTryAgainAfter : left - std::min(kRenewBefore, left / 3));
}

void TemporarySource::plan(system_clock::duration wait) {
  renew_at_ = clock_.wall() + wait;
  renew_by_ = clock_.steady() + wait;
}

}  // namespace jobtree::cloud
