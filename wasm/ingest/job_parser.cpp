#include "ingest/job_parser.h"

#include <algorithm>
#include <array>
#include <bit>
#include <iterator>
#include <string_view>

#include "base/min_max.h"
#include "base/text.h"
#include "ingest/timestamp.h"
#include "ingest/vocabulary.h"

namespace jobtree::engine {

using namespace std::string_view_literals;

namespace {

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
  /// Reads `document` into `tree`, which is empty.
  Normaliser(const JsonDocument& document, JobTree& tree) : document_(document), tree_(tree) {
    meanings_.reserve(document_.key_count());
    for (std::uint32_t i = 0; i < document_.key_count(); ++i)
      meanings_.push_back(meanings_of(view(document_.key(i))));
  }

  /// `root`: the value that is the job, or the list.
  ParsedJob::Error run(std::uint32_t root);
  /// Where the job is in the answer, or the list of jobs.
  std::uint32_t find_root() { return find_root(0, 0); }
  /// The answer itself, when it is an array.
  std::uint32_t find_list() const { return kind(0) == Kind::array ? 0 : kNowhere; }

 private:
  std::string_view view(Text text) const { return document_.view(text); }
  std::string_view key(std::uint32_t value) const {
    return view(document_.key(document_[value].key));
  }
  Kind kind(std::uint32_t value) const { return document_[value].kind; }
  /// The first member of a container; they end at next(container).
  static std::uint32_t first_in(std::uint32_t container) { return container + 1; }
  std::uint32_t next(std::uint32_t value) const { return document_.next(value); }

  Meaning meaning_of(std::uint32_t value, Place place) const {
    const auto which = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(place)));
    return meanings_[document_[value].key][which];
  }

  bool is_job(std::uint32_t value) const;
  bool has_id(std::uint32_t value) const;
  static constexpr std::uint32_t kNowhere = 0xFFFFFFFF;
  std::uint32_t find_root(std::uint32_t value, int depth);

  void read_members(std::uint32_t object, Place place);
  void read_inside(std::uint32_t value, Place place);
  void read_scalar(std::uint32_t value, Meaning meaning, Place place);
  void read_name_inside(std::uint32_t object);
  void add_fact(Text name, Text text);
  void add_error_text(Text text);
  void add_children(std::uint32_t value);
  void add_children_beside();
  void add_child(std::uint32_t value);

  void finish(Job& job);
  Status status();
  Status known_status(std::string_view word);
  Instant known_instant(std::string_view text);
  Text joined_errors();
  std::int16_t progress() const;
  void finish_list_root();

  const JsonDocument& document_;
  Array<Meanings> meanings_;  // of each key
  JobTree& tree_;
  // Jobs are read breadth first, without recursion: the array of jobs is its own queue, and this
  // says which value each is read from.
  Array<std::uint32_t> values_;
  std::uint32_t current_ = 0;         // the job that is being read
  std::uint32_t wrapper_ = kNowhere;  // of the root
  Draft draft_{};
  // Texts that were looked up, and what they stand for; one that is empty is never looked for. An
  // answer has a few words for all its jobs, and those of a batch begin and end in the same few
  // seconds.
  template <class Value>
  struct Known {
    std::string_view text;
    Value value;
  };
  std::array<Known<Status>, 8> known_{};
  std::array<Known<Instant>, 64> known_instants_{};
};

/// An object is a job when it has a status, or at least calls its id a job's, or has one and steps.
[[gnu::noinline]] bool Normaliser::is_job(std::uint32_t value) const {
  if (kind(value) != Kind::object) return false;
  bool has_steps = false;
  for (std::uint32_t i = first_in(value); i < next(value); i = next(i)) {
    const Meaning meaning = meaning_of(i, kJob);
    if (meaning.role == Role::status && kind(i) != Kind::array) return true;
    if (meaning.role == Role::id && meaning.rank == kJobId) return true;
    has_steps = has_steps || (meaning.role == Role::children && kind(i) == Kind::array);
  }
  return has_steps && has_id(value);
}

bool Normaliser::has_id(std::uint32_t value) const {
  for (std::uint32_t i = first_in(value); i < next(value); i = next(i)) {
    if (meaning_of(i, kJob).role == Role::id) return true;
  }
  return false;
}

