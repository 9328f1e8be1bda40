#include "job_parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "instant.h"

namespace jobtree::engine {
namespace {

// ---- names ------------------------------------------------------------------------------------

/// Where in a job's JSON a member stands. The same name can mean different things in each.
enum Place : std::uint8_t {
  kJob = 1,
  kEntities = 2,
  kMetadata = 4,
  kSpec = 8,
  kStatus = 16,
  kErrorInfo = 32,
  kExtraInfo = 64,
  kCommon = 128,
};

enum class Role : std::uint8_t {
  none,
  id,
  type,
  status,
  begin,
  end,
  last_change,  // an end only when nothing else says when a settled job ended
  error_code,
  error_text,
  remark,   // an error's text only when the job failed
  percent,  // 0 to 100
  ratio,    // 0 to 1
  children,
  inside,  // an object whose members belong to the job; `rank` is its Place
  fact,
  passed_over,
};

/// `rank`: of several names for one role, the lowest that has a value wins.
struct Name {
  std::uint8_t places;
  std::string_view folded;  // lower case, without "_" and "-"
  Role role;
  std::uint8_t rank;
};

constexpr Name kNames[] = {
    // Workspace children carry their own id as `id` and the parent's as `job_id`.
    {kJob, "id", Role::id, 1},
    {kJob, "jobid", Role::id, 2},
    {kJob, "taskid", Role::id, 3},
    {kMetadata, "uid", Role::id, 4},
    {kJob, "jobtype", Role::type, 1},
    {kJob, "jobname", Role::type, 2},
    {kJob, "taskname", Role::type, 3},
    {kJob, "name", Role::type, 4},
    {kJob, "action", Role::type, 5},
    {kJob, "operationtype", Role::type, 6},
    {kJob, "actionname", Role::type, 6},
    {kJob | kSpec, "type", Role::type, 7},
    {kJob, "status", Role::status, 1},
    {kJob, "jobstatus", Role::status, 2},
    {kJob, "executionstatus", Role::status, 3},
    {kJob, "taskstatus", Role::status, 4},
    {kStatus, "phase", Role::status, 5},
    {kStatus, "status", Role::status, 6},
    {kJob, "begintime", Role::begin, 1},
    {kJob, "startedat", Role::begin, 2},
    {kJob, "starttime", Role::begin, 3},
    {kJob, "created", Role::begin, 4},
    {kJob, "createdtime", Role::begin, 5},
    {kJob, "createdat", Role::begin, 6},
    {kJob, "createtime", Role::begin, 7},
    {kJob, "submittime", Role::begin, 7},
    {kMetadata, "creationtimestamp", Role::begin, 8},
    {kJob, "endtime", Role::end, 1},
    {kJob, "ended", Role::end, 2},
    {kJob, "endedat", Role::end, 3},
    {kJob, "endedtime", Role::end, 4},
    {kJob, "finishedat", Role::end, 5},
    {kJob, "finishtime", Role::end, 6},
    {kStatus, "completiontime", Role::end, 7},
    {kJob, "updatedat", Role::last_change, 1},
    {kMetadata, "updatetimestamp", Role::last_change, 2},
    {kJob | kEntities, "errorcode", Role::error_code, 1},
    {kJob, "joberrorcode", Role::error_code, 2},
    {kJob, "failedcode", Role::error_code, 3},
    {kJob, "errcode", Role::error_code, 4},
    {kErrorInfo, "code", Role::error_code, 5},
    {kJob | kEntities, "failreason", Role::error_text, 1},
    {kJob | kEntities, "errormsg", Role::error_text, 2},
    {kJob | kEntities, "errormessage", Role::error_text, 3},
    {kJob, "faileddetail", Role::error_text, 4},
    {kJob, "errmsg", Role::error_text, 5},
    {kErrorInfo, "message", Role::error_text, 6},
    {kJob | kStatus, "reason", Role::error_text, 7},
    {kEntities, "errorcodemessage", Role::error_text, 8},
    {kEntities, "error", Role::error_text, 9},
    {kJob, "message", Role::remark, 1},
    {kJob | kEntities | kCommon, "progress", Role::percent, 1},
    {kJob, "process", Role::percent, 2},
    {kJob, "jobprogress", Role::percent, 3},
    {kJob | kEntities, "progresspercent", Role::ratio, 1},
    {kJob | kEntities, "processpercent", Role::ratio, 2},
    {kJob | kEntities | kSpec, "subjobs", Role::children, 0},
    {kJob | kEntities, "subjobsresult", Role::children, 0},
    {kJob, "tasks", Role::children, 0},
    {kJob, "entities", Role::inside, kEntities},
    {kJob, "metadata", Role::inside, kMetadata},
    {kJob, "spec", Role::inside, kSpec},
    {kJob, "errorinfo", Role::inside, kErrorInfo},
    {kJob, "extrainfo", Role::inside, kExtraInfo},
    {kExtraInfo, "common", Role::inside, kCommon},
    {kJob | kSpec, "resourceid", Role::fact, 0},
    {kJob | kSpec, "resourcename", Role::fact, 0},
    {kJob, "resourcetype", Role::fact, 0},
    {kJob, "instanceid", Role::fact, 0},
    {kJob, "serverid", Role::fact, 0},
    {kJob, "phoneid", Role::fact, 0},
    {kEntities, "subjobstotal", Role::passed_over, 0},
    {kEntities, "subjobslist", Role::passed_over, 0},
    {kEntities, "subjobid", Role::passed_over, 0},
};

/// Names differ between services in case and separators only: JOB_ID, jobId, job_id.
class Folded {
 public:
  explicit constexpr Folded(std::string_view name) {
    for (char c : name) {
      if (c == '_' || c == '-' || c == ' ') continue;
      if (size_ == text_.size()) {
        size_ = 0;  // longer than any name we know
        return;
      }
      text_[size_++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    }
  }
  constexpr std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 24> text_{};
  std::size_t size_ = 0;
};

constexpr std::uint32_t short_hash(std::string_view folded) {
  std::uint32_t value = 2166136261U;
  for (char c : folded)
    value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value ^ (value >> 15U);
}

/// kNames as a hash table made at compile time: a look-up is one hash and, mostly, one comparison.
/// A document of 10,000 jobs asks it 100,000 times.
constexpr auto make_table() {
  std::array<std::uint8_t, 256> table{};
  std::uint8_t number = 0;
  for (const Name& name : kNames) {
    ++number;  // 0 marks a free place
    std::size_t i = short_hash(name.folded) % table.size();
    while (table[i] != 0)
      i = (i + 1) % table.size();
    table[i] = number;
  }
  return table;
}
constexpr auto kTable = make_table();

constexpr Name kNoName{0, {}, Role::none, 0};

const Name& find_name(std::string_view key, Place place) {
  const Folded folded(key);
  const std::string_view name = folded.view();
  for (std::size_t i = short_hash(name) % kTable.size(); kTable[i] != 0;
       i = (i + 1) % kTable.size()) {
    const Name& known = kNames[kTable[i] - 1];
    if (known.folded == name && (known.places & place) != 0) return known;
  }
  return kNoName;
}

struct StatusWord {
  std::string_view folded;
  Status status;
};

constexpr StatusWord kStatusWords[] = {
    {"success", Status::succeeded},
    {"succeeded", Status::succeeded},
    {"complete", Status::succeeded},
    {"completed", Status::succeeded},
    {"finished", Status::succeeded},
    {"finishsucc", Status::succeeded},
    {"fail", Status::failed},
    {"failed", Status::failed},
    {"error", Status::failed},
    {"timeout", Status::failed},
    {"rollbackfail", Status::failed},
    {"rollbackfailed", Status::failed},
    {"finishrollbacksucc", Status::failed},  // what was asked for was undone
    {"rollbacksuccess", Status::failed},
    {"stop", Status::cancelled},
    {"stopped", Status::cancelled},
    {"cancel", Status::cancelled},
    {"canceled", Status::cancelled},
    {"cancelled", Status::cancelled},
    {"skipped", Status::skipped},
    {"skip", Status::skipped},
    {"init", Status::waiting},
    {"initializing", Status::waiting},
    {"waiting", Status::waiting},
    {"pending", Status::waiting},
    {"waittoschedule", Status::waiting},
    {"delayscheduled", Status::waiting},
    {"pendingpayment", Status::waiting},
    {"pendingupgradeconfirm", Status::waiting},
    {"running", Status::running},
    {"executing", Status::running},
    {"upgrading", Status::running},
    {"rollbacking", Status::running},
    {"rollingback", Status::running},
};

/// A number means something only with the key it stands under: cloud phones write `status` 1, 2,
/// -1, Workspace writes `job_status` 0 to 3.
Status status_of_number(std::string_view number, std::uint8_t rank) {
  if (rank == 1) {
    if (number == "1") return Status::running;
    if (number == "2") return Status::succeeded;
    if (number == "-1") return Status::failed;
  }
  if (rank == 2) {
    if (number == "0") return Status::failed;
    if (number == "1") return Status::succeeded;
    if (number == "2") return Status::running;
    if (number == "3") return Status::waiting;
  }
  return Status::unknown;
}

// ---- one job ----------------------------------------------------------------------------------

constexpr std::size_t kMaxFacts = 8;
constexpr std::size_t kMaxErrorTexts = 3;

/// A field with several names: keeps the best-ranked value that is not empty.
struct Choice {
  Text text;
  std::uint8_t rank = 255;
  bool is_number = false;

