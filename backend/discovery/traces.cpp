#include "discovery/traces.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <nlohmann/json.hpp>
#include <span>
#include <unordered_set>
#include <utility>

#include "base/ascii.h"
#include "cloud/ask/error_body.h"
#include "discovery/bounds.h"
#include "discovery/json_pieces.h"
#include "discovery/times.h"

namespace jobtree::discovery {
namespace {

constexpr std::size_t kMostTraces = 2000;  // a page has 200 at most
constexpr std::size_t kMostJobsOfPage = 5000;
constexpr std::size_t kMostJobs = 1000;  // of one trace

/// "jobID", "job_id" and "jobid" are one name.
std::string plain_name(std::string_view name) {
  std::string text = lower(name.substr(0, kLongestWord));
  std::erase(text, '_');
  return text;
}

/// An object of a response, by names without case and "_".
class Object {
 public:
  using Names = std::initializer_list<std::string_view>;

  Object() = default;
  explicit Object(std::string_view json) : members_(members_of(json, kMostMembers)) {
    // One that could mean two things means none.
    if (members_.has_a_name_twice()) members_ = {};
    for (Member& member : members_.all)
      member.name = plain_name(member.name);
  }

  bool is_whole() const { return members_.is_whole; }
  bool has(std::string_view name) const { return !find(name).empty(); }
  std::string_view find(std::string_view name) const { return members_.find(name); }
  Object object(std::string_view name) const { return Object(find(name)); }
  /// Of the first of these names that says something; a number by its digits.
  std::string text(Names names) const { return first(names, scalar_of); }
  std::string id(Names names) const { return first(names, id_text_of); }
  std::span<const Member> members() const { return members_.all; }

 private:
  std::string first(Names names, std::string (*read)(std::string_view)) const {
    for (const std::string_view name : names) {
      for (const Member& member : members_.all) {
        if (member.name != name) continue;
        std::string text = read(member.value);
        if (!text.empty() && !equals_ignoring_case(text, "null")) return text;
      }
    }
    return "";
  }

