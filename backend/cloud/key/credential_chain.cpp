#include "cloud/key/credential_chain.h"

#include <utility>

#include "cloud/ask/transport.h"
#include "cloud/key/environment_source.h"
#include "cloud/key/owner_ids.h"
#include "cloud/key/profile_source.h"
#include "cloud/key/temporary/container.h"
#include "cloud/key/temporary/metadata.h"
#include "cloud/key/temporary/temporary_source.h"

namespace jobtree::cloud {
namespace {

using OneSource = std::unique_ptr<CredentialSource>;

constexpr const char* kContainerUrl = "HC_CONTAINER_CREDENTIALS_FULL_URI";
constexpr const char* kContainerToken = "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE";

/// In the place of a source that is not set up, or wrongly, so that it is named all the same.
class NotSetUp final : public CredentialSource {
 public:
  explicit NotSetUp(Bilingual absence) : absence_(std::move(absence)) {}
  NotSetUp(Failure failure, std::string setting)
      : failure_(std::move(failure)), setting_(std::move(setting)) {}

  Result<Finding> find() override {
    if (failure_) return *failure_;
    return Finding{.absence = absence_};
  }
  std::string setting() const override { return setting_; }

 private:
  const Bilingual absence_;
  const std::optional<Failure> failure_;
  const std::string setting_;
};

OneSource wrong(Failure failure, const char* setting) {
  return std::make_unique<NotSetUp>(std::move(failure), setting);
}

Result<OneSource> container(const Environment& environment, const Clock& clock) {
  const std::string url(environment(kContainerUrl));
  const std::string token_file(environment(kContainerToken));
  if (url.empty() && token_file.empty()) {
    return OneSource(std::make_unique<NotSetUp>(bilingual(
        {"there are no container credentials ({0})", "没有容器凭据（{0}）"}, kContainerUrl)));
  }
  if (url.empty()) return wrong(half_set(kContainerToken, kContainerUrl), kContainerToken);
  if (token_file.empty()) return wrong(half_set(kContainerUrl, kContainerToken), kContainerUrl);
  if (const auto good = check_container_url(url); !good) {
    return wrong(good.failure().prefixed(bilingual({"{0}: ", "{0}："}, kContainerUrl)),
                 kContainerUrl);
  }
  auto owner = owner_of_environment(environment);
  if (!owner) return wrong(owner.failure(), kContainerUrl);
  auto transport = make_transport(container_transport());
  if (!transport) return transport.failure();
  return OneSource(std::make_unique<TemporarySource>(
      std::make_unique<Container>(url, token_file, std::move(owner.value()),
                                  std::move(transport.value())),
      kContainerUrl, clock));
}

Result<OneSource> federated(const Environment& environment, const ProfileSource& profile,
                            const KeyOptions& options, const Clock& clock) {
  auto transport = make_transport(federated_transport(options.ca_file));
  if (!transport) return transport.failure();
  return OneSource(std::make_unique<FederatedSource>(environment, profile, options.iam,
                                                     std::move(transport.value()), clock));
}

Result<OneSource> metadata(const KeyOptions& options, const Clock& clock) {
  if (options.metadata_url.empty()) {
    return OneSource(std::make_unique<NotSetUp>(
        Bilingual("instance metadata is switched off", "未启用实例元数据")));
  }
  auto transport = make_transport(metadata_transport());
  if (!transport) return transport.failure();
  return OneSource(std::make_unique<TemporarySource>(
      std::make_unique<Metadata>(options.metadata_url, std::move(transport.value())), "", clock));
}

}  // namespace

Result<CredentialChain> credential_chain(const Environment& environment, const KeyOptions& options,
                                         const Clock& clock) {
  auto profile = std::make_unique<ProfileSource>(environment, options.profile_file, clock);
  Result<OneSource> later[] = {container(environment, clock),
                               federated(environment, *profile, options, clock),
                               metadata(options, clock)};
  CredentialChain chain;
  chain.push_back(std::make_unique<EnvironmentSource>(environment));
  chain.push_back(std::move(profile));
  for (Result<OneSource>& source : later) {
    if (!source) return source.failure();
    chain.push_back(std::move(source.value()));
  }
  return chain;
}

}  // namespace jobtree::cloud
