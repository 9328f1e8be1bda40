#include "ingest/vocabulary.h"

#include <array>
#include <cstdint>

#include "base/flat_table.h"
#include "base/text.h"

namespace jobtree::engine {
namespace {

/// `folded`: in lower case, without "_" and "-". `rank`: of several names for one role, the lowest
/// that has a value wins. The length stands before the name, so that names of others are stepped
/// over: an answer may have millions of keys, each different.
struct Name : Entry<4, 1> {
  constexpr Name(int places, std::string_view folded, Role role, std::uint8_t rank)
      : Entry{{static_cast<std::uint8_t>(places), static_cast<std::uint8_t>(role), rank,
               static_cast<std::uint8_t>(folded.size())},
              {folded}} {}
};

constexpr Name kNames[] = {
    // Workspace children carry their own id as `id` and the parent's as `job_id`.
    {kJob, "id", Role::id, 1},
    {kJob, "jobid", Role::id, kJobId},
    {kJob, "taskid", Role::id, 3},
    {kJob, "executionid", Role::id, 4},
    {kJob, "submissionid", Role::id, 4},
    {kMetadata, "uid", Role::id, 4},
    {kMetadata, "id", Role::id, 5},
    {kJob, "jobtype", Role::type, 1},
    {kJob, "jobname", Role::type, 2},
    {kJob, "taskname", Role::type, 3},
    {kJob, "name", Role::type, 4},
    {kJob, "stepname", Role::type, 4},
    {kJob, "action", Role::type, 5},
    {kJob, "tasktype", Role::type, 5},
    {kJob, "operationtype", Role::type, 6},
    {kJob, "actionname", Role::type, 6},
    {kJob | kSpec, "type", Role::type, 7},
    {kMetadata, "name", Role::type, 8},
    {kJob, "target", Role::type, 9},
    {kJob, "nodeid", Role::type, 9},
    {kJob, "url", Role::type, 9},
    {kJob, "status", Role::status, 1},
    {kJob, "jobstatus", Role::status, 2},
    {kJob, "executionstatus", Role::status, 3},
    {kJob, "taskstatus", Role::status, 4},
    {kJob, "stepstatus", Role::status, 4},
    {kStatus, "phase", Role::status, 5},
    {kStatus, "status", Role::status, 6},
    {kJob, "jobresult", Role::status, 7},  // better than "FINISHED"
    {kJob, "jobstate", Role::status, 8},
    {kJob, "state", Role::status, 9},
    {kJob, "begintime", Role::begin, 1},
    {kJob, "startedat", Role::begin, 2},
    {kJob | kStatus, "starttime", Role::begin, 3},
    {kJob, "startedtime", Role::begin, 3},
    {kJob, "created", Role::begin, 4},
    {kJob, "createdtime", Role::begin, 5},
    {kJob, "createdat", Role::begin, 6},
    {kJob | kMetadata, "createtime", Role::begin, 7},
    {kJob, "submittime", Role::begin, 7},
    {kJob, "submittedtime", Role::begin, 7},
    {kJob, "creationdate", Role::begin, 7},
    {kMetadata, "creationtimestamp", Role::begin, 8},
    {kJob, "endtime", Role::end, 1},
    {kJob, "ended", Role::end, 2},
    {kJob, "endedat", Role::end, 3},
    {kJob, "endedtime", Role::end, 4},
    {kJob, "finishedat", Role::end, 5},
    {kJob, "finishtime", Role::end, 6},
    {kJob, "finishedtime", Role::end, 6},
    {kStatus, "completiontime", Role::end, 7},
    {kJob, "updatedat", Role::last_change, 1},
    {kJob, "updatetime", Role::last_change, 1},
    {kJob, "lastupdate", Role::last_change, 1},
    {kMetadata, "updatetimestamp", Role::last_change, 2},
    {kJob | kEntities | kErrorInfo, "errorcode", Role::error_code, 1},
    {kJob, "joberrorcode", Role::error_code, 2},
    {kJob, "failedcode", Role::error_code, 3},
    {kJob, "errcode", Role::error_code, 4},
    {kErrorInfo, "code", Role::error_code, 5},
    {kJob, "code", Role::remark_code, 1},
    {kJob | kEntities, "failreason", Role::error_text, 1},
    {kJob | kEntities | kErrorInfo, "errormsg", Role::error_text, 2},
    {kJob | kEntities, "errormessage", Role::error_text, 3},
    {kJob, "faileddetail", Role::error_text, 4},
    {kJob, "errmsg", Role::error_text, 5},
    {kErrorInfo, "message", Role::error_text, 6},
    {kJob | kStatus, "reason", Role::error_text, 7},
    {kEntities, "errorcodemessage", Role::error_text, 8},
    {kEntities, "error", Role::error_text, 9},
    {kJob, "errorsummary", Role::error_text, 9},
    {kJob, "message", Role::remark, 1},
    {kJob, "statusmessage", Role::remark, 2},
    {kJob, "statusdesc", Role::remark, 3},
    {kJob, "description", Role::remark, 4},
    {kJob | kEntities | kCommon, "progress", Role::percent, 1},
    {kJob, "process", Role::percent, 2},
    {kJob, "jobprogress", Role::percent, 3},
    {kJob, "taskpercent", Role::percent, 4},
    {kJob | kEntities, "progresspercent", Role::ratio, 1},
    {kJob | kEntities, "processpercent", Role::ratio, 2},
    {kJob | kEntities | kSpec, "subjobs", Role::children, 0},
    {kJob | kEntities, "subjobsresult", Role::children, 0},
    {kJob, "tasks", Role::children, 0},
    {kJob, "subtasks", Role::children, 0},
    {kJob, "taskdetails", Role::children, 0},
    {kSpec, "tasklist", Role::children, 0},
    {kJob, "stages", Role::children, 0},
    {kJob, "jobs", Role::children, 0},
    {kJob, "steps", Role::children, 0},
    {kJob, "stepdetails", Role::children, 0},
    {kJob, "substepdetails", Role::children, 0},
    {kJob, "currentnodedetail", Role::children, 0},
    {kJob, "nodeexecutiondetails", Role::children, 0},
    {kJob, "executions", Role::children, 0},
    {kJob, "urls", Role::children, 0},
    {kJob, "entities", Role::inside, kEntities},
    {kJob, "metadata", Role::inside, kMetadata},
    {kJob, "spec", Role::inside, kSpec},
    {kJob, "errorinfo", Role::inside, kErrorInfo},
    {kJob, "error", Role::inside, kErrorInfo},
    {kJob, "errorreason", Role::inside, kErrorInfo},
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
      text_[size_++] = lower(c);
    }
  }
  constexpr std::string_view view() const { return {text_.data(), size_}; }