  Members members_;
};

struct Trace {
  Members members;
  std::string id;
  ServiceName service;
  FoundJob found;  ///< what all of its jobs have in common
};

/// A JSON text that stands for itself or in a string, in one of older services in two.
struct Inner {
  std::string text;           ///< of a string; `json` is a view of it then
  std::string_view json;      ///< "" when there is none
  bool is_byte_true = false;  ///< the bytes are those that were sent
};

Inner inner_of(std::string_view value) {
  Inner inner;
  if (value.empty()) return inner;
  if (value.front() != '"') {
    inner.json = value;
    inner.is_byte_true = true;
    return inner;
  }
  bool is_mended = false;
  inner.text = text_of(value, &is_mended).value_or("");
  if (trimmed(inner.text, kWhitespace).starts_with('"')) {
    const std::string once(trimmed(inner.text, kWhitespace));
    bool is_mended_too = false;
    inner.text = text_of(once, &is_mended_too).value_or("");
    is_mended = is_mended || is_mended_too;
  }
  inner.json = trimmed(inner.text, kWhitespace);
  inner.is_byte_true = !is_mended;
  return inner;
}

/// The name of a user: an object, its JSON as a text (v1.0, and traces that were transferred), or
/// the name as it is.
std::string user_name(std::string_view value) {
  const Inner inner = inner_of(value);
  if (inner.json.starts_with('{')) {
    const Members user = members_of(inner.json, kMostMembers);
    if (user.has_a_name_twice()) return "";
    for (const std::string_view name : {"name", "user_name"}) {
      std::string text = plain_text(text_of(user.find(name)).value_or(""), kLongestName);
      if (!text.empty()) return text;
    }
    return "";
  }
  // What looks like a piece of something else may have more in it than a name.
  const bool is_plain = inner.json.find_first_of("{}[]\":,=") == std::string_view::npos;
  const bool is_text = !value.empty() && value.front() == '"';
  return is_text && is_plain ? plain_text(std::string(inner.json), kLongestName) : "";
}

/// Whether the status of an object is that of the job it names. In the response of a call that made
/// an instance it is the instance's.
bool has_status_of_job(const Object& object) {
  constexpr std::array<std::string_view, 4> kOfJobs{"jobtype", "begintime", "endtime", "entities"};
  constexpr std::array<std::string_view, 14> kBesides{
      "jobid",     "status",  "errorcode", "errormsg", "errormessage",   "failreason", "message",
      "requestid", "jobname", "code",      "progress", "processpercent", "subjobs",    "orderid"};
  if (std::ranges::any_of(kOfJobs, [&](std::string_view name) { return object.has(name); })) {
    return true;
  }
  return std::ranges::all_of(object.members(), [&](const Member& member) {
    return std::ranges::find(kBesides, member.name) != kBesides.end();
  });
}

void add_sub_jobs(std::string_view array, FoundJob& job) {
  for (const std::string_view part : elements_of(array, kMostSubJobs).all) {
    const std::string id = Object(part).id({"jobid", "id"});
    if (is_good_id(id)) job.sub_jobs.push_back(id);
  }
}

/// What an object says of the job that it is, or that it names. `is_the_job`: its place says so.
void describe(const Object& object, bool is_the_job, FoundJob& job) {
  job.type = plain_text(object.text({"jobtype"}), kLongestWord);
  job.begun_at = time_of(object.find("begintime"));
  job.ended_at = time_of(object.find("endtime"));
  std::string_view status = object.find("jobstatus");
  const bool has_own = is_the_job || has_status_of_job(object);
  if (status.empty() && has_own) status = object.find("status");
  // A number means something only to who knows whose it is.
  job.status_text = plain_text(text_of(status).value_or(""), kLongestWord);
  job.status = status_of(job.status_text);
  if (!has_own && job.status_text.empty()) return;
  const Object entities = object.object("entities");
  const std::string code = object.text({"errorcode"});
  job.error_code = cloud::plain_word(
      code.empty() || code == "0" ? entities.text({"errorcode"}) : code, kLongestCode);
  const std::string text = object.text({"failreason", "errormsg", "errormessage"});
  job.error_text =
      plain_text(text.empty() ? entities.text({"failreason", "errormsg", "errormessage"}) : text,
                 kLongestError);
  add_sub_jobs(object.find("subjobs"), job);
  add_sub_jobs(entities.find("subjobs"), job);
}

/// The form of ECS, EVS and IMS, which are recorded when the job has ended: the response of the
/// query for it.
bool is_ended_job(const Object& object, const FoundJob& job) {
  const bool has_all =
      object.has("jobid") && object.has("entities") && job.begun_at && job.ended_at;
  return has_all && object.is_whole() && job.status && store::has_ended(*job.status);
}

/// All jobs of one response.
class Response {
 public:
  Response(const Origin& origin, const Trace& trace, const Inner& inner)
      : origin_(origin), trace_(trace), inner_(inner), top_(inner.json) {}

  std::vector<FoundJob> jobs() {
    if (!inner_.json.starts_with('{')) return {};
    add_named_in(top_, Detail::perhaps);
    add_named_in(top_.object("status"), Detail::none);
    const Object job = top_.object("job");
    add_named_in(job, Detail::of_the_job);
    if (!named_any(job) && trace_.service.is_known) {
      add(job.id({"id"}), IdName::job, &job, Detail::of_the_job);
    }
    for (const std::string_view id : elements_of(top_.find("jobids"), kMostJobs).all) {
      add(id_text_of(id), IdName::listed, nullptr, Detail::none);
    }
    // Beside a job's id they are its parts.
    if (found_.empty()) add_all_of(top_.find("jobs"));
    return std::move(found_);
  }

 private:
  enum class Detail : std::uint8_t { none, perhaps, of_the_job };