/// The value that holds the job asked for: the top itself, or what a wrapper wraps. An array of
/// several jobs is its own answer. A status beside a wrapper with the job in it is the call's.
std::uint32_t Normaliser::find_root(std::uint32_t value, int depth) {
  constexpr int kMaxWrappers = 4;
  if (depth > kMaxWrappers || !document_[value].is_container()) return kNowhere;
  const std::uint32_t first = first_in(value);
  const std::uint32_t end = next(value);
  if (is_job(value)) {
    if (has_id(value)) return value;
    for (std::uint32_t i = first; i < end; i = next(i)) {
      const std::string_view name = key(i);
      const bool is_wrapper =
          is_named(name, "result") || is_named(name, "job") || is_named(name, "data");
      if (is_wrapper && is_job(i) && has_id(i)) return i;
    }
    return value;
  }
  if (kind(value) == Kind::array && first < end && next(first) != end) {
    return is_job(first) ? value : kNowhere;
  }
  // The usual wrappers first, so that a stray object with a status in it does not win.
  constexpr std::string_view kAny;
  for (std::string_view wrapper :
       {"job"sv, "data"sv, "operationlog"sv, "jobs"sv, "items"sv, kAny}) {
    for (std::uint32_t i = first; i < end; i = next(i)) {
      if (wrapper != kAny && !is_named(key(i), wrapper)) continue;
      const std::uint32_t found = find_root(i, depth + 1);
      if (found == kNowhere) continue;
      if (found == i && kind(value) == Kind::object) wrapper_ = value;
      return found;
    }
  }
  return kNowhere;
}