 private:
  std::array<char, 24> text_{};
  std::size_t size_ = 0;
};

constexpr auto kFlatNames = flat<flat_size(kNames)>(kNames);

constexpr std::uint8_t kAnyRank = 0;

struct StatusWord : Entry<2, 1> {
  constexpr StatusWord(std::string_view folded, Status status, int rank = kAnyRank)
      : Entry{{static_cast<std::uint8_t>(status), static_cast<std::uint8_t>(rank)}, {folded}} {}
};

constexpr StatusWord kStatusWords[] = {
    {"success", Status::succeeded},
    {"succeeded", Status::succeeded},
    {"complete", Status::succeeded},
    {"completed", Status::succeeded},
    {"finished", Status::succeeded},
    {"finish", Status::succeeded},
    {"succeed", Status::succeeded},
    {"successful", Status::succeeded},
    {"done", Status::succeeded},
    {"existed", Status::succeeded},
    {"jobfinish", Status::succeeded},
    {"taskdone", Status::succeeded},
    {"migratesuccess", Status::succeeded},
    {"syncsuccess", Status::succeeded},
    {"creationcomplete", Status::succeeded},
    {"deploymentcomplete", Status::succeeded},
    {"operationcomplete", Status::succeeded},
    {"releaseresourcecomplete", Status::succeeded},
    {"finishsucc", Status::succeeded},
    {"error", Status::failed},
    {"timeout", Status::failed},
    {"timedout", Status::failed},
    {"abnormal", Status::failed},
    {"partialsuccess", Status::failed},
    {"failureonsubmit", Status::failed},
    {"rollback", Status::failed},
    {"rollbackcomplete", Status::failed},
    {"finishrollbacksucc", Status::failed},  // what was asked for was undone
    {"rollbacksuccess", Status::failed},
    {"stop", Status::cancelled},
    {"stopped", Status::cancelled},
    {"cancel", Status::cancelled},
    {"canceled", Status::cancelled},
    {"cancelled", Status::cancelled},
    {"jobcancelsuccess", Status::cancelled},
    {"terminated", Status::cancelled},
    {"killed", Status::cancelled},
    {"abort", Status::cancelled},
    {"aborted", Status::cancelled},
    {"deleted", Status::cancelled},
    {"stopcomplete", Status::cancelled},
    {"skipped", Status::skipped},
    {"skip", Status::skipped},
    {"ignored", Status::skipped},
    {"init", Status::waiting},
    {"initing", Status::waiting},
    {"initializing", Status::waiting},
    {"initialized", Status::waiting},
    {"jobinit", Status::waiting},
    {"new", Status::waiting},
    {"newsaving", Status::waiting},
    {"created", Status::waiting},
    {"submitted", Status::waiting},
    {"accepted", Status::waiting},
    {"ready", Status::waiting},
    {"scheduled", Status::waiting},
    {"queuing", Status::waiting},
    {"inqueue", Status::waiting},
    {"waiting", Status::waiting},
    {"waitting", Status::waiting},
    {"waitingforstart", Status::waiting},
    {"pending", Status::waiting},
    {"notstarted", Status::waiting},
    {"waittoschedule", Status::waiting},
    {"delayscheduled", Status::waiting},
    {"pendingpayment", Status::waiting},
    {"pendingupgradeconfirm", Status::waiting},
    {"running", Status::running},
    {"executing", Status::running},
    {"upgrading", Status::running},
    {"rollbacking", Status::running},
    {"rollingback", Status::running},
    {"processing", Status::running},
    {"creating", Status::running},
    {"migrating", Status::running},
    {"doing", Status::running},
    {"deleting", Status::running},
    {"launching", Status::running},
    {"booting", Status::running},
    {"transcoding", Status::running},
    {"stopping", Status::running},
    {"aborting", Status::running},
    {"syncing", Status::running},
    {"retrying", Status::running},
    {"canceling", Status::running},
    {"cancelling", Status::running},
    {"terminating", Status::running},
    {"jobsubmitting", Status::running},
    {"jobrunning", Status::running},
    {"fulltransferstarted", Status::running},
    {"incretransferstarted", Status::running},
    {"releaseresourcestarted", Status::running},
    {"jobcancelfail", Status::running},
    // A number means something only with the key it stands under: cloud phones write `status` 1,
    // 2, -1, Workspace writes `job_status` 0 to 3.
    {"1", Status::running, 1},
    {"2", Status::succeeded, 1},
    {"-1", Status::failed, 1},
    {"0", Status::failed, 2},
    {"1", Status::succeeded, 2},
    {"2", Status::running, 2},
    {"3", Status::waiting, 2},
};

