// A gateway on a free port of this machine, before a cloud that says what a test wants.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "gateway/access/tokens.h"
#include "gateway/gateway.h"
#include "support/home.h"
#include "unit/catch.h"

namespace jobtree::gateway {

class FakeCloud final : public cloud::JobSource {
 public:
  std::function<cloud::JobReply(const cloud::JobAddress&)> answer = [](const cloud::JobAddress&) {
    return cloud::JobReply{};
  };
  std::atomic<int> calls = 0;
  cloud::Health state{};  ///< set before anybody asks

  std::string own;  ///< the key's own project, as far as it is known; set likewise

  std::string known_own_id(cloud::Owner, std::string_view) override { return own; }
  cloud::Health health() override { return state; }
  cloud::JobReply job(const cloud::JobAddress& address, const cloud::HasRoom&) override {
    ++calls;
    return answer(address);
  }
  void say(cloud::JobReply fixed) {
    answer = [fixed = std::move(fixed)](const cloud::JobAddress&) { return fixed; };
  }
};

class RunningGateway {
 public:
  /// With `tokens`, those are the lines of its tokens file.
  explicit RunningGateway(Options options = {}, const std::string& tokens = "") {
    options.port = 0;
    options.version = "1.2.3";
    options.catalogue = std::make_shared<const cloud::Catalogue>(cloud::Catalogue::make().value());
    if (!tokens.empty()) {
      options.tokens = Tokens::open(home_.write("tokens", tokens), clock()).value();
    }
    options.log = [this](const LogEntry& entry) {
      const std::lock_guard lock(mutex_);
      log_ += entry.message;
      for (const auto& [name, value] : entry.fields) {
        log_.append(" ").append(name).append("=").append(value);
      }
      log_ += "\n";
    };
    auto started = Gateway::start(options, cloud);
    REQUIRE(started);
    gateway = std::move(started.value());
    port = port_of(gateway->url());
    if (options.metrics) metrics_port = port_of(gateway->metrics_url());
  }

  /// Another tokens file, which counts as having stood there for a while.
  void write_tokens(const std::string& lines) {
    home_.write("tokens", lines);
    passed_ += 10;
  }

  std::string log() {
    const std::lock_guard lock(mutex_);
    return log_;
  }
  bool logged(const std::string& text) { return log().find(text) != std::string::npos; }

 private:
  /// The machine's, and what a test let pass.
  Clock clock() {
    Clock clock = real_clock();
    clock.wall = [this] {
      return std::chrono::system_clock::now() + std::chrono::seconds(passed_);
    };
    clock.steady = [this] {
      return std::chrono::steady_clock::now() + std::chrono::seconds(passed_);
    };
    return clock;
  }

  static int port_of(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

  tests::Home home_;
  std::atomic<int> passed_ = 0;  // seconds
  std::mutex mutex_;
  std::string log_;

 public:
  FakeCloud cloud;
  int port = 0;
  int metrics_port = 0;
  std::unique_ptr<Gateway> gateway;  // last: its threads use all of the above
};

}  // namespace jobtree::gateway
