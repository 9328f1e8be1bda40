#include "simulator/script/fault_json.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "simulator/cloud/job_routes.h"
#include "simulator/script/robots/robot.h"

namespace jobtree::simulator {
namespace {

using enum FaultKind;
using nlohmann::ordered_json;

constexpr std::int64_t kLongest = 600'000;  // ms
constexpr std::int64_t kMostTimes = 1'000'000'000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 30;
constexpr std::size_t kMaxFaultText = 1024;

constexpr auto kKinds =
    std::to_array<FaultKind>({latency, drip, reset_before, reset_within, truncated, wrong_length,
                              not_modified_without_length, oversized, gzip_bomb, html_error,
                              redirect, error, tracker_disabled, busy, close_before});

/// A number a kind of fault has, its bounds, and what it is when it is left out.
struct NumberParameter {
  FaultKind kind;
  const char* name;
  decltype(&Fault::ms) member;
  std::int64_t low;
  std::int64_t high;
  std::int64_t otherwise;
};

constexpr auto kNumberParameters = std::to_array<NumberParameter>({
    {latency, "ms", &Fault::ms, 0, kLongest, 0},
    {latency, "jitter_ms", &Fault::jitter_ms, 0, kLongest, 0},
    {drip, "bytes", &Fault::bytes, 1, kMostBytes, 1},
    {drip, "every_ms", &Fault::every_ms, 1, kLongest, 100},
    {reset_within, "after_bytes", &Fault::after_bytes, 0, kMostBytes, Fault::kHalfWay},
    {truncated, "after_bytes", &Fault::after_bytes, 0, kMostBytes, Fault::kHalfWay},
    {wrong_length, "by", &Fault::by, -kMostBytes, kMostBytes, 10},
    {oversized, "bytes", &Fault::bytes, 1, kMaxOversized, std::int64_t{80} << 20},
    {gzip_bomb, "bytes", &Fault::bytes, 1, kMaxUnpacked, std::int64_t{64} << 20},
    {html_error, "status", &Fault::status, 400, 599, 502},
    {redirect, "status", &Fault::status, 301, 308, 302},
    {error, "status", &Fault::status, 400, 599, 503},
    {close_before, "after_ms", &Fault::after_ms, 0, kLongest, 0},
});

/// A text of a kind, likewise.
struct TextParameter {
  FaultKind kind;
  const char* name;
  decltype(&Fault::code) member;
  const char* otherwise;
};

constexpr auto kTextParameters = std::to_array<TextParameter>({
    {redirect, "location", &Fault::location, "http://192.0.2.1/elsewhere"},
    {error, "code", &Fault::code, "APIGW.0602"},
    {error, "message", &Fault::message, "Internal error"},
});

/// A header's value: printable ASCII.
bool is_plain(const std::string& text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

FaultKind read_kind(JsonReader& reader) {
  std::vector<std::string_view> names;
  std::ranges::transform(kKinds, std::back_inserter(names), name_of);
  const std::size_t index = reader.word("kind", names, names.size());
  return index < kKinds.size() ? kKinds[index] : latency;
}

Fault read_fault(JsonReader& reader) {
  Fault fault;
  fault.kind = read_kind(reader);
  fault.job_id = reader.text("job_id", 64, "");
  fault.service = reader.text("service", 64, "");
  const bool is_known = fault.service.empty() || is_service(fault.service) ||
                        fault.service == kTraceService || is_vendor(fault.service);
  if (!is_known) {
    reader.fail("service", {"is not a service of the simulator", "不是模拟云支持的服务"});
  }
  fault.path = reader.text("path", kMaxFaultText, "");
  fault.times = reader.integer("times", 0, kMostTimes, Fault::kForever);
  fault.chance = reader.number("chance", 0, 1, 1);
  for (const NumberParameter& number : kNumberParameters) {
    if (number.kind != fault.kind) continue;
    fault.*number.member = reader.integer(number.name, number.low, number.high, number.otherwise);
  }
  for (const TextParameter& text : kTextParameters) {
    if (text.kind != fault.kind) continue;
    fault.*text.member = reader.text(text.name, kMaxFaultText, text.otherwise);
  }
  if (fault.kind == wrong_length && fault.by == 0) reader.fail("by", {"must not be 0", "不能为 0"});
  if (!is_plain(fault.location)) {
    reader.fail("location", {"must be printable ASCII", "应为可打印的 ASCII 字符"});
  }
  reader.done();
  return fault;
}

ordered_json json_of(const Fault& fault) {
  ordered_json out{{"kind", name_of(fault.kind)}};
  if (!fault.job_id.empty()) out["job_id"] = fault.job_id;
  if (!fault.service.empty()) out["service"] = fault.service;
  if (!fault.path.empty()) out["path"] = fault.path;
  if (fault.times != Fault::kForever) out["times"] = fault.times;
  if (fault.chance != 1) out["chance"] = fault.chance;
  for (const NumberParameter& number : kNumberParameters) {
    if (number.kind != fault.kind) continue;
    const bool is_left_out =
        number.otherwise == Fault::kHalfWay && fault.*number.member == number.otherwise;
    if (is_left_out) continue;
    out[number.name] = fault.*number.member;
  }
  for (const TextParameter& text : kTextParameters) {
    if (text.kind == fault.kind) out[text.name] = fault.*text.member;
  }
  return out;
}

}  // namespace

std::vector<Fault> read_faults(std::vector<JsonReader> readers) {
  std::vector<Fault> faults;
  std::ranges::transform(readers, std::back_inserter(faults), read_fault);
  return faults;
}

Result<std::vector<Fault>> parse_faults(std::string_view text) {
  constexpr std::size_t kMaxSize = std::size_t{1} << 20;
  if (text.size() > kMaxSize) {
    return Failure::usage(bilingual({"the faults are longer than 1 MiB", "故障列表超过 1 MiB"}));
  }
  const auto value = ordered_json::parse(text, nullptr, false);
  if (value.is_discarded()) {
    return Failure::usage(bilingual({"the faults are not JSON", "故障列表不是 JSON"}));
  }
  Bilingual wrong;
  std::vector<Fault> faults = read_faults(JsonReader(value, "faults", wrong).list(kMaxFaults));
  if (!wrong.empty()) return Failure::usage(wrong);
  return faults;
}

std::string faults_text(const std::vector<Fault>& faults) {
  ordered_json all = ordered_json::array();
  std::ranges::transform(faults, std::back_inserter(all), json_of);
  return all.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace jobtree::simulator
