#include "gateway/jobs/job_handler.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/free_memory.h"
#include "gateway/http_fields.h"
#include "gateway/jobs/cache/job_cache.h"
#include "gateway/jobs/packer.h"
#include "gateway/jobs/prepared_heads.h"
#include "gateway/jobs/representations.h"

namespace jobtree::gateway {
namespace {

using cloud::JobAddress;
using cloud::JobReply;
using std::chrono::seconds;

constexpr std::size_t kSmallBody = 1024;

/// A version of a job, and all that is made of it for viewers.
struct ServedContent final : JobContent {
  ServedContent(Packer& packer, std::shared_ptr<ByteLedger> ledger)
      : forms(packer, std::move(ledger)) {}

  mutable Representations forms;
  mutable PreparedHeads heads;
};

/// The cache keeps what new_content() made, and nothing else.
const ServedContent& served(const JobContent& content) {
  return static_cast<const ServedContent&>(content);
}

/// The plain body; it keeps the content in memory.
std::shared_ptr<const std::string> body_of(const std::shared_ptr<const JobContent>& content) {
  return {content, &content->body};
}

/// What would go out, if it can be made. A small body fits into a packet or two as it is.
Coding coding_for(const JobQuery& query, const JobContent& content) {
  const AcceptedCodings accepted(query.accept_encoding);
  const bool is_small = content.body.size() < kSmallBody;
  return is_small && accepted.takes(Coding::identity) ? Coding::identity : accepted.best();
}

/// Whether a viewer with such tags has the version. The tags stay where they are.
std::function<bool(std::string_view)> has_by(std::string_view tags) {
  if (tags.empty()) return {};
  return [tags](std::string_view etag) { return names_version(tags, etag); };
}

}  // namespace

class JobHandler::Parts {
 public:
  /// A request whose answer comes later: what it said, kept, and where the answer goes.
  struct PendingResponse {
    PendingResponse(JobAddress of, const JobQuery& query, JobHandler::Finish with)
        : address(std::move(of)),
          if_none_match(query.if_none_match),
          accept_encoding(query.accept_encoding),
          header_lines(query.header_lines),
          wait(query.wait),
          owner(query.owner),
          finish(std::move(with)) {}

    JobQuery query() const {
      return {.if_none_match = if_none_match,
              .accept_encoding = accept_encoding,
              .wait = wait,
              .header_lines = header_lines,
              .owner = owner};
    }

    const JobAddress address;
    const std::string if_none_match, accept_encoding, header_lines;
    const seconds wait;
    const std::shared_ptr<const void> owner;
    const JobHandler::Finish finish;
    net::Responder responder{};
    ViewerId viewer = 0;  ///< read on the connection's thread alone, which also sets it
  };

  Parts(Options options, cloud::JobSource& source, Executor& executor, Clock clock)
      : options_(std::move(options)),
        ledger_(std::make_shared<ByteLedger>(options_.limits.max_bytes)),
        packer_(executor),
        cache_(cache_options(), source, executor, std::move(clock), ledger_) {}

  void answer(net::Exchange& exchange, const JobAddress& address, const JobQuery& query,
              Finish finish) {
    const ReadQuery now{
        .has = has_by(query.if_none_match), .wait = query.wait, .owner = query.owner};
    const auto reading = cache_.read(address, now);
    if (reading) {
      if (auto ready = ready_answer(*reading, query, finish)) {
        exchange.send(std::move(*ready));
        return;
      }
    }
    const auto pending = std::make_shared<PendingResponse>(address, query, std::move(finish));
    if (reading) {
      pending->responder = exchange.defer();
      answer_packed(pending, *reading);
      return;
    }
    pending->responder =
        exchange.defer([this, weak = std::weak_ptr(pending)](net::Departure departure) {
          if (const auto left = weak.lock()) leave(*left, departure);
        });
    ReadQuery later{
        .has = has_by(pending->if_none_match), .wait = query.wait, .owner = query.owner};
    pending->viewer = cache_.wait(address, std::move(later), [this, pending](const Reading& then) {
      answer_later(pending, then);
    });
  }

  JobCache& cache() { return cache_; }
  const std::shared_ptr<ByteLedger>& ledger() const { return ledger_; }

  void close() {
    cache_.close();
    packer_.close();
  }

 private:
  JobCache::Options cache_options() {
    JobCache::Options options;
    options.limits = options_.limits;
    options.version_of = [](std::string_view body) { return etag_of(body); };
    options.judge = [this](const JobAddress& address, JobReply& reply) {
      return judge(address, reply);
    };
    options.heard = options_.heard;
    options.take_turn = options_.take_turn;
    options.memory = options_.memory;
    options.new_content = [this] { return std::make_shared<ServedContent>(packer_, ledger_); };
    // Who viewed the version before will want this one in the same codings.
    options.changed = [](const JobContent* before, const std::shared_ptr<const JobContent>& now) {
      if (before == nullptr) return;
      for (const Coding coding : served(*before).forms.wanted()) {
        served(*now).forms.make(coding, body_of(now), {});
      }
    };
    return options;
  }