  struct Name {
    std::string_view folded;
    IdName name;
  };
  static constexpr std::array<Name, 4> kNames{
      Name{"jobid", IdName::job}, Name{"asyncjobid", IdName::async_job},
      Name{"workflowid", IdName::workflow}, Name{"taskid", IdName::task}};

  static bool named_any(const Object& object) {
    return std::ranges::any_of(kNames, [&](const Name& name) { return object.has(name.folded); });
  }

  /// Adds the job of the best name; whether there was one.
  bool add_named_in(const Object& object, Detail detail) {
    return std::ranges::any_of(kNames, [&](const Name& name) {
      return add(object.id({name.folded}), name.name, &object, detail);
    });
  }

  void add_all_of(std::string_view array) {
    for (const std::string_view element : elements_of(array, kMostJobs).all) {
      if (!element.starts_with('{')) {
        add(text_of(element).value_or(""), IdName::job, nullptr, Detail::none);
        continue;
      }
      const Object job(element);
      if (add_named_in(job, Detail::of_the_job)) continue;
      // DRS: jobs[].id. Elsewhere such a list could be of anything.
      if (trace_.service.is_known) {
        add(job.id({"id"}), IdName::job, &job, Detail::of_the_job);
      }
    }
  }

  bool add(const std::string& id, IdName name, const Object* object, Detail detail) {
    const bool is_one = is_good_id(id) && is_job_of(trace_.service, name);
    if (!is_one || found_.size() == kMostJobs || !ids_.insert(id).second) return is_one;
    FoundJob job = trace_.found;
    JobPlace place = place_of(origin_, trace_.service, id, name);
    job.address = std::move(place.address);
    job.is_queryable = place.is_queryable;
    if (detail != Detail::none) describe(*object, detail == Detail::of_the_job, job);
    if (object == &top_ && inner_.is_byte_true && inner_.json.size() <= kLargestBody &&
        is_ended_job(top_, job) && nlohmann::json::accept(inner_.json)) {
      job.body = inner_.json;
    }
    found_.push_back(std::move(job));
    return true;
  }

