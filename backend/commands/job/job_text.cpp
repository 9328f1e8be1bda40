#include "commands/job/job_text.h"

#include <cmath>
#include <cstdint>

#include "commands/job/engine_text.h"
#include "commands/job/job_lines.h"
#include "commands/job/job_reasons.h"
#include "commands/job/terminal_text.h"

namespace jobtree::commands {
namespace {

using cloud::JobReply;
using cloud::Outcome;
using engine::Language;
using engine::PollOutcome;

constexpr std::size_t kMostMessage = 1000;  // cells; what the cloud wing keeps of a message
constexpr std::size_t kMostReason = 200;    // of a poll that is made again anyway

std::string line_start() {
  return program_name() + " job: ";
}

struct Pair {
  std::string_view en;
  std::string_view zh;
  std::string_view in(Language language) const { return language == Language::zh ? zh : en; }
};

/// What happened, where the cloud wing has no sentence of its own.
Pair happening(PollOutcome reply) {
  switch (reply) {
    case PollOutcome::denied:
      return {"Huawei Cloud refused the request.", "华为云拒绝了该请求。"};
    case PollOutcome::not_found:
      return {"Job not found.", "未找到此任务。"};
    case PollOutcome::no_place:
      return {"Huawei Cloud has no such API at this address.", "华为云在此地址没有该 API。"};
    case PollOutcome::throttled:
      return {"Too many requests.", "请求过于频繁。"};
    case PollOutcome::not_a_job:
      return {"The response is not a job.", "响应不是可识别的任务。"};
    default:
      return {"No response from Huawei Cloud.", "华为云无响应。"};
  }
}

Pair advice(const JobReply& answer, PollOutcome reply) {
  if (answer.outcome == Outcome::unknown_project) {
    return {"Set the project with --project.", "请用 --project 指定项目。"};
  }
  if (answer.error_code == "VPC.0007") {
    return {"Set the key's own project with --project.", "请用 --project 指定密钥所属的项目。"};
  }
  if (answer.outcome == Outcome::untrusted) return {"", ""};  // the sentence says it
  switch (reply) {
    case PollOutcome::denied:
      return {"Check the key, project, region and this machine's clock (date -u).",
              "请检查密钥、项目、区域和本机时钟（date -u）。"};
    case PollOutcome::not_found:
      return {
          "Check the job ID, --service (default: eip), --region and --project. Finished jobs "
          "expire after about a day.",
          "请检查任务 ID、--service（默认 eip）、--region 和 --project。已结束的任务约一天后会被"
          "清除。"};
    case PollOutcome::no_place:
      return {"Check --service, --region and --endpoint.",
              "请检查 --service、--region 和 --endpoint。"};
    case PollOutcome::throttled:
      return {"Try again later, or use --wait to retry automatically.",
              "请稍后再试，或使用 --wait 自动重试。"};
    case PollOutcome::not_a_job:
      return {"Check --service and --endpoint, and whether a proxy intercepted the request.",
              "请检查 --service 和 --endpoint，以及请求是否被代理拦截。"};
    default:
      if (answer.http_status != 0) {
        return {"Try again later, or use --wait to retry automatically.",
                "请稍后再试，或使用 --wait 自动重试。"};
      }
      return {"Check the network, the proxy and --endpoint, or use --wait to retry automatically.",
              "请检查网络、代理和 --endpoint，或使用 --wait 自动重试。"};
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

const std::string& in(const Bilingual& text, Language language) {
  return language == Language::zh ? text.zh : text.en;
}

std::string watch_sentence(const engine::WatchFacts& facts, Language language) {
  return safe_text(text_of(engine::put_watch_message, facts, language));
}

std::string failed_poll(const JobReply& answer, const engine::WatchFacts& facts,
                        Language language) {
  std::string text = watch_sentence(facts, language);
  const std::string& reason =
      answer.log_detail.empty() ? in(answer.detail, language) : answer.log_detail;
  if (!reason.empty()) text += ": " + safe_text(reason, kMostReason);
  return text;
}

std::string failure_report(const JobReply& answer, Language language) {
  const PollOutcome reply = reply_of(answer);
  const bool zh = language == Language::zh;
  std::string text = line_start();
  if (answer.detail.empty()) text += happening(reply).in(language);
  text += safe_text(in(answer.detail, language), kMostMessage);
  text.append(zh ? "" : " ").append(advice(answer, reply).in(language)).append("\n");

  const auto line = [&](Pair label, std::string_view value) {
    const std::string shown = safe_text(value, kMostMessage);
    text.append("  ").append(label.in(language)).append(zh ? "：" : ": ");
    text.append(shown.empty() ? Pair{"none", "无"}.in(language) : shown).append("\n");
  };
  line({"HTTP status", "HTTP 状态"},
       answer.http_status == 0 ? "" : std::to_string(answer.http_status));
  line({"request ID", "请求 ID"}, answer.request_id);
  line({"error code", "错误码"}, answer.error_code);
  line({"error message", "错误信息"}, answer.log_detail);
  if (const auto found = explanation_of(answer.error_code, answer.inner_error_code)) {
    line({"explanation", "含义"}, in(found->meaning, language));
    line({"remedy", "处理措施"}, in(found->remedy, language));
  }
  return text;
}

std::string ending_report(const Ending& ending, double timeout, double now, Language language) {
  const bool zh = language == Language::zh;
  const std::string name = line_start();
  switch (ending.how) {
    case End::replied:
    case End::settled:
    case End::reader_gone:
      return "";
    case End::query_failed:
      return ending.failure ? failure_report(*ending.failure, language) : "";
    case End::bad_address:
      return name + (zh ? "任务 ID 或 --service 无效：任务 ID 应为 1–64 位字母、数字、“-”或“_”；"
                          "可用服务见 " +
                              program_name() + " services。\n"
                        : "Invalid job ID or --service: a job ID has 1 to 64 letters, digits, "
                          "\"-\" and \"_\"; run \"" +
                              program_name() + " services\" for the services.\n");
    case End::timed_out: {
      const std::string limit = seconds(timeout, language);
      std::string text = name + (zh ? "等待 " + limit + " 后超时" : "timed out after " + limit);
      if (ending.last) {
        const std::string how = standing(*ending.last, now, language);
        text += zh ? "，最后状态：" + how + "。任务仍在运行，可增大 --timeout 继续等待。\n"
                   : "; last status: " + how +
                         ". The job is still running; increase --timeout to wait longer.\n";
      } else {
        text += zh ? "，未查询到任务。\n" : "; the job was not seen.\n";
      }
      if (ending.failure) text += failure_report(*ending.failure, language);
      return text;
    }
    case End::interrupted:
      return name + (zh ? "已中断，任务本身仍在华为云运行。\n"
                        : "interrupted; the job itself continues in Huawei Cloud.\n");
  }
  return "";
}

}  // namespace jobtree::commands
