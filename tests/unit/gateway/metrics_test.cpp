// What is counted, and how it reads.
#include "gateway/metrics.h"

#include <algorithm>
#include <chrono>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "unit/catch.h"

namespace metrics_test {

namespace {

using namespace std::chrono_literals;
using jobtree::cloud::JobReply;
using jobtree::cloud::Outcome;
using jobtree::gateway::Histogram;
using jobtree::gateway::Metrics;

constexpr double kBounds[] = {0.5, 1, 10};
const Metrics::Wall kNoon{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 12h};

std::string rendered(const Histogram& histogram, std::string_view labels = {}) {
  std::string out;
  histogram.render(out, "x_seconds", labels);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

/// The value of the one line that begins so; "none" without it, "several" with more.
std::string value_of(const std::string& text, const std::string& series) {
  std::string value = "none";
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with(series + " ")) continue;
    value = value == "none" ? line.substr(series.size() + 1) : "several";
  }
  return value;
}

std::string request_of(const std::string& route, const std::string& outcome) {
  return R"(jobtree_http_requests_total{route=")" + route + R"(",outcome=")" + outcome + "\"}";
}

std::string call_of(const std::string& outcome) {
  return R"(jobtree_upstream_calls_total{outcome=")" + outcome + "\"}";
}

JobReply answer_of(Outcome outcome, int status) {
  JobReply answer;
  answer.outcome = outcome;
  answer.http_status = status;
  return answer;
}

std::set<std::string> series_of(const std::string& text) {
  std::set<std::string> series;
  for (const std::string& line : lines_of(text)) {
    if (!line.starts_with('#')) series.insert(line.substr(0, line.rfind(' ')));
  }
  return series;
}

}  // namespace

TEST_CASE("A histogram's buckets add up, bounds belong to the bucket below, and the sum is exact") {
  Histogram histogram(kBounds);
  for (const auto value : {0ms, 500ms, 501ms, 1000ms, 9999ms, 10'001ms, 3'600'000ms}) {
    histogram.add(value);
  }
  CHECK(rendered(histogram) ==
        "x_seconds_bucket{le=\"0.5\"} 2\n"
        "x_seconds_bucket{le=\"1\"} 4\n"
        "x_seconds_bucket{le=\"10\"} 5\n"
        "x_seconds_bucket{le=\"+Inf\"} 7\n"
        "x_seconds_sum 3622.001\n"
        "x_seconds_count 7\n");
  CHECK(rendered(histogram, R"(a="b")").find("x_seconds_bucket{a=\"b\",le=\"1\"} 4\n") !=
        std::string::npos);
}

TEST_CASE("Time that ran backwards counts as none") {
  Histogram histogram(kBounds);
  histogram.add(-5s);
  CHECK(value_of(rendered(histogram), "x_seconds_sum") == "0");
  CHECK(value_of(rendered(histogram), R"(x_seconds_bucket{le="0.5"})") == "1");
}

TEST_CASE("Nothing is lost when many threads count at once") {
  Metrics metrics({"/"});
  {
    std::vector<std::jthread> threads;
    threads.reserve(8);
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&metrics] {
        for (int n = 0; n < 5000; ++n) {
          metrics.answered(0, 200, 1ms, false);
        }
      });
    }
  }
  const std::string text = metrics.render({});
  CHECK(value_of(text, request_of("/", "ok")) == "40000");
  CHECK(value_of(text, R"(jobtree_http_request_duration_seconds_count{parked="no"})") == "40000");
  CHECK(value_of(text, R"(jobtree_http_request_duration_seconds_sum{parked="no"})") == "40");
}

TEST_CASE("Every status has an outcome, and every route its own counters") {
  Metrics metrics({"/", "/api/{region}/{rest...}"});
  const std::pair<int, const char*> known[] = {
      {200, "ok"},           {201, "ok"},          {204, "ok"},          {304, "unchanged"},
      {400, "bad_request"},  {405, "bad_request"}, {421, "bad_request"}, {431, "bad_request"},
      {401, "unauthorized"}, {403, "forbidden"},   {404, "not_found"},   {429, "too_many"},
      {503, "unavailable"},  {500, "failed"},      {502, "failed"},      {504, "failed"}};
  for (const auto& [status, outcome] : known) {
    INFO(status);
    const std::string series = request_of("/api/{region}/{rest...}", outcome);
    const int before = std::stoi(value_of(metrics.render({}), series));
    metrics.answered(1, status, 1ms, false);
    CHECK(value_of(metrics.render({}), series) == std::to_string(before + 1));
  }
  CHECK(value_of(metrics.render({}), request_of("/", "ok")) == "0");
  metrics.answered(99, 404, 1ms, false);
  metrics.turned_away(431);
  CHECK(value_of(metrics.render({}), request_of("none", "not_found")) == "1");
  CHECK(value_of(metrics.render({}), request_of("none", "bad_request")) == "1");
}

TEST_CASE("Who waited because they asked to does not make the others look slow") {
  Metrics metrics({"/"});
  metrics.answered(0, 304, 25s, true);
  metrics.answered(0, 200, 2ms, false);
  const std::string text = metrics.render({});
  CHECK(value_of(text, R"(jobtree_http_request_duration_seconds_sum{parked="yes"})") == "25");
  CHECK(value_of(text, R"(jobtree_http_request_duration_seconds_sum{parked="no"})") == "0.002");
}

