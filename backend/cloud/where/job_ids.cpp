#include "cloud/where/job_ids.h"

#include <vector>

#include "base/ascii.h"
#include "cloud/ids.h"

namespace jobtree::cloud {

bool is_id(std::string_view text, IdKind kind) {
  return kind == IdKind::name ? is_name_id(text) : is_job_id(text);
}

std::string ids_of(const Service& service) {
  std::string text;
  for (const std::string& name : service.pattern.id_names()) {
    if (!text.empty()) text += '/';
    text += upper(name);
  }
  return text;
}

std::optional<Bilingual> wrong_ids(const Service& service, std::string_view ids) {
  const std::vector<std::string_view> parts = split_ids(ids);
  if (parts.size() != service.ids.size()) {
    return service.ids.size() == 1
               ? bilingual({"{0} expects one ID: {1}", "{0} 的任务只有一个 ID：{1}"}, service.name,
                           ids_of(service))
               : bilingual({"{0} expects {1} IDs: {2}", "{0} 的任务需要 {1} 个 ID：{2}"},
                           service.name, std::to_string(service.ids.size()), ids_of(service));
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_id(parts[i], service.ids[i])) continue;
    const std::string name = upper(service.pattern.id_names()[i]);
    return service.ids[i] == IdKind::name
               ? bilingual({"invalid {0}: it has 1 to 255 letters, digits, \"-\", \"_\", \".\" and "
                            "\":\"",
                            "{0} 无效：应为 1–255 位字母、数字、“-”、“_”、“.”或“:”"},
                           name)
               : bilingual({"invalid {0}: it has 1 to 64 letters, digits, \"-\" and \"_\"",
                            "{0} 无效：应为 1–64 位字母、数字、“-”或“_”"},
                           name);
  }
  return std::nullopt;
}

}  // namespace jobtree::cloud