  const Origin& origin_;
  const Trace& trace_;
  const Inner& inner_;
  Object top_;
  std::vector<FoundJob> found_;
  std::unordered_set<std::string> ids_;
};

std::string text_at(const Members& members, std::string_view name) {
  return plain_text(scalar_of(members.find(name)), kLongestName);
}

bool is_true(std::string_view value) {
  return value == "true" || equals_ignoring_case(scalar_of(value), "true");
}

/// v2.0 of the API and FunctionGraph's events call it trace_status.
std::string rating_of(const Members& members) {
  std::string rating = text_at(members, "trace_rating");
  if (rating.empty()) rating = text_at(members, "trace_status");
  const bool is_one = rating == "normal" || rating == "warning" || rating == "incident";
  return is_one ? rating : "";
}

/// Nothing when it is no trace.
std::optional<Trace> read_trace(const Origin& origin, std::string_view json) {
  Trace trace{.members = members_of(json, kMostMembers), .id = {}, .service = {}, .found = {}};
  const Members& members = trace.members;
  if (!members.is_whole || members.has_a_name_twice()) return std::nullopt;
  trace.id = resource_id_of(text_of(members.find("trace_id")).value_or(""));
  FoundJob& found = trace.found;
  found.trace_id = trace.id;
  found.service_type = text_at(members, "service_type");
  found.resource_type = text_at(members, "resource_type");
  found.operation = text_at(members, "trace_name");
  found.rating = rating_of(members);
  found.resource_id = resource_id_of(scalar_of(members.find("resource_id")));
  found.resource_name = text_at(members, "resource_name");
  found.user = user_name(members.find("user"));
  found.said_at = time_of(members.find("time"));
  if (!found.said_at) found.said_at = time_of(members.find("record_time"));
  trace.service = service_of(*origin.catalogue, {.service_type = found.service_type,
                                                 .resource_type = found.resource_type,
                                                 .trace_name = found.operation,
                                                 .resource_id = found.resource_id});
  return trace;
}

void add_submission(const Origin& origin, const Trace& trace, TracePage& page) {
  const FoundJob& found = trace.found;
  const bool can_be_one = !found.user.empty() && found.said_at && !found.operation.empty() &&
                          !found.resource_name.empty() && trace.service.is_known;
  if (!can_be_one) return;
  page.submissions.push_back({.region = origin.region,
                              .project_id = origin.project_id,
                              .service = trace.service.name,
                              .operation = found.operation,
                              .resource_type = found.resource_type,
                              .resource_name = found.resource_name,
                              .user = found.user,
                              .at = *found.said_at});
}

/// A query names a job that is older, and whoever queries it did not start it. Some services record
/// theirs with read_only false (seen of DWS: getClusterSnapshotsStatistics), so the name counts
/// too.
bool is_query(const Trace& trace) {
  if (is_true(trace.members.find("read_only"))) return true;
  const std::string_view name = trace.found.operation;
  constexpr std::array<std::string_view, 5> kVerbs{"show", "list", "get", "query", "describe"};
  return std::ranges::any_of(kVerbs, [&](std::string_view verb) {
    return name.size() > verb.size() && is_upper(name[verb.size()]) &&
           equals_ignoring_case(name.substr(0, verb.size()), verb);
  });
}

void add_jobs(const Origin& origin, const Trace& trace, TracePage& page) {
  if (is_query(trace)) return;
  const Inner inner = inner_of(trace.members.find("response"));
  std::vector<FoundJob> jobs = Response(origin, trace, inner).jobs();
  if (jobs.empty()) add_submission(origin, trace, page);
  if (page.jobs.size() + jobs.size() > kMostJobsOfPage) {
    ++page.unreadable;
    return;
  }
  std::ranges::move(jobs, std::back_inserter(page.jobs));
}

Failure no_page() {
  return Failure::unavailable({"the response is not a list of traces", "响应不是追踪事件列表"});
}

}  // namespace

Result<TracePage> read_traces(const Origin& origin, std::string_view body) {
  if (body.size() > kLargestPage) {
    return Failure::unavailable(
        {"the response with traces is larger than 16 MiB", "追踪事件的响应超过 16 MiB"});
  }
  const Members root = members_of(trimmed(body, kWhitespace), kMostMembers);
  if (!root.is_whole || root.has_a_name_twice()) return no_page();
  const std::string_view traces = root.find("traces");
  const Elements elements = elements_of(traces, kMostTraces);
  if (!elements.is_whole && traces != "null") return no_page();

  TracePage page;
  const Members meta = members_of(root.find("meta_data"), kMostMembers);
  // Never made by us: that of the vendor's sample is none of the traces it shows.
  page.marker = scalar_of(meta.find("marker"));
  const bool is_plain = page.marker.size() <= kLongestMarker && !meta.has_a_name_twice() &&
                        std::ranges::all_of(page.marker, is_graphic);
  if (!is_plain) return no_page();
  if (equals_ignoring_case(page.marker, "null")) page.marker.clear();

  page.count = elements.all.size();
  std::unordered_set<std::string> seen;
  for (const std::string_view element : elements.all) {
    const std::optional<Trace> trace = read_trace(origin, element);
    if (!trace) {
      ++page.unreadable;
      continue;
    }
    if (const auto& at = trace->found.said_at) {
      page.newest = page.newest ? std::max(*page.newest, *at) : *at;
      page.oldest = page.oldest ? std::min(*page.oldest, *at) : *at;
    }
    if (!trace->id.empty()) {
      if (!seen.insert(trace->id).second) continue;
      page.trace_ids.push_back(trace->id);
    }
    add_jobs(origin, *trace, page);
  }
  return page;
}

}  // namespace jobtree::discovery
