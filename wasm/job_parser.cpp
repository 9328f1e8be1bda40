#include "job_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
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
  // Fields of a job: of several members for one, the best is taken.
  id,
  type,
  status,
  begin,
  end,
  last_change,  // an end only when nothing else says when a settled job ended
  error_code,
  remark,   // an error's text only when the job failed
  percent,  // 0 to 100
  ratio,    // 0 to 1
  // And what else a member can be.
  none,
  error_text,
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
    {0, "", Role::none, 0},  // what is not known
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

/// kNames as a hash table made at compile time.
constexpr auto make_table() {
  static_assert(std::size(kNames) <= 255);
  std::array<std::uint8_t, 256> table{};  // 0 marks a free place
  for (std::size_t number = 1; number < std::size(kNames); ++number) {
    std::size_t i = short_hash(kNames[number].folded) % table.size();
    while (table[i] != 0)
      i = (i + 1) % table.size();
    table[i] = static_cast<std::uint8_t>(number);
  }
  return table;
}
constexpr auto kTable = make_table();

/// What one key means in each Place: numbers of kNames.
using Meanings = std::array<std::uint8_t, 8>;

Meanings meanings_of(std::string_view key) {
  Meanings meanings{};
  const Folded folded(key);
  const std::string_view name = folded.view();
  for (std::size_t i = short_hash(name) % kTable.size(); kTable[i] != 0;
       i = (i + 1) % kTable.size()) {
    const Name& known = kNames[kTable[i]];
    if (known.folded != name) continue;
    for (std::size_t place = 0; place < meanings.size(); ++place) {
      if ((known.places >> place & 1U) != 0) meanings[place] = kTable[i];
    }
  }
  return meanings;
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

/// What is gathered of one job while its members are read.
struct Draft {
  static constexpr std::size_t kFields = static_cast<std::size_t>(Role::none);
  static constexpr std::uint8_t kNothing = 255;

  std::array<std::uint8_t, kFields> ranks;  // of what was chosen
  std::array<Text, kFields> texts;          // means something where there is a rank
  bool status_is_number;
  std::array<Text, kMaxErrorTexts> errors;
  std::size_t error_count;
  std::size_t first_fact;

  void begin(std::size_t fact) {
    ranks.fill(kNothing);
    status_is_number = false;
    error_count = 0;
    first_fact = fact;
  }
  Text operator[](Role role) const {
    const auto i = static_cast<std::size_t>(role);
    return ranks[i] == kNothing ? Text{} : texts[i];
  }
};

class Normaliser {
 public:
  explicit Normaliser(Document document) : document_(std::move(document)) {
    meanings_.reserve(document_.key_count());
    for (std::uint32_t i = 0; i < document_.key_count(); ++i)
      meanings_.push_back(meanings_of(view(document_.key(i))));
  }

  ParsedJob run();

 private:
  std::string_view view(Text text) const { return document_.view(text); }
  std::string_view key(std::uint32_t value) const {
    return view(document_.key(document_[value].key));
  }
  Kind kind(std::uint32_t value) const { return document_[value].kind; }
  /// The first member of a container; they end at next(container).
  static std::uint32_t first_in(std::uint32_t container) { return container + 1; }
  std::uint32_t next(std::uint32_t value) const { return document_.next(value); }

  const Name& name_of(std::uint32_t value, Place place) const {
    const auto which = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(place)));
    return kNames[meanings_[document_[value].key][which]];
  }

  bool is_job(std::uint32_t value) const;
  std::optional<std::uint32_t> find_root(std::uint32_t value, int depth) const;

  void read_members(std::uint32_t object, Place place);
  void read_inside(std::uint32_t value, Place place);
  void read_scalar(std::uint32_t value, const Name& name, Place place);
  void add_error_text(Text text);
  void add_children(std::uint32_t value);
  void add_child(std::uint32_t value);

  void finish(Job& job);
  Text joined_errors();
  std::int16_t progress() const;
  void finish_list_root();

  Document document_;
  std::vector<Meanings> meanings_;  // of each key
  JobTree tree_;
  // Jobs are read breadth first, without recursion: the array of jobs is its own queue, and this
  // says which value each is read from.
  std::vector<std::uint32_t> values_;
  std::uint32_t current_ = 0;  // the job that is being read
  Draft draft_;
};

