// A temporary key from the instance this runs on, renewed before it ends.
//
// Knows: when a key is to be renewed. Must not know: how the metadata service is asked
// (metadata.h), or other sources.
#pragma once

#include <chrono>
#include <utility>

#include "base/clock.h"
#include "cloud/key/credential_source.h"
#include "cloud/key/metadata.h"

namespace jobtree::cloud {

class MetadataSource final : public CredentialSource {
 public:
  MetadataSource(Metadata metadata, Clock clock)
      : metadata_(std::move(metadata)), clock_(std::move(clock)) {}

  Result<Finding> find() override;
  bool is_due() const override {
    return clock_.wall() >= renew_at_ || clock_.steady() >= renew_by_;
  }
  Finding renew() override;
  void stop() override { metadata_.stop(); }

 private:
  void plan(const Credentials& credentials);
  void plan(std::chrono::system_clock::duration wait);

  Metadata metadata_;
  const Clock clock_;
  // By whichever clock says so first: the wall's goes on while the machine sleeps, and the steady
  // one when the wall's is set back.
  std::chrono::system_clock::time_point renew_at_;
  std::chrono::steady_clock::time_point renew_by_;
};

}  // namespace jobtree::cloud