TEST_CASE("Questions are told by what came of them, and timed only when they were sent") {
  Metrics metrics({});
  const std::pair<Outcome, const char*> known[] = {
      {Outcome::succeeded, "succeeded"},     {Outcome::not_found, "not_found"},
      {Outcome::denied, "denied"},           {Outcome::refused, "key_paused"},
      {Outcome::no_key, "no_key"},           {Outcome::throttled, "throttled"},
      {Outcome::unreachable, "unreachable"}, {Outcome::untrusted, "untrusted"},
      {Outcome::failed, "failed"},           {Outcome::malformed, "malformed"},
      {Outcome::too_large, "too_large"},     {Outcome::unknown_project, "unknown_project"}};
  for (const auto& [outcome, name] : known) {
    INFO(name);
    const JobReply answer = answer_of(outcome, 0);
    metrics.asked(&answer, 1s, kNoon);
    CHECK(value_of(metrics.render({}), call_of(name)) == "1");
  }
  metrics.asked(nullptr, 1s, kNoon);
  CHECK(value_of(metrics.render({}), call_of("broken")) == "1");
  // Of those without a status only "unreachable" went out.
  CHECK(value_of(metrics.render({}), "jobtree_upstream_call_duration_seconds_count") == "1");
  const JobReply throttled = answer_of(Outcome::throttled, 429);
  metrics.asked(&throttled, 1s, kNoon);
  CHECK(value_of(metrics.render({}), "jobtree_upstream_call_duration_seconds_count") == "2");
}

TEST_CASE("The last success is a job's answer and nothing less") {
  Metrics metrics({});
  CHECK_FALSE(metrics.last_success());
  const JobReply failed = answer_of(Outcome::failed, 500);
  metrics.asked(&failed, 1s, kNoon);
  CHECK_FALSE(metrics.last_success());
  CHECK(value_of(metrics.render({}), "jobtree_upstream_last_success_timestamp_seconds") == "0");
  const JobReply succeeded = answer_of(Outcome::succeeded, 200);
  metrics.asked(&succeeded, 1s, kNoon);
  metrics.asked(&failed, 1s, kNoon + 1h);
  CHECK(metrics.last_success() == kNoon);
  const double told =
      std::stod(value_of(metrics.render({}), "jobtree_upstream_last_success_timestamp_seconds"));
  CHECK(told == static_cast<double>(kNoon.time_since_epoch() / 1s));
}

TEST_CASE("What is read is shown as it was read") {
  Metrics metrics({});
  metrics.showed(7s);
  const std::string text = metrics.render(
      {.version = "1.2.3",
       .jobs = {.jobs = 1, .bytes = 2, .fetches = 3, .waiting = 4, .parked = 5},
       .connections = 6,
       .cloud = {.no_key = jobtree::Failure::unavailable("none"),
                 .shut_for = 330s,
                 .budget = {.per_second = 20, .left = -1.5, .paused_services = 2, .replicas = 3}}});
  const std::pair<const char*, const char*> expected[] = {
      {R"(jobtree_build_info{version="1.2.3"})", "1"},
      {"jobtree_jobs_remembered", "1"},
      {"jobtree_jobs_remembered_bytes", "2"},
      {"jobtree_flights", "3"},
      {"jobtree_viewers_waiting", "4"},
      {"jobtree_viewers_parked", "5"},
      {"jobtree_open_connections", "6"},
      {"jobtree_key_present", "0"},
      {"jobtree_key_guard_shut", "1"},
      {"jobtree_key_guard_shut_seconds", "330"},
      {"jobtree_budget_per_second", "20"},
      {"jobtree_budget_left", "-1.5"},
      {"jobtree_services_paused", "2"},
      {"jobtree_replicas", "3"},
      {"jobtree_served_age_seconds_sum", "7"},
      {R"(jobtree_served_age_seconds_bucket{le="5"})", "0"},
      {R"(jobtree_served_age_seconds_bucket{le="10"})", "1"}};
  for (const auto& [series, value] : expected) {
    INFO(series);
    CHECK(value_of(text, series) == value);
  }
}

TEST_CASE("The lines are the same ones whatever happens, each once, under its help and type") {
  Metrics metrics({"/", "/{file}"});
  const std::string before = metrics.render({.version = "1"});
  for (int status = 100; status < 1000; ++status) {
    metrics.answered(static_cast<std::size_t>(status), status, 1ms, status % 2 == 0);
    metrics.turned_away(status);
    const JobReply answer = answer_of(static_cast<Outcome>(status % 16), status);
    metrics.asked(&answer, 1h, kNoon);
    metrics.showed(24h);
  }
  const std::string after = metrics.render({.version = "1"});
  CHECK(series_of(before) == series_of(after));
  CHECK(lines_of(before).size() == lines_of(after).size());
  std::set<std::string> helped;
  std::size_t series = 0;
  for (const std::string& line : lines_of(after)) {
    if (line.starts_with("# HELP ")) {
      CHECK(helped.insert(line.substr(7, line.find(' ', 7) - 7)).second);
    } else if (!line.starts_with("#")) {
      ++series;
    }
  }
  CHECK(series == series_of(after).size());
  for (const std::string& line : series_of(after)) {
    const std::string name = line.substr(0, line.find('{'));
    CHECK(std::ranges::any_of(helped, [&name](const std::string& known) {
      return name == known || name == known + "_bucket" || name == known + "_sum" ||
             name == known + "_count";
    }));
  }
  CHECK(after.back() == '\n');
}

}  // namespace metrics_test