/// An object is a job when it has a status, or at least calls its id a job's.
bool Normaliser::is_job(std::uint32_t value) const {
  if (kind(value) != Kind::object) return false;
  for (std::uint32_t i = first_in(value); i < next(value); i = next(i)) {
    const Name& name = name_of(i, kJob);
    if (name.role == Role::status && kind(i) != Kind::array) return true;
    if (name.role == Role::id && name.folded == "jobid") return true;
  }
  return false;
}

/// The value that holds the job asked for: the top itself, or what a wrapper wraps. An array of
/// several jobs is its own answer.
std::optional<std::uint32_t> Normaliser::find_root(std::uint32_t value, int depth) const {
  constexpr int kMaxWrappers = 4;
  if (depth > kMaxWrappers || !document_[value].is_container()) return std::nullopt;
  if (is_job(value)) return value;
  const std::uint32_t end = next(value);
  if (kind(value) == Kind::array) {
    const std::uint32_t first = first_in(value);
    if (first == end) return std::nullopt;
    const bool single = next(first) == end;
    if (single) return find_root(first, depth + 1);
    return is_job(first) ? std::optional(value) : std::nullopt;
  }
  // The usual wrappers first, so that a stray object with a status in it does not win.
  constexpr std::string_view kWrappers[] = {"job", "data", "operationlog", "jobs", "items"};
  for (std::string_view wrapper : kWrappers) {
    for (std::uint32_t i = first_in(value); i < end; i = next(i)) {
      if (Folded(key(i)).view() != wrapper) continue;
      if (auto found = find_root(i, depth + 1)) return found;
    }
  }
  for (std::uint32_t i = first_in(value); i < end; i = next(i)) {
    if (auto found = find_root(i, depth + 1)) return found;
  }
  return std::nullopt;
}

void Normaliser::read_members(std::uint32_t object, Place place) {
  for (std::uint32_t i = first_in(object); i < next(object); i = next(i)) {
    const Name& name = name_of(i, place);
    switch (kind(i)) {
      case Kind::null:
      case Kind::boolean:
        break;
      case Kind::string:
      case Kind::number:
        read_scalar(i, name, place);
        break;
      case Kind::object:
      case Kind::array:
        if (name.role == Role::children) add_children(i);
        if (name.role == Role::inside) read_inside(i, static_cast<Place>(name.rank));
        if (name.role == Role::status && place == kJob) read_inside(i, kStatus);
        break;
    }
  }
}

/// `entities` and its like: an object, or an array of them. Items that are jobs themselves are
/// children; others are resources.
void Normaliser::read_inside(std::uint32_t value, Place place) {
  if (kind(value) == Kind::object) {
    read_members(value, place);
    return;
  }
  for (std::uint32_t i = first_in(value); i < next(value); i = next(i)) {
    if (kind(i) != Kind::object) continue;
    if (is_job(i)) {
      add_child(i);
    } else {
      read_members(i, place);
    }
  }
}

void Normaliser::read_scalar(std::uint32_t value, const Name& name, Place place) {
  const Text text = document_.text(value);
  if (text.empty()) return;
  const auto field = static_cast<std::size_t>(name.role);
  if (field < Draft::kFields) {
    if (name.rank > draft_.ranks[field]) return;
    // How some services write "no error".
    if (name.role == Role::error_code && view(text) == "0") return;
    draft_.ranks[field] = name.rank;
    draft_.texts[field] = text;
    if (name.role == Role::status) draft_.status_is_number = kind(value) == Kind::number;
    return;
  }
  if (name.role == Role::error_text) return add_error_text(text);
  const bool is_fact = name.role == Role::fact || (name.role == Role::none && place == kEntities);
  if (is_fact && tree_.facts.size() - draft_.first_fact < kMaxFacts) {
    tree_.facts.push_back({document_.key(document_[value].key), text});
  }
}

void Normaliser::add_children(std::uint32_t value) {
  const std::uint32_t end = next(value);
  if (kind(value) == Kind::object) {
    if (end > first_in(value)) add_child(value);
    return;
  }
  std::size_t count = tree_.jobs.size();
  for (std::uint32_t i = first_in(value); i < end; i = next(i))
    ++count;
  // Just enough for one long list; for many short ones, more.
  const std::size_t room = tree_.jobs.capacity();
  if (count > room) tree_.jobs.reserve(std::max(count, room + room / 2));
  for (std::uint32_t i = first_in(value); i < end; i = next(i)) {
    if (kind(i) == Kind::object) add_child(i);
  }
}

