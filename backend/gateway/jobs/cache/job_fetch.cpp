#include "gateway/jobs/cache/job_fetch.h"

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

std::variant<Fetched, Time> JobFetch::run(const JobAddress& address,
                                          const std::shared_ptr<const JobContent>& last,
                                          const FetchRoom& room) const {
  try {
    return query(address, last, room);
  } catch (const std::exception& exception) {
    return broken(exception.what());
  } catch (...) {
    return broken("not a std::exception");
  }
}

std::variant<Fetched, Time> JobFetch::query(const JobAddress& address,
                                            const std::shared_ptr<const JobContent>& last,
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
  Fetched fetched =
      has_room ? judged(address, last, room, std::move(reply)) : no_room(address, std::move(reply));
  if (fetched.content && fetched.content != last && options_.changed) {
    options_.changed(last.get(), fetched.content);
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
    auto content = options_.new_content ? options_.new_content() : std::make_shared<JobContent>();
    content->version = options_.version_of(reply.body);
    content->is_final = is_final;
    reply.body.shrink_to_fit();  // one whose size nobody told has grown by doubling
    content->body = std::move(reply.body);
    content->charge = std::move(*charge);
    fetched.content = std::move(content);
  }
  return fetched;
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