  /// A job that was not asked for is nobody's to see: a mistake of the cloud, or of a proxy.
  bool judge(const JobAddress& address, JobReply& reply) const {
    if (!options_.judge) return false;
    const Judgement judgement = options_.judge(address, reply.body);
    if (!judgement.is_another) return judgement.is_final;
    reply.outcome = cloud::Outcome::malformed;
    reply.detail = "The response is about another job.";
    free_memory(reply.body);
    return false;
  }

  /// The answer to go out; nothing when it is a packed form that is still to be made.
  std::optional<net::Prepared> ready_answer(const Reading& reading, const JobQuery& query,
                                            const Finish& finish) const {
    if (!reading.content) return finish(facts_of(reading, query.wait));
    if (names_version(query.if_none_match, reading.content->version)) {
      return finish(unchanged(reading, query));
    }
    const auto form =
        served(*reading.content)
            .forms.find(coding_for(query, *reading.content), body_of(reading.content));
    if (!form) return std::nullopt;
    return finish(with_job(reading, query, *form));
  }

  void answer_later(const std::shared_ptr<PendingResponse>& pending, const Reading& reading) const {
    const bool is_sent =
        send(*pending, [&] { return ready_answer(reading, pending->query(), pending->finish); });
    if (!is_sent) answer_packed(pending, reading);
  }

  void answer_packed(const std::shared_ptr<PendingResponse>& pending,
                     const Reading& reading) const {
    served(*reading.content)
        .forms.make(coding_for(pending->query(), *reading.content), body_of(reading.content),
                    [this, pending, reading](const Form& form) {
                      send(*pending, [&]() -> std::optional<net::Prepared> {
                        return pending->finish(with_job(reading, pending->query(), form));
                      });
                    });
  }

  /// Sends what `make` gives; whether there was an answer. Nobody above would hear of an exception.
  template <class Make>
  static bool send(const PendingResponse& pending, Make make) {
    std::optional<net::Prepared> answer;
    try {
      answer = make();
    } catch (const std::exception&) {
      static const auto kHead = std::make_shared<const std::string>(
          "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n");
      answer = net::Prepared{.head = kHead, .body = nullptr};
    }
    if (!answer) return false;
    pending.responder.send(std::move(*answer));
    return true;
  }

  void leave(const PendingResponse& pending, net::Departure departure) {
    if (departure == net::Departure::whole) {
      cache_.leave(pending.address, pending.viewer);
    } else {
      cache_.release(pending.address, pending.viewer);
    }
  }

  JobResponse unchanged(const Reading& reading, const JobQuery& query) const {
    // The tag that the viewer has, so that a cache on the way finds what it keeps.
    const Coding coding = named_coding(query.if_none_match, reading.content->version)
                              .value_or(coding_for(query, *reading.content));
    return prepared(reading, query, 304, {.coding = coding, .bytes = nullptr});
  }

  JobResponse with_job(const Reading& reading, const JobQuery& query, const Form& form) const {
    return prepared(reading, query, 200, form);
  }

  JobResponse prepared(const Reading& reading, const JobQuery& query, int status,
                       const Form& form) const {
    JobResponse answer = facts_of(reading, query.wait);
    answer.status = status;
    const HeadMoment moment{
        .age = reading.age,
        .overdue = overdue(reading),
        .is_bridged = reading.failure != nullptr,
        .request_id = reading.request_id,
        .stored_at = reading.stored ? std::optional(reading.stored->at) : std::nullopt};
    const HeadVariant variant{.status = status,
                              .coding = form.coding,
                              .way = reading.way,
                              .had_content = reading.had_content,
                              .waited = reading.was_parked ? query.wait : seconds(0),
                              .lines = query.header_lines};
    answer.prepared.head = served(*reading.content).heads.get(moment, variant, [&] {
      std::string head = head_of(reading, variant, answer.cache_status, form);
      head += options_.header_lines;
      if (status == 200) head += options_.body_header_lines;
      return head.append(variant.lines);
    });
    answer.prepared.body = form.bytes;
    return answer;
  }

  const Options options_;
  const std::shared_ptr<ByteLedger> ledger_;
  Packer packer_;
  JobCache cache_;  // last: its fetches use all of the above
};

JobHandler::JobHandler(Options options, cloud::JobSource& source, Executor& executor, Clock clock)
    : parts_(std::make_unique<Parts>(std::move(options), source, executor, std::move(clock))) {}
JobHandler::~JobHandler() {
  close();
}
void JobHandler::close() {
  parts_->close();
}

void JobHandler::answer(net::Exchange& exchange, const JobAddress& address, const JobQuery& query,
                        Finish finish) {
  parts_->answer(exchange, address, query, std::move(finish));
}
void JobHandler::release_if(
    const std::function<bool(const std::shared_ptr<const void>& owner)>& is_over) {
  parts_->cache().release_if(is_over);
}
void JobHandler::release_all() {
  parts_->cache().release_all();
}
void JobHandler::look(const JobAddress& address, std::function<void(const Reading&)> done) {
  parts_->cache().wait(address, {}, std::move(done));
}
std::optional<ByteCharge> JobHandler::charge(std::size_t bytes) const {
  return ByteCharge::make(parts_->ledger(), bytes);
}
JobFigures JobHandler::figures() const {
  return parts_->cache().figures();
}

}  // namespace jobtree::gateway
