#include "cloud/key/temporary/federated_source.h"

#include <utility>

#include "cloud/key/owner_ids.h"

namespace jobtree::cloud {
namespace {

constexpr const char* kIdpId = "HUAWEICLOUD_SDK_IDP_ID";
constexpr const char* kIdTokenFile = "HUAWEICLOUD_SDK_ID_TOKEN_FILE";

}  // namespace

FederatedSource::FederatedSource(Environment environment, const ProfileSource& profile,
                                 IamPlace iam, std::shared_ptr<Transport> transport, Clock clock)
    : environment_(std::move(environment)),
      profile_(profile),
      iam_(std::move(iam)),
      transport_(std::move(transport)),
      clock_(std::move(clock)) {}

Result<std::optional<Federation>> FederatedSource::federation() const {
  const std::string idp_id(environment_(kIdpId));
  const std::string token_file(environment_(kIdTokenFile));
  if (idp_id.empty() && token_file.empty()) return profile_.federation();
  if (idp_id.empty() || token_file.empty()) {
    return half_set(idp_id.empty() ? kIdTokenFile : kIdpId, idp_id.empty() ? kIdpId : kIdTokenFile);
  }
  auto owner = owner_of_environment(environment_);
  if (!owner) return owner.failure();
  return std::optional(
      Federation{.idp_id = idp_id, .id_token_file = token_file, .owner = std::move(owner.value())});
}

Result<Finding> FederatedSource::find() {
  auto found = federation();
  if (!found) return found.failure();
  if (!found.value()) {
    return Finding{.absence = bilingual(
                       {"there is no federated identity ({0})", "没有联邦身份（{0}）"}, kIdpId)};
  }
  Federation& federation = *found.value();
  auto iam = iam_(federation.iam);
  if (!iam) return iam.failure();
  source_ = std::make_unique<TemporarySource>(
      std::make_unique<Federated>(std::move(federation), std::move(iam.value()), transport_), "",
      clock_);
  return source_->find();
}

std::string FederatedSource::setting() const {
  for (const char* name : {kIdpId, kIdTokenFile}) {
    if (!environment_(name).empty()) return name;
  }
  return profile_.federation() ? "idp_id" : "";
}

}  // namespace jobtree::cloud
