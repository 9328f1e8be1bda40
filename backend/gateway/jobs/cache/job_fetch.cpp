#include "gateway/jobs/cache/job_fetch.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/free_memory.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using cloud::JobReply;
using cloud::Outcome;

// Until what had no room is fetched again; slow readers may be done by then.
constexpr std::chrono::seconds kNoRoomPause{10};

Fetched broken(std::string what) {
  FailedFetch failure;
  failure.kind = FailedFetch::Kind::broken;
  failure.reply.outcome = Outcome::failed;
  failure.what = std::move(what);
  return {.failure = std::move(failure)};
}

}  // namespace

store::PollTurn JobFetch::turn(const JobAddress& address, schedule::Duration interval) const {
  if (!options_.take_turn) return {};
  try {
    return options_.take_turn(address, std::max(interval, schedule::kFirstInterval));
  } catch (...) {
    return {};  // as when the others cannot be heard
  }
}

std::variant<Fetched, Time> JobFetch::run(const JobAddress& address, const LastFetched& last,
                                          const FetchRoom& room) const {
  try {
    return query(address, last, room);
  } catch (const std::exception& exception) {
    return broken(exception.what());
  } catch (...) {
    return broken("not a std::exception");
  }
}

std::variant<Fetched, Time> JobFetch::query(const JobAddress& address, const LastFetched& last,
                                            const FetchRoom& room) const {
  bool has_room = true;
  JobReply reply = source_.job(address, [&room, &has_room](std::size_t bytes) {
    has_room = room.may_come(bytes);
    return has_room;
  });
  if (reply.outcome == Outcome::deferred) {
    if (options_.heard && !reply.notices.empty()) options_.heard(address, reply);
    return reply.not_before;
  }
  Fetched fetched = has_room ? judged(address, last.content, room, std::move(reply))
                             : no_room(address, std::move(reply));
  if (fetched.content) {
    if (fetched.content != last.content && options_.changed) {
      options_.changed(last.content.get(), fetched.content);
    }
    remember(address, last.content.get(), fetched.content);
  } else {
    recall(address, last, room, fetched);
  }
  return fetched;
}

Fetched JobFetch::judged(const JobAddress& address, const std::shared_ptr<const JobContent>& last,
                         const FetchRoom& room, JobReply reply) const {
  const bool came = reply.outcome == Outcome::succeeded;
  const bool is_same = came && last && last->body == reply.body;
  std::optional<ByteCharge> charge;
  if (came && !is_same) {
    charge = room.room_for(reply.body.size());
    if (!charge) return no_room(address, std::move(reply));
  }
  bool is_final = false;
  if (charge && options_.judge) is_final = options_.judge(address, reply);
  if (options_.heard) options_.heard(address, reply);
  Fetched fetched{.request_id = reply.request_id};
  if (reply.outcome != Outcome::succeeded) {
    free_memory(reply.body);
    fetched.failure.reply = std::move(reply);
  } else if (is_same) {
    fetched.content = last;
  } else {
    fetched.content = content_of(std::move(reply.body), is_final, std::move(*charge));
  }
  return fetched;
}

std::shared_ptr<JobContent> JobFetch::content_of(std::string body, bool is_final,
                                                 ByteCharge charge) const {
  auto content = options_.new_content ? options_.new_content() : std::make_shared<JobContent>();
  content->version = options_.version_of(body);
  content->is_final = is_final;
  body.shrink_to_fit();  // one whose size nobody told has grown by doubling
  content->body = std::move(body);
  content->charge = std::move(charge);
  return content;
}

void JobFetch::remember(const JobAddress& address, const JobContent* last,
                        const std::shared_ptr<const JobContent>& now) const {
  if (options_.memory == nullptr) return;
  if (now.get() == last) return options_.memory->confirmed(address);
  // It keeps the content, and the charge for its bytes, in memory.
  options_.memory->observed(address, {now, &now->body});
}

void JobFetch::recall(const JobAddress& address, const LastFetched& last, const FetchRoom& room,
                      Fetched& fetched) const {
  JobMemory* const memory = options_.memory;
  const FailedFetch& failure = fetched.failure;
  if (memory == nullptr || !memory->is_on() || failure.kind != FailedFetch::Kind::cloud) return;
  const bool may_wait = last.is_recent && failure.may_bridge();
  if (may_wait || !schedule::may_recall(failure.reply.outcome)) return;

  // That an ended job is deleted after a day is as it should be.
  bool is_expected = false;
  if (last.content) {
    is_expected = last.content->is_final;
    fetched.content = last.content;
    fetched.stored = {.at = last.at};
  } else {
    auto job = memory->last(address);
    if (!job) return;
    is_expected = job->is_final || job->is_forgotten;
    fetched.stored = {.at = job->last_seen};
    auto charge = job->body ? room.room_for(job->body->size()) : std::nullopt;
    if (charge) {
      fetched.content = content_of(std::move(*job->body), job->is_final, std::move(*charge));
    }
  }
  if (schedule::is_gone(failure.reply)) {
    const bool is_doubted =
        !is_expected && !last.was_absent && memory->now() - fetched.stored->at < schedule::kDoubted;
    if (!is_doubted) {
      fetched.stored->is_forgotten = true;
      memory->forgotten(address);
    }
  }
  if (!fetched.content) fetched.stored.reset();
}

Fetched JobFetch::no_room(const JobAddress& address, JobReply reply) const {
  free_memory(reply.body);
  FailedFetch failure;
  failure.kind = FailedFetch::Kind::no_room;
  failure.reply = std::move(reply);
  failure.reply.outcome = Outcome::too_large;
  failure.reply.retry_after = kNoRoomPause;
  failure.reply.detail = "This server has no memory left for another job; retry shortly.";
  if (options_.heard) options_.heard(address, failure.reply);
  return {.failure = std::move(failure)};
}

}  // namespace jobtree::gateway
