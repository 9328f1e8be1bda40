#include "simulator/script/scenario_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <utility>

#include "base/ascii.h"
#include "base/small_file.h"
#include "simulator/cloud/job_routes.h"
#include "simulator/script/fault_json.h"
#include "simulator/script/json_reader.h"
#include "simulator/script/robots/robot_json.h"

namespace jobtree::simulator {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t kMaxKeys = 100;
constexpr std::size_t kMaxProjects = 1000;
constexpr std::size_t kMaxJobs = 1000;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxReason = 4096;
constexpr std::size_t kMaxSteps = 20000;
constexpr int kMaxDepth = 16;
constexpr std::int64_t kMinute = 60;
constexpr std::int64_t kDay = std::int64_t{24} * 60 * kMinute;
constexpr std::int64_t kMaxSeconds = 366 * kDay;
constexpr std::int64_t kMaxCourse = std::int64_t{7} * kDay * 1000;  // ms
constexpr std::int64_t kMaxQuota = 1'000'000;
constexpr std::int64_t kMaxSeed = INT64_MAX;

bool all_of(const std::string& text, std::string_view others) {
  return std::ranges::all_of(
      text, [others](char c) { return is_alnum(c) || others.find(c) != std::string_view::npos; });
}

bool is_hex_id(const std::string& text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string hex_id(JsonReader& reader, const char* name, std::string otherwise) {
  std::string id = otherwise.empty() ? reader.text(name, kMaxName)
                                     : reader.text(name, kMaxName, std::move(otherwise));
  if (!is_hex_id(id)) {
    reader.fail(name, {"must be 32 lower-case hex digits", "应为 32 位小写十六进制字符"});
  }
  return id;
}

/// Text that goes into a header or unescaped into JSON.
std::string plain(JsonReader& reader, const char* name, std::size_t max_size) {
  std::string text = reader.text(name, max_size);
  if (text.empty()) reader.fail(name, {"must not be empty", "不能为空"});
  if (!all_of(text, "._-+/=")) {
    reader.fail(name, {"can have only letters, digits and . _ - + / =",
                       "只能包含字母、数字和 . _ - + / ="});
  }
  return text;
}

Account read_account(JsonReader& reader) {
  Account account;
  // Judged before anything else, and never repeated in what is said about it.
  account.key.access = reader.text("access", kMaxName);
  if (!account.key.access.starts_with(kKeyMark)) {
    reader.fail(
        "access",
        {"does not begin with SIMULATED. Never put a real key into a scenario file: if this "
         "is one, remove it and replace it in Huawei Cloud",
         "未以 SIMULATED 开头。切勿在场景文件中写入真实密钥；如已写入，请删除并在华为云更换"});
    return account;
  }
  account.key.access = plain(reader, "access", kMaxName);
  account.key.secret = plain(reader, "secret", kMaxText);
  account.project_id = hex_id(reader, "project_id", demo_account().project_id);
  account.domain_id = hex_id(reader, "domain_id", demo_account().domain_id);
  if (reader.has("security_token")) {
    account.security_token = plain(reader, "security_token", kMaxReason);
  }
  reader.done();
  return account;
}

std::vector<Account> read_accounts(JsonReader& reader) {
  std::vector<Account> accounts;
  for (JsonReader& key : reader.list("keys", kMaxKeys)) {
    accounts.push_back(read_account(key));
    const bool is_known = std::ranges::count_if(accounts, [&accounts](const Account& account) {
                            return account.key.access == accounts.back().key.access;
                          }) > 1;
    if (is_known) key.fail("access", {"is given twice", "重复"});
  }
  if (accounts.empty()) {
    reader.fail("keys", {"must have at least one key", "至少需要一个密钥"});
  }
  return accounts;
}

std::vector<ListedProject> read_projects(JsonReader& reader) {
  std::vector<ListedProject> projects;
  for (JsonReader& project : reader.list("projects", kMaxProjects)) {
    std::string id = hex_id(project, "id", "");
    projects.push_back({std::move(id), project.text("name", kMaxName)});
    project.done();
  }
  return projects;
}

Quota read_quota(JsonReader reader) {
  Quota quota;
  quota.limit = static_cast<int>(reader.integer("limit", 1, kMaxQuota));
  quota.window = std::chrono::seconds(reader.integer("seconds", 1, kDay));
  reader.done();
  return quota;
}

std::chrono::seconds read_metadata(JsonReader reader) {
  const auto life =
      reader.integer("key_lifetime_seconds", 1, kMaxSeconds, Scenario{}.temporary_key_life.count());
  reader.done();
  return std::chrono::seconds(life);
}

BatchOrder read_batch(JsonReader reader) {
  BatchOrder order;
  order.count = static_cast<int>(reader.integer("count", 1, kMaxBatch));
  order.failing = static_cast<int>(reader.integer("failing", 0, order.count, 0));
  reader.done();
  return order;
}

const JobError* read_error(JsonReader reader, CourseTree& tree) {
  const std::string_view code = tree.texts.emplace_back(plain(reader, "code", kMaxName));
  const std::string_view reason = tree.texts.emplace_back(reader.text("reason", kMaxReason));
  reader.done();
  return &tree.errors.emplace_back(JobError{code, reason});
}

/// Takes the step and what is below it, as long as there is room for so many.
Step read_step(JsonReader& reader, CourseTree& tree, int depth, std::size_t& room) {
  Step step;
  if (depth > kMaxDepth) {
    reader.fail(bilingual({"is deeper than {0} levels", "超过 {0} 层"}, std::to_string(kMaxDepth)));
    return step;
  }
  if (room == 0) {
    reader.fail(bilingual({"is one job too many: the courses of a file can have {0}",
                           "超出数量：一个文件的 course 中最多 {0} 个任务"},
                          std::to_string(kMaxSteps)));
    return step;
  }
  --room;
  step.type = plain(reader, "type", kMaxName);
  step.begin = Milliseconds(reader.integer("begin_ms", 0, kMaxCourse, 0));
  step.end = Milliseconds(reader.integer("end_ms", step.begin.count(), kMaxCourse));
  step.listed = Milliseconds(reader.integer("listed_ms", 0, kMaxCourse, 0));
  if (reader.has("error")) step.error = read_error(reader.object("error"), tree);
  for (JsonReader& child : reader.list("children", kMaxSteps)) {
    if (child.failed()) break;
    step.children.push_back(read_step(child, tree, depth + 1, room));
    step.children.back().index = static_cast<int>(step.children.size()) - 1;
  }
  reader.done();
  return step;
}

class JobsReader {
 public:
  explicit JobsReader(const DocumentReader& read_document) : read_document_(read_document) {}

  JobPlan read(JsonReader& reader) {
    JobPlan plan;
    plan.service = reader.text("service", kMaxName);
    if (!is_service(plan.service)) {
      std::string all;
      for (const std::string_view name : service_names()) {
        all.append(all.empty() ? "" : ", ").append(name);
      }
      reader.fail("service", bilingual({"must be one of {0}", "应为 {0} 之一"}, all));
    }
    plan.region = reader.text("region", kMaxName, "cn-north-4");
    plan.job_id = reader.text("job_id", kMaxName, "");
    if (!all_of(plan.job_id, "_-/")) {
      reader.fail("job_id", {"can have only letters, digits, _ and -, and / between several IDs",
                             "只能包含字母、数字、_ 和 -，多个 ID 之间用 /"});
    }
    read_titles(reader, plan);
    plan.starts_after = read_starts_after(reader);
    if (reader.has("trace")) plan.trace = read_job_trace(reader.object("trace"));
    read_what(reader, plan);
    reader.done();
    check_path(reader, plan);
    return plan;
  }

 private:
  static void read_titles(JsonReader& reader, JobPlan& plan) {
    plan.title_en = plan.service + (plan.job_id.empty() ? " job" : " job " + plan.job_id);
    plan.title_zh = plan.title_en;
    if (!reader.has("title")) return;
    JsonReader title = reader.object("title");
    plan.title_en = title.text("en", kMaxText);
    plan.title_zh = title.text("zh", kMaxText, plan.title_en);
    title.done();
  }

  void read_what(JsonReader& reader, JobPlan& plan) {
    const int kinds = reader.has("document") + reader.has("document_file") + reader.has("batch") +
                      reader.has("course");
    if (kinds != 1) {
      reader.fail({"must have one of document, document_file, batch and course",
                   "应有 document、document_file、batch、course 其中一项"});
      return;
    }
    if (reader.has("document")) {
      const json* document = reader.any("document");
      if (document != nullptr) plan.what = FixedDocument{document->dump()};
    } else if (reader.has("document_file")) {
      const std::string name = reader.text("document_file", kMaxText);
      if (reader.failed()) return;
      auto bytes = read_document_(name);
      if (!bytes) {
        reader.fail("document_file",
                    bilingual({"cannot be used: {0}", "不可用：{0}"}, bytes.failure().text()));
        return;
      }
      plan.what = FixedDocument{std::move(bytes.value())};
    } else {
      // The other shapes have no courses here.
      if (!is_classic(plan.service)) {
        reader.fail(
            {"is of a service whose jobs have another shape than courses and batches: use a "
             "document",
             "所属服务的任务格式不支持 course 和 batch，请使用 document"});
      }
      if (reader.has("batch")) {
        plan.what = read_batch(reader.object("batch"));
      } else {
        const auto tree = std::make_shared<CourseTree>();
        JsonReader course = reader.object("course");
        tree->root = read_step(course, *tree, 1, room_);
        plan.what = std::shared_ptr<const CourseTree>(tree);
      }
      return;
    }
    if (plan.job_id.empty()) {
      reader.fail("job_id", {"is missing: a document needs one", "缺失：document 需要任务 ID"});
    }
  }

  /// On one port a job is found by path and id, so no two may share both.
  void check_path(JsonReader& reader, const JobPlan& plan) {
    if (plan.job_id.empty() || reader.failed()) return;
    for (const JobRoute& route : job_routes()) {
      if (route.service != plan.service) continue;
      const auto slashes = static_cast<std::size_t>(std::ranges::count(plan.job_id, '/'));
      if (slashes + 1 != id_count(route)) {
        reader.fail("job_id", bilingual({"must have {0} IDs, as {1} has", "应有 {0} 个 ID，如 {1}"},
                                        std::to_string(id_count(route)), route.path));
        return;
      }
      if (!taken_.emplace(path_of(route, "p", "d", plan.job_id), true).second) {
        reader.fail("job_id",
                    {"is that of an earlier job at the same path", "与同一路径的前一任务重复"});
      }
    }
  }

  const DocumentReader& read_document_;
  std::size_t room_ = kMaxSteps;
  std::map<std::string, bool> taken_;
};

Scenario read_members(JsonReader reader, const DocumentReader& read_document) {
  Scenario scenario;
  scenario.forget_after = kForgetAfter;
  if (!reader.must_be_object()) return scenario;
  if (reader.has("seed")) {
    scenario.seed = static_cast<std::uint64_t>(reader.integer("seed", 0, kMaxSeed));
  }
  if (reader.has("speed")) scenario.speed = reader.number("speed", kMinSpeed, kMaxSpeed, 1);
  if (reader.has("keys")) scenario.accounts = read_accounts(reader);
  if (reader.has("projects")) scenario.projects = read_projects(reader);
  if (reader.has("jobs")) {
    scenario.jobs.emplace();
    JobsReader jobs(read_document);
    for (JsonReader& job : reader.list("jobs", kMaxJobs)) {
      scenario.jobs->push_back(jobs.read(job));
    }
  }
  if (reader.has("quota")) scenario.quota = read_quota(reader.object("quota"));
  scenario.forget_after = std::chrono::seconds(reader.integer(
      "forget_after_seconds", 0, kMaxSeconds, std::chrono::seconds(kForgetAfter).count()));
  scenario.clock_offset =
      std::chrono::seconds(reader.integer("clock_offset_seconds", -kMaxSeconds, kMaxSeconds, 0));
  if (reader.has("metadata"))
    scenario.temporary_key_life = read_metadata(reader.object("metadata"));
  if (reader.has("traces")) scenario.traces = read_trace_script(reader.object("traces"));
  if (reader.has("robots")) scenario.robots = read_robots(reader);
  scenario.faults = read_faults(reader.list("faults", kMaxFaults));
  constexpr std::array kTls{Tls::none, Tls::good, Tls::wrong_name, Tls::expired};
  scenario.tls = kTls.at(reader.word("tls", {"none", "good", "wrong-name", "expired"}, 0));
  reader.done();
  return scenario;
}

/// With no more room than the file needs: a scenario may name a thousand.
Result<std::string> read_document_file(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  const auto room = error ? kMaxDocumentFile : std::min<std::size_t>(size, kMaxDocumentFile);
  return read_small_file(path.string(), {.what = {"document", "文档"}, .max_bytes = room});
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, const DocumentReader& read_document) {
  if (text.size() > kMaxScenarioFile) {
    return Failure::usage(bilingual({"the scenario is longer than 1 MiB", "场景文件超过 1 MiB"}));
  }
  json value;
  try {
    value = json::parse(text);
  } catch (const json::parse_error& error) {
    return Failure::usage(bilingual({"the scenario is not JSON; the error is at byte {0}",
                                     "场景文件不是 JSON；错误位于第 {0} 字节"},
                                    std::to_string(error.byte)));
  }
  Bilingual wrong;
  Scenario scenario = read_members(JsonReader(value, "", wrong), read_document);
  if (!wrong.empty()) return Failure::usage(wrong);
  return scenario;
}

Result<Scenario> read_scenario(const std::string& path) {
  const auto text =
      read_small_file(path, {.what = {"scenario", "场景文件"}, .max_bytes = kMaxScenarioFile});
  if (!text) return text.failure();
  const auto folder = std::filesystem::path(path).parent_path();
  const auto read_document = [&folder](const std::string& name) -> Result<std::string> {
    const std::filesystem::path file(name);
    const auto up = [](const std::filesystem::path& part) { return part == ".."; };
    if (file.is_absolute() || std::any_of(file.begin(), file.end(), up)) {
      return Failure::usage(bilingual(
          {"{0} is not beside the scenario or below it", "{0} 不在场景文件所在目录中"}, name));
    }
    return read_document_file(folder / file);
  };
  auto scenario = parse_scenario(text.value(), read_document);
  if (!scenario) return scenario.failure().prefixed(bilingual({"{0}: ", "{0}："}, path));
  return scenario;
}

}  // namespace jobtree::simulator
