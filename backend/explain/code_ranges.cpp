#include "explain/code_ranges.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "base/ascii.h"
#include "explain/code_text.h"

namespace jobtree::explain {
namespace {

constexpr Words kReadMessage{
    "Read the message that came with the code; if it does not help, open a support ticket with the "
    "job ID and the request ID.",
    "查看随错误码返回的信息；若仍无法解决，请提交工单并附上任务 ID 和请求 ID。"};

/// What the HTTP statuses mean, for all services that number by them.
struct ByStatus {
  std::string_view status;  ///< its first digits
  Words meaning;
  Words remedy;
};
constexpr ByStatus kStatuses[]{
    {"400",
     {"The request or one of its parameters is invalid.", "请求或某个参数无效。"},
     {"Correct the parameter named in the message, then resubmit.",
      "按返回信息修正参数后重新提交。"}},
    {"401",
     {"The request could not be authenticated.", "请求未通过认证。"},
     {"Get a new token or check the AK/SK, then retry.", "重新获取 Token 或检查 AK/SK 后重试。"}},
    {"403",
     {"A permission is missing, or a quota is used up.", "权限不足，或配额已用完。"},
     {"Check the permissions and the quota, then retry.", "检查权限和配额后重试。"}},
    {"404",
     {"The resource does not exist.", "资源不存在。"},
     {"Check the ID, region and project; the resource may have been deleted.",
      "核对 ID、区域和项目；资源可能已被删除。"}},
    {"409",
     {"The request conflicts with the resource's state or with another operation.",
      "请求与资源的状态或其他操作冲突。"},
     {"Wait until the current operation has finished, then retry.", "等待当前操作完成后重试。"}},
    {"429",
     {"The limit of requests is reached.", "请求过多，已达流控上限。"},
     {"Send fewer requests, then retry.", "降低请求频率后重试。"}},
    {"5",
     {"The service had an internal error.", "服务内部错误。"},
     {"Retry later; if it keeps failing, open a support ticket with the job ID.",
      "稍后重试；若仍失败，请提交工单并附上任务 ID。"}},
};

/// Services whose numbers contain an HTTP status.
struct StatusNumbering {
  std::string_view service;  ///< what the code begins with
  std::size_t digits;        ///< in the number
  std::size_t status_at;     ///< where in the number the status begins
};
constexpr StatusNumbering kStatusNumberings[]{
    {"cce.", 8, 2},     // CCE.MMHHHNNN
    {"dms.", 8, 2},     // DMS.00HHHNNN
    {"e.cfe.", 7, 0},   // E.CFE.HHHNNNN
    {"svcstg.", 7, 0},  // SVCSTG.COMPONENT.HHHNNNN
    {"111", 9, 3},      // 111HHHNNN of DCS, without a name
};

/// Services that number by topic.
struct Range {
  std::string_view begin;  ///< what the code begins with
  Words meaning;
};
constexpr Range kRanges[]{
    {"ecs.00", {"The ECS request was refused.", "云服务器的请求被拒绝。"}},
    {"ecs.01",
     {"The state of the ECS, its disks or its network does not allow the operation.",
      "云服务器、磁盘或网络的状态不允许该操作。"}},
    {"ecs.02", {"Creating or changing the ECS failed.", "创建或变更云服务器失败。"}},
    {"ecs.03", {"A query that ECS needed failed.", "云服务器所需的查询失败。"}},
    {"ecs.04", {"Rolling back a failed ECS job failed.", "云服务器任务失败后的回滚失败。"}},
    {"ecs.05", {"Deleting the ECS or a part of it failed.", "删除云服务器或其部件失败。"}},
    {"ecs.06",
     {"A batch operation, or a change of the ECS's attributes, failed.",
      "批量操作或修改云服务器属性失败。"}},
    {"ecs.07", {"The order or the price of the ECS is the cause.", "与云服务器的订单或价格有关。"}},
    {"ecs.08", {"Resizing the ECS failed.", "变更云服务器规格失败。"}},
    {"ecs.09", {"A parameter exceeds what ECS allows.", "参数超出云服务器的限制。"}},
    {"ecs.10", {"A call to the compute service (Nova) failed.", "调用 Nova 接口失败。"}},
    {"ecs.11", {"Calling IAM failed.", "访问 IAM 失败。"}},
    {"ecs.12", {"Calling the VPC service failed.", "访问 VPC 服务失败。"}},
    {"ecs.13", {"Calling EVS failed.", "访问 EVS 失败。"}},
    {"vpc.00", {"The request to the VPC service was refused.", "VPC 服务拒绝了请求。"}},
    {"vpc.01", {"The VPC operation failed.", "VPC 操作失败。"}},
    {"vpc.02", {"The subnet operation failed.", "子网操作失败。"}},
    {"vpc.03", {"The bandwidth operation failed.", "带宽操作失败。"}},
    {"vpc.05", {"The EIP operation failed.", "弹性公网IP 操作失败。"}},
    {"vpc.06", {"The security group operation failed.", "安全组操作失败。"}},
    {"vpc.07", {"The private IP operation failed.", "私有 IP 操作失败。"}},
    {"vpc.12", {"A quota of the VPC service is the cause.", "与 VPC 服务的配额有关。"}},
    {"vpc.18", {"The tag operation failed.", "标签操作失败。"}},
    {"vpc.20", {"The NAT gateway operation failed.", "NAT 网关操作失败。"}},
    {"vpc.22", {"An IAM policy does not allow the operation.", "IAM 策略不允许该操作。"}},
    {"vpc.25", {"The port operation failed.", "端口操作失败。"}},
    {"vpc.27",
     {"The token does not allow the operation, or the account is restricted.",
      "Token 无权执行该操作，或账号受限。"}},
    {"vpc.30", {"The flow log operation failed.", "流日志操作失败。"}},
    {"vpc.99", {"The operation of the VPC API v3 failed.", "VPC v3 接口操作失败。"}},
    {"evs.0", {"The EVS request was refused.", "云硬盘的请求被拒绝。"}},
    {"evs.1", {"The EVS request was refused.", "云硬盘的请求被拒绝。"}},
    {"evs.2", {"The EVS job failed.", "云硬盘任务失败。"}},
    {"sdrs.04", {"The SDRS job failed.", "存储容灾任务失败。"}},
    {"sdrs.10", {"The protection group operation failed.", "保护组操作失败。"}},
    {"sdrs.13", {"The protected instance operation failed.", "保护实例操作失败。"}},
    {"sdrs.16", {"The replication pair operation failed.", "复制对操作失败。"}},
    {"sdrs.18", {"The disk operation of SDRS failed.", "存储容灾的云硬盘操作失败。"}},
    {"sdrs.19", {"The DR drill operation failed.", "容灾演练操作失败。"}},
    {"bms.00", {"The BMS request was refused.", "裸金属服务器的请求被拒绝。"}},
    {"bms.02", {"The BMS request was refused.", "裸金属服务器的请求被拒绝。"}},
    {"bms.1", {"Attaching or detaching a disk failed.", "挂载或卸载磁盘失败。"}},
    {"bms.3", {"Creating the BMS failed.", "创建裸金属服务器失败。"}},
};
constexpr std::size_t kRangeDigits = 4;  // EVS.0404 has a topic, EVS.04 has none

bool begins_with(std::string_view text, std::string_view begin) {
  return equals_ignoring_case(text.substr(0, begin.size()), begin);
}

/// Its digits at the end.
std::string_view number_of(std::string_view code) {
  const auto end = std::find_if_not(code.rbegin(), code.rend(), is_digit);
  return code.substr(static_cast<std::size_t>(std::distance(end, code.rend())));
}

/// EVS has both: EVS.5404 is a 404.
std::string_view status_in(std::string_view code, std::string_view number) {
  if (begins_with(code, "evs.5") && number.size() == kRangeDigits) return number.substr(1);
  for (const auto& [service, digits, status_at] : kStatusNumberings) {
    if (number.size() == digits && begins_with(code, service)) return number.substr(status_at, 3);
  }
  return {};
}

}  // namespace

std::optional<Explanation> explain_by_range(std::string_view code) {
  code = trimmed(code, kWhitespace);
  if (!is_code(code)) return std::nullopt;
  const std::string_view number = number_of(code);
  const std::string_view status = status_in(code, number);
  for (const ByStatus& known : kStatuses) {
    if (!status.empty() && status.starts_with(known.status)) {
      return Explanation{
          .code = {}, .meaning = known.meaning, .remedy = known.remedy, .basis = Basis::range};
    }
  }
  if (number.size() != kRangeDigits) return std::nullopt;
  for (const Range& range : kRanges) {
    if (begins_with(code, range.begin)) {
      return Explanation{
          .code = {}, .meaning = range.meaning, .remedy = kReadMessage, .basis = Basis::range};
    }
  }
  return std::nullopt;
}

}  // namespace jobtree::explain
