#include "cloud/key/owner_ids.h"

#include "cloud/ids.h"

namespace jobtree::cloud {
namespace {

constexpr const char* kProject = "HUAWEICLOUD_SDK_PROJECT_ID";
constexpr const char* kDomain = "HUAWEICLOUD_SDK_DOMAIN_ID";

}  // namespace

Result<OwnerIds> owner_of_environment(const Environment& environment) {
  return check_owner({std::string(environment(kProject)), std::string(environment(kDomain))},
                     kProject, kDomain);
}

Result<OwnerIds> check_owner(OwnerIds owner, const char* project_name, const char* domain_name) {
  if (!owner.project.empty() && !is_project_id(owner.project)) {
    return Failure::usage(bilingual({"{0} is not a project ID (32 lower-case hex digits)",
                                     "{0} 不是项目 ID（32 位小写十六进制字符）"},
                                    project_name));
  }
  if (!owner.domain.empty() && !is_project_id(owner.domain)) {
    return Failure::usage(bilingual({"{0} is not an account (domain) ID (32 lower-case hex digits)",
                                     "{0} 不是账号（domain）ID（32 位小写十六进制字符）"},
                                    domain_name));
  }
  return owner;
}

Failure half_set(const char* set, const char* missing) {
  return Failure::usage(bilingual(
      {"{0} is set but {1} is not; both are needed", "已设置 {0}，但未设置 {1}，两者缺一不可"}, set,
      missing));
}

}  // namespace jobtree::cloud