void Normaliser::read_members(std::uint32_t object, Place place) {
  for (std::uint32_t i = first_in(object); i < next(object); i = next(i)) {
    const Meaning meaning = meaning_of(i, place);
    switch (kind(i)) {
      case Kind::null:
      case Kind::boolean:
        break;
      case Kind::string:
      case Kind::number:
        read_scalar(i, meaning, place);
        break;
      case Kind::object:
      case Kind::array:
        if (meaning.role == Role::children) add_children(i);
        if (meaning.role == Role::inside) read_inside(i, static_cast<Place>(meaning.rank));
        if (meaning.role == Role::status && place == kJob) read_inside(i, kStatus);
        if (meaning.role == Role::none && kind(i) == Kind::object &&
            (place & (kJob | kEntities)) != 0)
          read_name_inside(i);
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

void Normaliser::read_scalar(std::uint32_t value, Meaning meaning, Place place) {
  const Text text = document_.text(value);
  if (text.empty()) return;
  const auto field = static_cast<std::size_t>(meaning.role);
  if (field < Draft::kFields) {
    if (meaning.rank > draft_.ranks[field]) return;
    // How some services write "no error", and one "no result yet".
    if (meaning.role == Role::error_code && is_same(view(text), "0")) return;
    if (meaning.role == Role::status && is_same(view(text), "UNDEFINED")) return;
    draft_.ranks[field] = meaning.rank;
    draft_.texts[field] = text;
    if (meaning.role == Role::status) draft_.status_is_number = kind(value) == Kind::number;
    return;
  }
  const bool is_error = meaning.role == Role::inside && meaning.rank == kErrorInfo;
  if (meaning.role == Role::error_text || is_error) return add_error_text(text);
  const bool is_fact =
      meaning.role == Role::fact || (meaning.role == Role::none && place == kEntities);
  if (is_fact) add_fact(document_.key(document_[value].key), text);
}

void Normaliser::add_fact(Text name, Text text) {
  if (tree_.facts.size() - draft_.first_fact < kMaxFacts) tree_.facts.push_back({name, text});
}

/// What a job is about may stand in an object of its own: `instance.id`, `instance.name`. The names
/// are put together here, so only short ones are, and none for a fact that has no place any more.
void Normaliser::read_name_inside(std::uint32_t object) {
  constexpr std::size_t kMostName = 64;
  if (key(object).size() > kMostName) return;
  for (std::uint32_t i = first_in(object); i < next(object); i = next(i)) {
    const Kind what = kind(i);
    const bool is_scalar = what == Kind::string || what == Kind::number;
    if (tree_.facts.size() - draft_.first_fact == kMaxFacts) return;
    if (!is_scalar || document_.text(i).empty() ||
        !(is_same(key(i), "id") || is_same(key(i), "name")))
      continue;
    String& composed = tree_.composed;
    const std::size_t begin = composed.size();
    composed += key(object);
    composed += '.';
    composed += key(i);
    add_fact({static_cast<std::uint32_t>(document_.end_of_texts() + begin),
              static_cast<std::uint32_t>(composed.size() - begin)},
             document_.text(i));
  }
}

void Normaliser::add_children(std::uint32_t value) {
  const std::uint32_t end = next(value);
  if (kind(value) == Kind::object) {
    if (end > first_in(value)) add_child(value);
    return;
  }
  for (std::uint32_t i = first_in(value); i < end; i = next(i)) {
    if (kind(i) == Kind::object) add_child(i);
  }
}

/// Tasks that stand beside the wrapper of their job: {"job": {...}, "tasks": [...]}.
void Normaliser::add_children_beside() {
  for (std::uint32_t i = first_in(wrapper_); i < next(wrapper_); i = next(i)) {
    if (i != values_[0] && meaning_of(i, kJob).role == Role::children) add_children(i);
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
    if (is_same(view(draft_.errors[i]), view(text))) return;
  }
  if (draft_.error_count < kMaxErrorTexts) draft_.errors[draft_.error_count++] = text;
}

Text Normaliser::joined_errors() {
  if (draft_.error_count == 0) return {};
  if (draft_.error_count == 1) return draft_.errors[0];
  String& composed = tree_.composed;
  const std::size_t begin = composed.size();
  for (std::size_t i = 0; i < draft_.error_count; ++i) {
    if (i != 0) composed += " / ";
    composed += view(draft_.errors[i]);
  }
  return {static_cast<std::uint32_t>(document_.end_of_texts() + begin),
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
  for (int i = greater(decimals, 0); i < 3; ++i)
    thousandths *= 10;
  const std::int64_t permille = is_ratio ? thousandths : thousandths / 100;
  return static_cast<std::int16_t>(lesser<std::int64_t>(permille, 1000));
}

Status Normaliser::known_status(std::string_view word) {
  if (word.empty()) return Status::unknown;
  Known<Status>& known =
      known_[(word.size() ^ static_cast<unsigned char>(word.front())) % known_.size()];
  if (!is_same(known.text, word)) known = {word, status_of(word)};
  return known.value;
}

Instant Normaliser::known_instant(std::string_view text) {
  constexpr std::size_t kSeconds = 17;  // where most formats have them
  if (text.size() < kSeconds + 2) return parse_instant(text);
  const int seconds = text[kSeconds] * 10 + text[kSeconds + 1];
  Known<Instant>& known = known_instants_[static_cast<unsigned>(seconds) % known_instants_.size()];
  if (!is_same(known.text, text)) known = {text, parse_instant(text)};
  return known.value;
}

Status Normaliser::status() {
  const std::string_view text = view(draft_[Role::status]);
  if (!draft_.status_is_number) return known_status(text);
  const auto rank = [this](Role role) { return draft_.ranks[static_cast<std::size_t>(role)]; };
  // Many services count their states, each in its own way. Cloud phones are told by the rest: a
  // `job_id`, a `begin_time`, and no name or type.
  constexpr std::uint8_t kCloudPhone = 1;
  const bool is_cloud_phone =
      rank(Role::id) == kJobId && rank(Role::begin) == 1 && rank(Role::type) == Draft::kNothing;
  const std::uint8_t whose = rank(Role::status);
  return whose == kCloudPhone && !is_cloud_phone ? Status::unknown : status_of_number(text, whose);
}

void Normaliser::finish(Job& job) {
  job.id = draft_[Role::id];
  job.type = draft_[Role::type];
  job.status_text = draft_[Role::status];
  job.status = status();
  job.begin_text = draft_[Role::begin];
  job.begin = known_instant(view(job.begin_text));
  if (is_settled(job.status)) {
    const Text end = draft_[Role::end];
    job.end_text = end.empty() ? draft_[Role::last_change] : end;
    job.end = known_instant(view(job.end_text));
  }
  job.error_code = draft_[Role::error_code];
  job.error_text = joined_errors();
  if (job.status == Status::failed) {
    if (job.error_code.empty()) job.error_code = draft_[Role::remark_code];
    if (job.error_text.empty()) job.error_text = draft_[Role::remark];
  }
  job.progress = progress();
  job.first_fact = static_cast<std::uint32_t>(draft_.first_fact);
  job.fact_count = static_cast<std::uint8_t>(tree_.facts.size() - draft_.first_fact);
}

/// What several jobs are as a whole: while some are yet to end, what goes on; then the worst of
/// them that is more than a wish of somebody's.
Status status_of_list(const Counts& counts) {
  const std::uint32_t waiting = count(counts, Status::waiting);
  const std::uint32_t unknown = count(counts, Status::unknown);
  const std::uint32_t ended = settled(counts);
  if (ended == total(counts)) {
    for (const Status status : {Status::failed, Status::succeeded, Status::cancelled}) {
      if (count(counts, status) != 0) return status;
    }
    return ended == 0 ? Status::succeeded : Status::skipped;
  }
  if (waiting + count(counts, Status::skipped) == total(counts)) return Status::waiting;
  return unknown == total(counts) ? Status::unknown : Status::running;
}

void Normaliser::finish_list_root() {
  Job& root = tree_.jobs.front();
  Counts counts{};
  for (std::uint32_t i = 0; i < root.child_count; ++i) {
    const Job& child = tree_.jobs[root.first_child + i];
    ++counts[static_cast<std::size_t>(child.status)];
    if (child.begin != kNoInstant && (root.begin == kNoInstant || child.begin < root.begin)) {
      root.begin = child.begin;
    }
    root.end = greater(root.end, child.end);
  }
  root.status = status_of_list(counts);
  if (!is_settled(root.status)) root.end = kNoInstant;
}

ParsedJob::Error Normaliser::run(std::uint32_t root) {
  if (root == kNowhere) return ParsedJob::Error::no_job;
  tree_.is_list = kind(root) == Kind::array;
  // Sub-jobs mostly stand in arrays, and little else does: room for all of them is made once, and
  // for a fact of each, which most have one or two of.
  const std::uint32_t expected = lesser(document_.item_count() + 1, kMaxJobs + 1);
  tree_.jobs.reserve(expected);
  tree_.facts.reserve(expected);
  values_.reserve(expected);
  add_child(root);
  for (; current_ < tree_.jobs.size(); ++current_) {
    const std::uint32_t value = values_[current_];
    const auto first_child = static_cast<std::uint32_t>(tree_.jobs.size());
    draft_.begin(tree_.facts.size());
    if (kind(value) == Kind::array) {
      add_children(value);
    } else {
      read_members(value, kJob);
      if (current_ == 0 && wrapper_ != kNowhere) add_children_beside();
      finish(tree_.jobs[current_]);
    }
    Job& job = tree_.jobs[current_];
    job.source = document_.source(value);
    job.first_child = first_child;
    job.child_count = static_cast<std::uint32_t>(tree_.jobs.size()) - first_child;
  }
  if (tree_.jobs.size() > kMaxJobs) return ParsedJob::Error::too_large;
  if (tree_.is_list) finish_list_root();
  return ParsedJob::Error::none;
}

}  // namespace

namespace {

/// All of an answer but what follows from its jobs. What was needed to read it is given back by the
/// time this returns.
ParsedJob read(String&& bytes, bool is_list) {
  ParsedJob parsed;
  JsonDocument document = JsonDocument::parse(std::move(bytes));
  if (document.error() != JsonError::none) {
    const bool is_json = document.error() >= JsonError::too_deep;
    parsed.error = is_json ? ParsedJob::Error::too_large : ParsedJob::Error::not_json;
    return parsed;
  }
  JobTree& tree = parsed.tree;
  Normaliser normaliser(document, tree);
  parsed.error = normaliser.run(is_list ? normaliser.find_list() : normaliser.find_root());
  if (parsed.error != ParsedJob::Error::none) {
    tree.jobs.clear();
    return parsed;
  }
  String decoded = document.take_decoded();
  decoded += tree.composed;
  tree.composed = std::move(decoded);
  tree.bytes = document.take_bytes();
  return parsed;
}

ParsedJob parse(String&& bytes, std::uint32_t seed, bool is_list) {
  ParsedJob parsed = read(std::move(bytes), is_list);
  if (parsed.error == ParsedJob::Error::none) {
    parsed.tree.assign_keys(seed);
    parsed.tree.roll_up();
  }
  return parsed;
}

}  // namespace

ParsedJob parse_job(String&& bytes, std::uint32_t seed) {
  return parse(std::move(bytes), seed, false);
}

ParsedJob parse_list(String&& bytes, std::uint32_t seed) {
  return parse(std::move(bytes), seed, true);
}

String code_of_problem(String&& bytes) {
  constexpr JsonLimits kLimits{.bytes = 64U << 10U, .depth = 16, .values = 256};
  const JsonDocument document = JsonDocument::parse(std::move(bytes), kLimits);
  for (std::uint32_t i = 1; i < document.size(); i = document.next(i)) {
    const bool is_code = is_same(document.view(document.key(document[i].key)), "code");
    if (is_code && document[i].kind == Kind::string) return document.view(document.text(i));
  }
  return {};
}

}  // namespace jobtree::engine
