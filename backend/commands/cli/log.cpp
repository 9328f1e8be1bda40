#include "commands/cli/log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

namespace jobtree::commands {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::pair<std::string_view, spdlog::level::level_enum>, 4> kLevels{{
    {"debug", spdlog::level::debug},
    {"info", spdlog::level::info},
    {"warning", spdlog::level::warn},
    {"error", spdlog::level::err},
}};

const auto& level_of(const LogEntry& entry) {
  return kLevels[static_cast<std::size_t>(entry.level)];
}

/// Quoted and escaped: what came from outside cannot begin a line or end a string.
std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
}

/// "2026-11-23T22:18:59.123Z"
std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
  const std::string fraction = std::to_string(1000 + milliseconds).substr(1);
  return std::string(text, size) + fraction + "Z";
}

std::string as_text(const LogEntry& entry) {
  std::string line = timestamp() + " " + std::string(level_of(entry).first) + " " + entry.message;
  for (const auto& [name, value] : entry.fields) {
    if (value.empty()) continue;
    const bool plain = std::ranges::all_of(
        value, [](char c) { return c > ' ' && c < '\x7f' && c != '"' && c != '\\' && c != '='; });
    line.append(" ").append(name).append("=").append(plain ? value : quoted(value));
  }
  return line;
}

std::string as_json(const LogEntry& entry) {
  Json line{{"time", timestamp()}, {"level", level_of(entry).first}, {"message", entry.message}};
  for (const auto& [name, value] : entry.fields) {
    line[std::string(name)] = value;
  }
  return line.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<Log> make_log(std::string_view level, std::string_view format) {
  const auto* least = std::ranges::find(kLevels, level, &decltype(kLevels)::value_type::first);
  if (least == kLevels.end()) {
    return Failure::usage(std::string(level) + " is no log level: debug, info, warning, error");
  }
  if (format != "text" && format != "json") {
    return Failure::usage(std::string(format) + " is no log format: text, json");
  }
  const auto logger = std::make_shared<spdlog::logger>(
      "jobtree", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%v");
  logger->set_level(least->second);
  logger->flush_on(spdlog::level::trace);
  const auto format_entry = format == "json" ? as_json : as_text;
  return Log([logger, format_entry](const LogEntry& entry) {
    const auto entry_level = level_of(entry).second;
    if (logger->should_log(entry_level)) logger->log(entry_level, format_entry(entry));
  });
}

}  // namespace jobtree::commands