constexpr auto kFlatStatusWords = flat<flat_size(kStatusWords)>(kStatusWords);

/// How words end that are not above, each with what it is that goes on or failed. None is a
/// success: a step that is done is not the job.
constexpr struct {
  std::string_view text;
  Status status;
} kStatusEnds[] = {
    {"inprogress", Status::running}, {"inprocess", Status::running}, {"fail", Status::failed},
    {"failed", Status::failed},      {"failure", Status::failed},
};

/// What is done with a key pair stands behind how it goes: FAILED_RESET.
constexpr std::string_view kKeyPairActions[] = {"reset", "replace", "unbind"};

Status find_status(std::string_view text, std::uint8_t rank) {
  const char* const end = kFlatStatusWords.data() + kFlatStatusWords.size();
  for (const char* at = kFlatStatusWords.data(); at != end; at = behind(at + 2)) {
    if (static_cast<std::uint8_t>(at[1]) == rank && is_word(at + 2, text)) {
      return static_cast<Status>(*at);
    }
  }
  return Status::unknown;
}

}  // namespace

bool is_named(std::string_view name, std::string_view folded) {
  return is_same(Folded(name).view(), folded);
}

/// Every key of an answer is looked up once, so a pass over the table is soon enough.
Meanings meanings_of(std::string_view key) {
  Meanings meanings;
  const Folded folded(key);
  const char* const end = kFlatNames.data() + kFlatNames.size();
  for (const char* at = kFlatNames.data(); at != end; at += 4 + at[3] + 1) {
    if (folded.view().size() != static_cast<std::size_t>(at[3])) continue;
    if (!is_word(at + 4, folded.view())) continue;
    const auto places = static_cast<std::uint8_t>(at[0]);
    const auto role = static_cast<Role>(at[1]);
    const auto rank = static_cast<std::uint8_t>(at[2]);
    for (std::size_t place = 0; place < meanings.size(); ++place) {
      if ((places >> place & 1U) != 0) meanings[place] = {role, rank};
    }
  }
  return meanings;
}

Status status_of(std::string_view text) {
  const Folded folded(text);
  std::string_view word = folded.view();
  for (const std::string_view action : kKeyPairActions) {
    if (word.size() > action.size() && ends_with(word, action)) word.remove_suffix(action.size());
  }
  const Status status = find_status(word, kAnyRank);
  if (status != Status::unknown) return status;
  for (const auto& end : kStatusEnds) {
    if (ends_with(word, end.text)) return end.status;
  }
  return Status::unknown;
}

Status status_of_number(std::string_view number, std::uint8_t rank) {
  return find_status(number, rank);
}

}  // namespace jobtree::engine