  void offer(Text value, std::uint8_t its_rank, bool number) {
    if (its_rank > rank) return;
    text = value;
    rank = its_rank;
    is_number = number;
  }
};

/// What is gathered of one job while its members are read.
struct Draft {
  Choice id, type, status, begin, end, last_change, error_code, remark, percent, ratio;
  std::array<Text, kMaxErrorTexts> error_texts{};
  std::size_t error_count = 0;
  std::array<Fact, kMaxFacts> facts{};
  std::size_t fact_count = 0;
  std::vector<std::uint32_t> children;  // values that are jobs
};

class Normaliser {
 public:
  explicit Normaliser(Document document)
      : document_(std::move(document)), values_(document_.values()) {}

  ParsedJob run();

 private:
  std::string_view view(Text text) const { return document_.view(text); }
  bool is_container(std::uint32_t i) const {
    return values_[i].kind == Kind::object || values_[i].kind == Kind::array;
  }

  bool is_job(std::uint32_t object) const;
  std::optional<std::uint32_t> find_root(std::uint32_t value, int depth) const;

  void read_members(std::uint32_t object, Place place, Draft& draft) const;
  void read_inside(std::uint32_t value, Place place, Draft& draft) const;
  void read_scalar(std::uint32_t value, const Name& name, Place place, Draft& draft) const;
  void collect_children(std::uint32_t value, Draft& draft) const;
  void add_error_text(Text text, Draft& draft) const;

