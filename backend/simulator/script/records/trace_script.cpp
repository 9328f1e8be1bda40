#include "simulator/script/records/trace_script.h"

#include <array>
#include <cstdint>

namespace jobtree::simulator {
namespace {

constexpr std::size_t kMaxTraceText = 256;
constexpr std::int64_t kHourSeconds = 3600;
constexpr std::int64_t kDaySeconds = 24 * kHourSeconds;
constexpr std::int64_t kWeekMs = 7 * kDaySeconds * 1000;
constexpr std::int64_t kMostBytes = std::int64_t{1} << 20;

}  // namespace

TraceScript read_trace_script(JsonReader reader) {
  TraceScript script;
  constexpr std::array kTrackers{Tracker::enabled, Tracker::disabled, Tracker::none};
  script.tracker = kTrackers.at(reader.word("tracker", {"enabled", "disabled", "none"}, 0));
  script.delay = std::chrono::seconds(reader.integer("delay_seconds", 0, kDaySeconds, 60));
  script.has_others = reader.word("others", {"some", "none"}, 0) == 0;
  reader.done();
  return script;
}

JobTrace read_job_trace(JsonReader reader) {
  JobTrace trace;
  trace.user = reader.text("user", kMaxTraceText, "");
  trace.resource_name = reader.text("resource_name", kMaxTraceText, "");
  trace.late = std::chrono::seconds(reader.integer("late_seconds", 0, kDaySeconds, 0));
  if (reader.has("cut_after")) {
    trace.cut_after = static_cast<std::size_t>(reader.integer("cut_after", 0, kMostBytes));
  }
  reader.done();
  return trace;
}

std::optional<Milliseconds> read_starts_after(JsonReader& reader) {
  if (!reader.has("starts_after_ms")) return std::nullopt;
  return Milliseconds(reader.integer("starts_after_ms", -kWeekMs, kWeekMs));
}

}  // namespace jobtree::simulator
