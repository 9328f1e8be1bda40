// A network that a test plays, and a clock that stands until it is moved: what is sent, what comes
// back, how long that takes.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cloud/ask/transport.h"
#include "cloud/job_source.h"

namespace jobtree::tests {

/// What was sent.
struct SentRequest {
  std::string method;
  std::string url;
  std::vector<cloud::Header> headers;
  std::size_t max_body = 0;
  cloud::HasRoom has_room{};
  std::string body{};

  /// "none" when it was not sent.
  std::string header(const std::string& name) const {
    for (const cloud::Header& header : headers) {
      if (header.name == name) return header.value;
    }
    return "none";
  }
};

inline cloud::HttpReply http_reply(int status, std::string body) {
  cloud::HttpReply reply;
  reply.end = cloud::HttpReply::End::complete;
  reply.status = status;
  reply.body = std::move(body);
  return reply;
}

inline cloud::HttpReply cut_off(cloud::HttpReply::End end, std::string why) {
  cloud::HttpReply reply;
  reply.end = end;
  reply.why = std::move(why);
  return reply;
}

/// One call, whatever comes of it.
inline cloud::JobReply query_once(cloud::JobSource& source, const cloud::JobAddress& address) {
  return source.job(address, {});
}

/// Not thread-safe. It must outlive the transports it makes.
struct FakeNetwork {
  /// One after the other; the last goes on for ever, and with none nobody is there.
  std::deque<cloud::HttpReply> replies{};
  /// In the place of `replies`, when it is set.
  std::function<cloud::HttpReply(const SentRequest&)> respond{};
  std::vector<SentRequest> sent{};

  std::chrono::system_clock::time_point wall =
      std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::minutes(14 * 60 + 15);
  std::chrono::steady_clock::time_point steady{};
  std::chrono::seconds each_takes{0};
  double chance = 0;
  std::vector<std::chrono::milliseconds> pauses{};  ///< of queries that were deferred
  bool is_stopped = false;

  Clock clock() {
    return {.wall = [this] { return wall; },
            .steady = [this] { return steady; },
            .chance = [this] { return chance; }};
  }

  std::unique_ptr<cloud::Transport> transport() { return std::make_unique<Fake>(*this); }

  void pass(std::chrono::steady_clock::duration time) {
    steady += time;
    wall += std::chrono::duration_cast<std::chrono::system_clock::duration>(time);
  }

  /// Queries as a user of the cloud does: as often as it is told to come back, at the time it says.
  cloud::JobReply job(cloud::JobSource& source, const cloud::JobAddress& address) {
    for (int calls = 0; calls < 1000; ++calls) {
      cloud::JobReply reply = source.job(address, {});
      if (reply.outcome != cloud::Outcome::deferred) return reply;
      const auto pause = reply.not_before - steady;
      if (pause <= pause.zero()) break;  // it would be called again for ever
      pauses.push_back(std::chrono::ceil<std::chrono::milliseconds>(pause));
      pass(pause);
    }
    cloud::JobReply endless;
    endless.outcome = cloud::Outcome::deferred;
    return endless;
  }

 private:
  class Fake final : public cloud::Transport {
   public:
    explicit Fake(FakeNetwork& network) : network_(network) {}
    cloud::HttpReply send(const cloud::HttpRequest& request) override {
      return network_.answer({std::string(request.method),
                              request.url,
                              {request.headers.begin(), request.headers.end()},
                              request.max_body,
                              request.has_room,
                              std::string(request.body)});
    }
    void stop() override { network_.is_stopped = true; }

   private:
    FakeNetwork& network_;
  };

  cloud::HttpReply answer(SentRequest request) {
    sent.push_back(std::move(request));
    pass(each_takes);
    if (is_stopped) return cut_off(cloud::HttpReply::End::stopped, "the program is about to end");
    if (respond) return respond(sent.back());
    if (replies.empty()) return {};
    cloud::HttpReply reply = replies.front();
    if (replies.size() > 1) replies.pop_front();
    return reply;
  }
};

}  // namespace jobtree::tests
