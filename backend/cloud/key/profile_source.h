// A key in a profile file: section [basic] with ak and sk.
//
// Knows: how a profile changes. Must not know: its form (profile_file.h), other sources. The file
// is read again when it changes; one that others can write is refused, for they would choose the
// key.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/environment.h"
#include "base/file_watch.h"
#include "cloud/key/credential_source.h"
#include "cloud/key/profile_file.h"

namespace jobtree::cloud {

class ProfileSource final : public CredentialSource {
 public:
  /// `named`: see profile_place().
  ProfileSource(const Environment& environment, const std::string& named, const Clock& clock);

  /// Fails as read_profile() does.
  Result<Finding> find() override;
  /// Of the file as it was read last: its way to a key where it holds none.
  const std::optional<Federation>& federation() const { return federation_; }
  bool is_due() const override { return watch_ && watch_->is_due(); }
  Finding renew() override;

 private:
  const ProfilePlace place_;
  const Clock clock_;
  std::optional<FileWatch> watch_;
  std::optional<Federation> federation_;
};

}  // namespace jobtree::cloud
