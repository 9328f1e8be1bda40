// A key in a profile file: section [basic] with ak and sk.
//
// Knows: where profiles are, their form, how one changes. Must not know: other sources. The file is
// read again when it changes; one that others can write is refused, for they would choose the key.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/environment.h"
#include "base/file_watch.h"
#include "cloud/key/credential_source.h"

namespace jobtree::cloud {

class ProfileSource final : public CredentialSource {
 public:
  /// `named`: by the operator. Else $HUAWEICLOUD_SDK_CREDENTIALS_FILE, else "credentials" in
  /// $CREDENTIALS_DIRECTORY (systemd's LoadCredential=) when there is one, else
  /// ~/.huaweicloud/credentials, which may be missing.
  ProfileSource(const Environment& environment, const std::string& named, const Clock& clock);

  /// Fails on a file that cannot be read, is larger than 64 KiB or world-writable, on half a pair
  /// and on bad values.
  Result<Finding> find() override;
  bool is_due() const override { return watch_ && watch_->is_due(); }
  Finding renew() override;

 private:
  struct Place {
    std::string file;         ///< "": without a HOME there is none
    bool must_exist = false;  ///< somebody named it
  };
  static Place place_of(const Environment& environment, const std::string& named);

  const Place place_;
  const Clock clock_;
  std::optional<FileWatch> watch_;
};

}  // namespace jobtree::cloud
