#include "commands/job/job_text.h"

#include <cmath>
#include <cstdint>

#include "commands/job/engine_text.h"
#include "commands/job/job_lines.h"
#include "commands/job/terminal_text.h"

namespace jobtree::commands {
namespace {

using cloud::JobReply;
using cloud::Outcome;
using engine::Language;
using engine::PollOutcome;

constexpr std::string_view kName = "backend job: ";
constexpr std::size_t kMostMessage = 1000;  // cells; what the cloud wing keeps of a message
constexpr std::size_t kMostReason = 200;    // of a poll that is made again anyway

struct Pair {
  std::string_view en;
  std::string_view zh;
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

/// What happened, in general; the cloud wing's own sentence is more exact, but English.
Pair happening(PollOutcome reply) {
  switch (reply) {
    case PollOutcome::denied:
      return {"The cloud refused the request.", "云服务拒绝了该请求。"};
    case PollOutcome::not_found:
      return {"The cloud has no such job.", "云端没有此任务。"};
    case PollOutcome::throttled:
      return {"Too many requests.", "请求过于频繁。"};
    case PollOutcome::not_a_job:
      return {"The response is not a job.", "返回内容不是可识别的任务。"};
    default:
      return {"The cloud did not answer.", "云服务没有应答。"};
  }
}

Pair advice(const JobReply& answer, PollOutcome reply) {
  if (answer.outcome == Outcome::unknown_project) {
    return {"Name the project with --project.", "请用 --project 指定项目。"};
  }
  if (answer.error_code == "VPC.0007") {
    return {"Give the key's own project with --project.", "请用 --project 指定密钥所属的项目。"};
  }
  switch (reply) {
    case PollOutcome::denied:
      return {"Check the key, project, region and this machine's clock (date -u).",
              "请核对密钥、项目和区域，以及本机时钟（date -u）。"};
    case PollOutcome::not_found:
      return {
          "Check the job id, --region, --service and --project; ended jobs are removed after a "
          "while.",
          "请检查任务 ID、--region、--service 和 --project；已结束的任务会在一段时间后被清除。"};
    case PollOutcome::throttled:
      return {"Ask again later, or use --wait, which keeps the pace that is allowed.",
              "请稍后再试，或使用 --wait，它会遵守允许的频率。"};
    case PollOutcome::not_a_job:
      return {"Check --service and --endpoint, and whether a proxy answered instead.",
              "请检查 --service 和 --endpoint，以及是否由代理代为应答。"};
    default:
      if (answer.http_status != 0) {
        return {"Try again later, or use --wait to retry automatically.",
                "请稍后再试；使用 --wait 会自动重试。"};
      }
      return {"Check the network, the proxy and --endpoint, or use --wait to retry automatically.",
              "请检查网络、代理和 --endpoint；使用 --wait 会自动重试。"};
  }
}

std::string seconds(double seconds, Language language) {
  return text_of(engine::put_duration, static_cast<std::int64_t>(seconds * 1000), language, true);
}

/// How far the job was seen to be: "the job is running · 12 of 20 done · …".
std::string standing(const Snapshot& snapshot, double now, Language language) {
  return summary_line({snapshot.tree, now, language});
}

}  // namespace

std::string watch_sentence(const engine::WatchFacts& facts, Language language) {
  if (facts.state != engine::abi::State::not_understood) {
    return safe_text(text_of(engine::put_watch_message, facts, language));
  }
  // The engine's words for this speak of a page.
  std::string text(Pair{"The response is not a job", "返回内容不是可识别的任务"}.in(language));
  if (facts.next >= 0) {
    const std::string next = seconds(std::ceil(facts.next), language);
    text += language == Language::zh ? "，" + next + "后重试" : "; next try in " + next;
  }
  return text;
}

std::string failed_poll(const JobReply& answer, const engine::WatchFacts& facts,
                        Language language) {
  std::string text = watch_sentence(facts, language);
  const std::string& reason = answer.log_detail.empty() ? answer.detail : answer.log_detail;
  if (!reason.empty()) text += ": " + safe_text(reason, kMostReason);
  return text;
}

std::string failure_report(const JobReply& answer, Language language) {
  const PollOutcome reply = reply_of(answer);
  const bool zh = language == Language::zh;
  std::string text(kName);
  if (zh || answer.detail.empty()) text += happening(reply).in(language);
  const std::string detail = safe_text(answer.detail, kMostMessage);
  if (!detail.empty()) text += zh ? "（" + detail + "）" : detail;
  text.append(zh ? "" : " ").append(advice(answer, reply).in(language)).append("\n");

  const auto line = [&](Pair label, std::string_view value) {
    const std::string shown = safe_text(value, kMostMessage);
    text.append("  ").append(label.in(language)).append(zh ? "：" : ": ");
    text.append(shown.empty() ? Pair{"none", "无"}.in(language) : shown).append("\n");
  };
  line({"HTTP status", "HTTP 状态"},
       answer.http_status == 0 ? "" : std::to_string(answer.http_status));
  line({"request id", "请求 ID"}, answer.request_id);
  line({"error code", "错误码"}, answer.error_code);
  line({"error message", "错误信息"}, answer.log_detail);
  return text;
}

std::string ending_report(const Ending& ending, double timeout, double now, Language language) {
  const bool zh = language == Language::zh;
  const std::string name(kName);
  switch (ending.how) {
    case End::replied:
    case End::settled:
    case End::reader_gone:
      return "";
    case End::query_failed:
      return ending.failure ? failure_report(*ending.failure, language) : "";
    case End::bad_address:
      return name + (zh ? "任务地址无效：任务 ID 应为 1–64 位字母、数字、“-”或“_”；"
                          "--region 和 --service 须为已知的名称。\n"
                        : "No job can have this address: a job id is 1 to 64 letters, digits, "
                          "\"-\" and \"_\"; --region and --service are names that are known "
                          "(backend job --help).\n");
    case End::timed_out: {
      const std::string limit = seconds(timeout, language);
      std::string text = name + (zh ? "等待 " + limit + " 后超时" : "timed out after " + limit);
      if (ending.last) {
        const std::string how = standing(*ending.last, now, language);
        text += zh ? "，任务状态：" + how + "。任务仍在云端继续；可用 --timeout 延长等待。\n"
                   : "; the job was: " + how +
                         ". It goes on in the cloud; increase --timeout to wait longer.\n";
      } else {
        text += zh ? "，没有得到任务信息。\n" : "; nothing was learned of the job.\n";
      }
      if (ending.failure) text += failure_report(*ending.failure, language);
      return text;
    }
    case End::interrupted:
      return name + (zh ? "已中断；任务仍在云端继续。\n"
                        : "interrupted; the job itself goes on in the cloud.\n");
  }
  return "";
}

}  // namespace jobtree::commands