/// Past the limit it only counts as one too many.
void Normaliser::add_child(std::uint32_t value) {
  if (values_.size() > kMaxJobs) return;
  values_.push_back(value);
  Job& job = tree_.jobs.emplace_back();
  if (values_.size() == 1) return;
  job.parent = current_;
  job.depth = static_cast<std::uint16_t>(tree_.jobs[current_].depth + 1);
}

void Normaliser::add_error_text(Text text) {
  for (std::size_t i = 0; i < draft_.error_count; ++i) {
    if (view(draft_.errors[i]) == view(text)) return;
  }
  if (draft_.error_count < kMaxErrorTexts) draft_.errors[draft_.error_count++] = text;
}

Text Normaliser::joined_errors() {
  if (draft_.error_count == 0) return {};
  if (draft_.error_count == 1) return draft_.errors[0];
  std::string& composed = tree_.composed;
  const std::size_t begin = composed.size();
  for (std::size_t i = 0; i < draft_.error_count; ++i) {
    if (i != 0) composed += " / ";
    composed += view(draft_.errors[i]);
  }
  return {static_cast<std::uint32_t>(document_.bytes_size() + begin),
          static_cast<std::uint32_t>(composed.size() - begin)};
}

/// "60%", "60", 60 or 0.6, by the key's scale; anything else is no progress.
std::int16_t Normaliser::progress() const {
  const bool is_ratio = draft_[Role::percent].empty();
  std::string_view text = view(draft_[is_ratio ? Role::ratio : Role::percent]);
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

void Normaliser::finish(Job& job) {
  job.id = draft_[Role::id];
  job.type = draft_[Role::type];
  job.status_text = draft_[Role::status];
  const std::string_view status = view(job.status_text);
  const std::uint8_t rank = draft_.ranks[static_cast<std::size_t>(Role::status)];
  job.status = draft_.status_is_number ? status_of_number(status, rank) : status_of(status);
  job.begin_text = draft_[Role::begin];
  job.begin = parse_instant(view(job.begin_text));
  if (is_settled(job.status)) {
    const Text end = draft_[Role::end];
    job.end_text = end.empty() ? draft_[Role::last_change] : end;
    job.end = parse_instant(view(job.end_text));
  }
  job.error_code = draft_[Role::error_code];
  job.error_text = joined_errors();
  if (job.error_text.empty() && job.status == Status::failed) {
    job.error_text = draft_[Role::remark];
  }
  job.progress = progress();
  job.first_fact = static_cast<std::uint32_t>(draft_.first_fact);
  job.fact_count = static_cast<std::uint8_t>(tree_.facts.size() - draft_.first_fact);
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
  parsed.is_list = kind(*root) == Kind::array;
  add_child(*root);
  for (; current_ < tree_.jobs.size(); ++current_) {
    const std::uint32_t value = values_[current_];
    const auto first_child = static_cast<std::uint32_t>(tree_.jobs.size());
    draft_.begin(tree_.facts.size());
    if (kind(value) == Kind::array) {
      add_children(value);
    } else {
      read_members(value, kJob);
      finish(tree_.jobs[current_]);
    }
    Job& job = tree_.jobs[current_];
    job.source = document_.source(value);
    job.first_child = first_child;
    job.child_count = static_cast<std::uint32_t>(tree_.jobs.size()) - first_child;
  }
  if (tree_.jobs.size() > kMaxJobs) {
    parsed.error = ParsedJob::Error::too_large;
    return parsed;
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
  if (document.size() == 0 || document[0].kind != Kind::object) return problem;
  for (std::uint32_t i = 1; i < document.next(0); i = document.next(i)) {
    if (document[i].kind != Kind::string) continue;
    const std::string_view key = document.view(document.key(document[i].key));
    if (key == "code") problem.code = document.view(document.text(i));
    if (key == "request_id") problem.request_id = document.view(document.text(i));
  }
  return problem;
}

}  // namespace jobtree::engine