  void finish(Job& job, const Draft& draft);
  Text joined_errors(const Draft& draft);
  std::int16_t progress(const Draft& draft) const;
  void finish_list_root();

  Document document_;
  const std::vector<Value>& values_;
  JobTree tree_;
};

/// An object is a job when it has a status, or at least calls its id a job's.
bool Normaliser::is_job(std::uint32_t object) const {
  if (values_[object].kind != Kind::object) return false;
  for (std::uint32_t i = object + 1; i < values_[object].end; i = values_[i].end) {
    const Name& name = find_name(view(values_[i].key), kJob);
    if (name.role == Role::status && values_[i].kind != Kind::array) return true;
    if (name.role == Role::id && name.folded == "jobid") return true;
  }
  return false;
}

/// The value that holds the job asked for: the top itself, or what a wrapper wraps. An array of
/// several jobs is its own answer.
std::optional<std::uint32_t> Normaliser::find_root(std::uint32_t value, int depth) const {
  constexpr int kMaxWrappers = 4;
  if (depth > kMaxWrappers || !is_container(value)) return std::nullopt;
  if (is_job(value)) return value;
  if (values_[value].kind == Kind::array) {
    const std::uint32_t first = value + 1;
    if (first >= values_[value].end) return std::nullopt;
    const bool single = values_[first].end == values_[value].end;
    if (single) return find_root(first, depth + 1);
    return is_job(first) ? std::optional(value) : std::nullopt;
  }
  // The usual wrappers first, so that a stray object with a status in it does not win.
  constexpr std::string_view kWrappers[] = {"job", "data", "operationlog", "jobs", "items"};
  for (std::string_view wrapper : kWrappers) {
    for (std::uint32_t i = value + 1; i < values_[value].end; i = values_[i].end) {
      if (Folded(view(values_[i].key)).view() != wrapper) continue;
      if (auto found = find_root(i, depth + 1)) return found;
    }
  }
  for (std::uint32_t i = value + 1; i < values_[value].end; i = values_[i].end) {
    if (auto found = find_root(i, depth + 1)) return found;
  }
  return std::nullopt;
}

void Normaliser::read_members(std::uint32_t object, Place place, Draft& draft) const {
  for (std::uint32_t i = object + 1; i < values_[object].end; i = values_[i].end) {
    const Name& name = find_name(view(values_[i].key), place);
    switch (values_[i].kind) {
      case Kind::null:
      case Kind::boolean:
        break;
      case Kind::string:
      case Kind::number:
        if (!values_[i].text.empty()) read_scalar(i, name, place, draft);
        break;
      case Kind::object:
      case Kind::array:
        if (name.role == Role::children) collect_children(i, draft);
        if (name.role == Role::inside) read_inside(i, static_cast<Place>(name.rank), draft);
        if (name.role == Role::status && place == kJob) read_inside(i, kStatus, draft);
        break;
    }
  }
}

/// `entities` and its like: an object, or an array of them. Items that are jobs themselves are
/// children; others are resources.
void Normaliser::read_inside(std::uint32_t value, Place place, Draft& draft) const {
  if (values_[value].kind == Kind::object) {
    read_members(value, place, draft);
    return;
  }
  for (std::uint32_t i = value + 1; i < values_[value].end; i = values_[i].end) {
    if (values_[i].kind != Kind::object) continue;
    if (is_job(i)) {
      draft.children.push_back(i);
    } else {
      read_members(i, place, draft);
    }
  }
}

void Normaliser::read_scalar(std::uint32_t value, const Name& name, Place place,
                             Draft& draft) const {
  const Text text = values_[value].text;
  const bool number = values_[value].kind == Kind::number;
  switch (name.role) {
    case Role::id:
      return draft.id.offer(text, name.rank, number);
    case Role::type:
      return draft.type.offer(text, name.rank, number);
    case Role::status:
      return draft.status.offer(text, name.rank, number);
    case Role::begin:
      return draft.begin.offer(text, name.rank, number);
    case Role::end:
      return draft.end.offer(text, name.rank, number);
    case Role::last_change:
      return draft.last_change.offer(text, name.rank, number);
    case Role::error_code:
      if (view(text) == "0") return;  // how some services write "no error"
      return draft.error_code.offer(text, name.rank, number);
    case Role::error_text:
      return add_error_text(text, draft);
    case Role::remark:
      return draft.remark.offer(text, name.rank, number);
    case Role::percent:
      return draft.percent.offer(text, name.rank, number);
    case Role::ratio:
      return draft.ratio.offer(text, name.rank, number);
    case Role::children:
    case Role::inside:
    case Role::passed_over:
      return;
    case Role::none:
      if (place != kEntities) return;
      [[fallthrough]];
    case Role::fact:
      if (draft.fact_count < kMaxFacts) {
        draft.facts[draft.fact_count++] = {values_[value].key, text};
      }
  }
}

void Normaliser::collect_children(std::uint32_t value, Draft& draft) const {
  if (values_[value].kind == Kind::object) {
    if (values_[value].end > value + 1) draft.children.push_back(value);
    return;
  }
  for (std::uint32_t i = value + 1; i < values_[value].end; i = values_[i].end) {
    if (values_[i].kind == Kind::object) draft.children.push_back(i);
  }
}

void Normaliser::add_error_text(Text text, Draft& draft) const {
  for (std::size_t i = 0; i < draft.error_count; ++i) {
    if (view(draft.error_texts[i]) == view(text)) return;
  }
  if (draft.error_count < kMaxErrorTexts) draft.error_texts[draft.error_count++] = text;
}

Text Normaliser::joined_errors(const Draft& draft) {
  if (draft.error_count <= 1) return draft.error_texts[0];
  std::string joined;
  for (std::size_t i = 0; i < draft.error_count; ++i) {
    if (i != 0) joined += " / ";
    joined += view(draft.error_texts[i]);
  }
  return document_.append(joined);
}

/// "60%", "60", 60 or 0.6, by the key's scale; anything else is no progress.
std::int16_t Normaliser::progress(const Draft& draft) const {
  const bool is_ratio = draft.percent.text.empty();
  std::string_view text = view(is_ratio ? draft.ratio.text : draft.percent.text);
  while (!text.empty() && (text.back() == '%' || text.back() == ' '))
    text.remove_suffix(1);
  // Digits with at most one point, read as thousandths: no locale, no floating point.
  std::int64_t thousandths = 0;
  int decimals = -1;
  if (text.empty() || text.size() > 12) return -1;
  for (char c : text) {
    if (c == '.' && decimals < 0) {
      decimals = 0;
    } else if (c >= '0' && c <= '9') {
      if (decimals == 3) continue;
      thousandths = thousandths * 10 + (c - '0');
      if (decimals >= 0) ++decimals;
    } else {
      return -1;
    }
  }
  for (int i = std::max(decimals, 0); i < 3; ++i)
    thousandths *= 10;
  const std::int64_t permille = is_ratio ? thousandths : thousandths / 100;
  return static_cast<std::int16_t>(std::min<std::int64_t>(permille, 1000));
}

void Normaliser::finish(Job& job, const Draft& draft) {
  job.id = draft.id.text;
  job.type = draft.type.text;
  job.status_text = draft.status.text;
  job.status = draft.status.is_number ? status_of_number(view(draft.status.text), draft.status.rank)
                                      : status_of(view(draft.status.text));
  job.begin_text = draft.begin.text;
  job.begin = parse_instant(view(job.begin_text));
  if (is_settled(job.status)) {
    job.end_text = draft.end.text.empty() ? draft.last_change.text : draft.end.text;
    job.end = parse_instant(view(job.end_text));
  }
  job.error_code = draft.error_code.text;
  job.error_text = joined_errors(draft);
  if (job.error_text.empty() && job.status == Status::failed) job.error_text = draft.remark.text;
  job.progress = progress(draft);
  job.first_fact = static_cast<std::uint32_t>(tree_.facts.size());
  job.fact_count = static_cast<std::uint8_t>(draft.fact_count);
  tree_.facts.insert(tree_.facts.end(), draft.facts.begin(),
                     draft.facts.begin() + static_cast<std::ptrdiff_t>(draft.fact_count));
}

/// A list has ended when all of it has, and failed when any of it has.
void Normaliser::finish_list_root() {
  Job& root = tree_.jobs.front();
  bool settled = true;
  bool failed = false;
  for (std::uint32_t i = 0; i < root.child_count; ++i) {
    const Job& child = tree_.jobs[root.first_child + i];
    settled = settled && is_settled(child.status);
    failed = failed || child.status == Status::failed;
    if (child.begin != kNoInstant && (root.begin == kNoInstant || child.begin < root.begin)) {
      root.begin = child.begin;
    }
    root.end = std::max(root.end, child.end);
  }
  root.status = !settled ? Status::running : failed ? Status::failed : Status::succeeded;
  if (!settled) root.end = kNoInstant;
}

ParsedJob Normaliser::run() {
  ParsedJob parsed;
  const auto root = find_root(0, 0);
  if (!root) {
    parsed.error = ParsedJob::Error::no_job;
    return parsed;
  }
  parsed.is_list = values_[*root].kind == Kind::array;

  // Breadth first, without recursion: the array of jobs is its own queue, and `sources` says which
  // value each was read from.
  std::vector<std::uint32_t> sources{*root};
  tree_.jobs.emplace_back();
  Draft draft;
  for (std::uint32_t i = 0; i < tree_.jobs.size(); ++i) {
    draft = Draft{};
    tree_.jobs[i].source = values_[sources[i]].text;
    if (values_[sources[i]].kind == Kind::array) {
      collect_children(sources[i], draft);
    } else {
      read_members(sources[i], kJob, draft);
      finish(tree_.jobs[i], draft);
    }
    if (tree_.jobs.size() + draft.children.size() > kMaxJobs) {
      parsed.error = ParsedJob::Error::too_large;
      return parsed;
    }
    tree_.jobs[i].first_child = static_cast<std::uint32_t>(tree_.jobs.size());
    tree_.jobs[i].child_count = static_cast<std::uint32_t>(draft.children.size());
    for (std::uint32_t child : draft.children) {
      Job& job = tree_.jobs.emplace_back();
      job.parent = i;
      job.depth = static_cast<std::uint16_t>(tree_.jobs[i].depth + 1);
      sources.push_back(child);
    }
  }
  if (parsed.is_list) finish_list_root();
  tree_.bytes = std::move(document_).take_bytes();
  tree_.assign_keys();
  tree_.roll_up();
  parsed.tree = std::move(tree_);
  return parsed;
}

}  // namespace

Status status_of(std::string_view word) {
  const Folded folded(word);
  for (const StatusWord& known : kStatusWords) {
    if (known.folded == folded.view()) return known.status;
  }
  return Status::unknown;
}

ParsedJob parse_job(std::string bytes) {
  Document document = Document::parse(std::move(bytes));
  ParsedJob failed;
  switch (document.error()) {
    case DocumentError::none:
      return Normaliser(std::move(document)).run();
    case DocumentError::too_deep:
    case DocumentError::too_many:
    case DocumentError::too_large:
      failed.error = ParsedJob::Error::too_large;
      break;
    case DocumentError::syntax:
    case DocumentError::encoding:
      failed.error = ParsedJob::Error::not_json;
      break;
  }
  return failed;
}

Problem parse_problem(std::string bytes) {
  constexpr DocumentLimits kLimits{.bytes = 64U << 10U, .depth = 16, .values = 256};
  const Document document = Document::parse(std::move(bytes), kLimits);
  Problem problem;
  const auto& values = document.values();
  if (values.empty() || values.front().kind != Kind::object) return problem;
  for (std::uint32_t i = 1; i < values.front().end; i = values[i].end) {
    if (values[i].kind != Kind::string) continue;
    if (document.view(values[i].key) == "code") problem.code = document.view(values[i].text);
    if (document.view(values[i].key) == "request_id") {
      problem.request_id = document.view(values[i].text);
    }
  }
  return problem;
}

}  // namespace jobtree::engine
