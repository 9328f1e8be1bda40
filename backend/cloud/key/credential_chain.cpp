#include "cloud/key/credential_chain.h"

#include <utility>

#include "cloud/ask/transport.h"
#include "cloud/key/environment_source.h"
#include "cloud/key/metadata_source.h"
#include "cloud/key/profile_source.h"

namespace jobtree::cloud {
namespace {

/// In the place of a source that the operator has switched off, so that it is named all the same.
class Off final : public CredentialSource {
 public:
  explicit Off(Bilingual absence) : absence_(std::move(absence)) {}
  Result<Finding> find() override { return Finding{.absence = absence_}; }

 private:
  Bilingual absence_;
};

Result<std::unique_ptr<CredentialSource>> metadata(const KeyOptions& options, const Clock& clock) {
  using Source = std::unique_ptr<CredentialSource>;
  if (options.metadata_url.empty()) {
    return Source(
        std::make_unique<Off>(Bilingual("instance metadata is switched off", "未启用实例元数据")));
  }
  auto transport = make_transport(metadata_transport());
  if (!transport) return transport.failure();
  return Source(std::make_unique<MetadataSource>(
      Metadata(options.metadata_url, std::move(transport.value())), clock));
}

}  // namespace

Result<CredentialChain> credential_chain(const Environment& environment, const KeyOptions& options,
                                         const Clock& clock) {
  auto instance = metadata(options, clock);
  if (!instance) return instance.failure();
  CredentialChain chain;
  chain.push_back(std::make_unique<EnvironmentSource>(environment));
  chain.push_back(std::make_unique<ProfileSource>(environment, options.profile_file, clock));
  chain.push_back(std::move(instance.value()));
  return chain;
}

}  // namespace jobtree::cloud
