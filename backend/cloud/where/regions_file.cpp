#include "cloud/where/regions_file.h"

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string_view>

#include "base/ascii.h"
#include "base/small_file.h"

namespace jobtree::cloud {
namespace {

constexpr std::size_t kMaxFile = std::size_t{64} * 1024;
constexpr std::size_t kMaxEntries = 4096;  // aliases can make many of a small file

/// The scalar under `name`, or the scalars of the list there with commas between them; "" when
/// there is none.
std::string text_under(const YAML::Node& node, const char* name) {
  const YAML::Node value = node[name];
  if (!value) return "";
  if (value.IsScalar()) return value.Scalar();
  std::string text;
  if (value.IsSequence()) {
    for (const YAML::Node& item : value) {
      if (item.IsScalar()) text += (text.empty() ? "" : ",") + item.Scalar();
    }
  }
  return text;
}

/// Where the form is not the expected one, and what was.
struct Misfit {
  int line;
  Bilingual expected;
};

std::optional<Misfit> take_service(const std::string& service, const YAML::Node& list,
                                   std::vector<RegionEntry>& entries) {
  const int line = list.Mark().line + 1;
  if (!list.IsSequence())
    return Misfit{line, bilingual({"a list of regions under {0}", "{0} 下的区域列表"}, service)};
  for (const YAML::Node& item : list) {
    const int item_line = item.Mark().line + 1;
    if (!item.IsMap())
      return Misfit{item_line, {"id: REGION and endpoint: URL", "id: REGION 和 endpoint: URL"}};
    std::string endpoints = text_under(item, "endpoints");
    if (const std::string one = text_under(item, "endpoint"); !one.empty()) {
      endpoints += (endpoints.empty() ? "" : ",") + one;  // after the list, as the SDKs have it
    }
    std::string region = text_under(item, "id");
    if (region.empty())
      return Misfit{item_line, {"id: REGION beside the endpoint", "与 endpoint 同级的 id: REGION"}};
    if (endpoints.empty())
      return Misfit{item_line, {"endpoint: URL beside the id", "与 id 同级的 endpoint: URL"}};
    if (entries.size() == kMaxEntries)
      return Misfit{item_line, {"no more than 4096 endpoints", "不超过 4096 个终端节点"}};
    entries.push_back({service, std::move(region), std::move(endpoints), item_line});
  }
  return std::nullopt;
}

}  // namespace

Result<std::vector<RegionEntry>> read_regions_file(const std::string& file) {
  const auto text = read_small_file(
      file, {.what = {"regions file", "区域文件"}, .max_bytes = kMaxFile, .plain_only = false});
  if (!text) return text.failure();
  const auto failure = [&file](int line, const Bilingual& what) {
    return Failure::usage(
        bilingual({"the regions file {0}, line {1}: {2}", "区域文件 {0} 第 {1} 行：{2}"}, file,
                  std::to_string(line), what));
  };
  std::vector<RegionEntry> entries;
  try {
    const YAML::Node root = YAML::Load(text.value());
    if (root.IsNull()) return entries;
    if (!root.IsMap()) {
      return failure(root.Mark().line + 1,
                     {"expected SERVICE: and a list", "应为 SERVICE: 和列表"});
    }
    for (const auto& member : root) {
      const std::string service = member.first.IsScalar() ? upper(member.first.Scalar()) : "";
      if (const auto misfit = take_service(service, member.second, entries)) {
        return failure(misfit->line, bilingual({"expected {0}", "应为 {0}"}, misfit->expected));
      }
    }
  } catch (const YAML::Exception& error) {
    return failure(error.mark.line + 1, error.msg);
  }
  return entries;
}

}  // namespace jobtree::cloud
