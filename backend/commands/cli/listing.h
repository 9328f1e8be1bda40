// What commands share that print a list.
//
// Knows: --output. Must not know: what is listed.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "commands/cli/flags.h"

namespace jobtree::commands {

inline void add_output_flag(CLI::App& command, std::string& output) {
  add_option(command, "--output", output, {"Output format: text or json", "输出格式：text 或 json"})
      ->check(one_of({"text", "json"}))
      ->capture_default_str();
}

inline std::string json_document(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

/// null for what there is not.
inline nlohmann::ordered_json text_or_null(std::string_view text) {
  return text.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(text);
}

}  // namespace jobtree::commands
